"""The demo's folder: its settings, its secret and its API key, made once and kept readable by their owner only."""

import os
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import sqlalchemy as sa

from engage.feature import Services
from engage.kernel.entropy import random_bytes
from engage.settings import Settings, SettingsFault
from engage.web import create_key

OWNER_ONLY = 0o600
SEALING_FILE = "secret.txt"
KEY_FILE = "api-key.txt"
TILL_KEY_FILE = "till-key.txt"
TILL_SCOPE = "vouchers"
SIGN_IN_PATH = "/demo/sign-in"


@dataclass(frozen=True)
class House:
    """Where a demo lives."""

    folder: Path
    settings: Settings

    @property
    def key_file(self) -> Path:
        """Where the demo's API key is kept, so that every start can print it."""
        return self.folder / KEY_FILE

    def keep(self, path: Path, text: str) -> None:
        """Write a secret that only its owner may read."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def till_key(self, services: Services) -> str:
        """A key for the counter, made once, that can do nothing else."""
        path = self.folder / TILL_KEY_FILE
        if not path.exists():
            self.keep(path, services.writer.run(lambda work: create_key(work, "demo counter", (TILL_SCOPE,))))
        return path.read_text(encoding="utf-8").strip()

    def welcome(self, address: str, services: Services) -> str:
        """What whoever started the demo wants to know next."""
        with services.reader.connect() as connection:
            games = [id_ for (id_,) in connection.execute(sa.text("SELECT id FROM game ORDER BY id"))]
        rules = "\n".join(f"  {address}/g/{game}/rules" for game in games)
        return (
            f"Open this and play\n  {address}/\n\n"
            f"Rules pages\n{rules}\n"
            f"How a brand signs its members in\n  {address}/demo/hand-over\n"
            f"The counter, where staff take vouchers, and the key of its till\n"
            f"  {address}/counter\n  {self.till_key(services)}\n"
            f"API reference\n  {address}/docs\n"
            f"API key of the demo brand\n  {self.key_file.read_text(encoding='utf-8').strip()}\n"
            f"Play once and prove it, from another terminal\n"
            f"  .venv/bin/engage demo play --url {address}\n"
            f"Let a week of orders, visits and reviews come in, and see Alice's home move\n"
            f"  .venv/bin/engage demo week --url {address} --data {quote(str(self.folder))}\n  {address}/hub\n"
            f"Every other command, on this data\n"
            f"  .venv/bin/engage --data {quote(str(self.folder))} campaign list\n\n"
            f"Stop with Ctrl-C; the data stays in {self.folder.resolve()}."
        )


def open_house(folder: Path, address: str) -> House:
    """The settings of a demo folder; its secret is made at the first start."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret_file = folder / SEALING_FILE
    if not secret_file.exists():
        House(folder, _settings(folder, address, "x" * 32)).keep(secret_file, random_bytes(32).hex())
    return House(folder, _settings(folder, address, secret_file.read_text(encoding="utf-8").strip()))


def _settings(folder: Path, address: str, secret: str) -> Settings:
    return Settings(data_dir=folder, base_url=address, sign_in_url=SIGN_IN_PATH, secret_keys=(secret,), demo=True)


def demo_settings(folder: Path) -> Settings:
    """The settings of a demo that was served from a folder. Refuses with SettingsFault if none was."""
    if not (folder / SEALING_FILE).exists():
        message = f"{folder} holds no demo. Start one: engage demo --data {folder}"
        raise SettingsFault(message)
    return open_house(folder, "http://127.0.0.1").settings
