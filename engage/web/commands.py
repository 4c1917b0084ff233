"""`engage keys`: make, list and revoke the API keys of the brand's servers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engage.storage.writer import Writer
from engage.web.credentials import SCOPES, create_key, describe_keys, revoke_key


class Opened(Protocol):
    """What the commands use of a running deployment."""

    @property
    def writer(self) -> Writer:
        """The Writer."""

    @property
    def reader(self) -> sa.Engine:
        """The reader."""


def make_keys_group(open_services: Callable[[], AbstractContextManager[Opened]]) -> click.Group:
    """The group `engage keys`."""
    group = click.Group("keys", help="API keys of the brand's servers.")

    @group.command("create")
    @click.argument("name")
    @click.option("--scope", "scopes", multiple=True, default=SCOPES, show_default=True, type=click.Choice(SCOPES))
    def create(name: str, scopes: tuple[str, ...]) -> None:
        """Make a key and show it once."""
        with open_services() as services:
            secret = services.writer.run(lambda work: create_key(work, name, scopes))
        click.echo(f"{secret}\nThis key is shown once. Keep it where your server keeps its secrets.")

    @group.command("list")
    def list_command() -> None:
        """All keys, revoked ones included."""
        with open_services() as services, Session(services.reader) as session:
            lines = describe_keys(session)
        click.echo("\n".join(lines) or "There is no key yet: engage keys create NAME.")

    @group.command("revoke")
    @click.argument("key", metavar="KEY_ID")
    def revoke(key: str) -> None:
        """Revoke the key with this id (see `engage keys list`); it is refused within a second."""
        with open_services() as services:
            services.writer.run(lambda work: revoke_key(work, key))
        click.echo(f"The key {key} is revoked.")

    return group
