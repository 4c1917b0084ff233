"""The settings, read once from `ENGAGE_*`; all faults are reported together. Every secret may come as `…_FILE`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

PREFIX = "ENGAGE_"
MIN_SECRET_LENGTH = 32
BASE_URL = r"^https?://[^/?#\s@]+/?$"
OWN_MACHINE = r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
SIGN_IN_URL = rf"^$|^/[^/\\\s#][^\\\s#]*$|^https://[^/?#\s@]+[^\s#]*$|^http://{OWN_MACHINE}([/?][^\s#]*)?$"
NOT_FROM_OUTSIDE = {"demo"}
HINTS = {
    "secret_keys": f"one or more secrets of at least {MIN_SECRET_LENGTH} characters, separated by blanks or commas; "
    "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
    "database_url": "sqlite:///FILE or postgresql+psycopg://…",
    "migration_url": "postgresql+psycopg://… of the role that owns the schema",
    "base_url": "the address at which members reach this server, without a path: https://play.example.com",
    "sign_in_url": "the address of the brand's sign-in page: https://…, or a path on the same host",
}


class SettingsFault(Exception):  # noqa: N818  said to whoever starts the server
    """The settings can't be used; the message names each of them."""


class Settings(BaseModel):
    """What a deployment is told from outside.

    `migration_url`: PostgreSQL as the role that owns the schema, if it is another than the one that serves.
    `secret_keys`: the first seals new secrets, all of them open old ones. `rate_limit`: requests of one credential,
    in the notation of the `limits` library. `queue_size`: commands that may wait for the Writer before `busy`.
    `base_url`: where members reach this server. `sign_in_url`: where the brand signs them in, empty if it does not.
    `proxies`: how many proxies stand in front, each of which adds to `X-Forwarded-For` where a request came from.
    `demo` is never read from outside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    database_url: Annotated[str, Field(pattern="^(sqlite:///.+|postgresql\\+psycopg://.+)?$")] = ""
    migration_url: Annotated[str, Field(pattern="^(postgresql\\+psycopg://.+)?$")] = ""
    redis_url: str = ""
    secret_keys: tuple[Annotated[str, Field(min_length=MIN_SECRET_LENGTH)], ...] = Field(min_length=1)
    base_url: Annotated[str, Field(pattern=BASE_URL)] = "http://127.0.0.1:8000"
    sign_in_url: Annotated[str, Field(pattern=SIGN_IN_URL)] = ""
    proxies: Annotated[int, Field(ge=0, le=8)] = 0
    demo: bool = False
    rate_limit: str = "200/second"
    queue_size: Annotated[int, Field(ge=1, le=100_000)] = 4096
    wait_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    seal_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0

    @model_validator(mode="after")
    def _default_database(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir.absolute() / 'engage.db'}")
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded engine is used."""
        return self.database_url.startswith("sqlite:")

    @property
    def is_secure(self) -> bool:
        """Whether browsers give pages at `base_url` the means to make seeds: over HTTPS, or on this very machine."""
        address = urlsplit(self.base_url)
        return address.scheme == "https" or address.hostname in {"localhost", "127.0.0.1", "::1"}


def read_settings(environ: Mapping[str, str], **overrides: object) -> Settings:
    """The settings from an environment. SettingsFault lists every fault at once."""
    values: dict[str, object] = {}
    for field in Settings.model_fields.keys() - NOT_FROM_OUTSIDE:
        text = _read(environ, _variable(field))
        if text is not None:
            values[field] = tuple(text.replace(",", " ").split()) if field == "secret_keys" else text
    values.update(overrides)
    try:
        return Settings.model_validate(values)
    except ValidationError as fault:
        told = {str(e["loc"][0]) if e["loc"] else "": e["msg"] for e in reversed(fault.errors())}
        lines = [f"{_variable(field)}: {HINTS.get(field, message)}" for field, message in sorted(told.items())]
        message = "These settings can't be used:\n  " + "\n  ".join(lines)
        raise SettingsFault(message) from None


def _variable(field: str) -> str:
    return PREFIX + ("SECRET_KEY" if field == "secret_keys" else field.upper())


def _read(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(name + "_FILE")
    if not path:
        return environ.get(name)
    if name in environ:
        message = f"{name} and {name}_FILE are both set. Set one of them."
        raise SettingsFault(message)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        message = f"{name}_FILE: {path} can't be read ({type(fault).__name__})."
        raise SettingsFault(message) from None
