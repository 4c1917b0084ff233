"""What a feature brings to the platform, and what the platform lends to it. Both are frozen and made at start-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
import sqlalchemy as sa
from flask_openapi import OpenAPI

from engage.campaigns import Publisher, Section
from engage.fairness import Keyring
from engage.kernel.clock import Clock
from engage.kernel.sealing import Sealer
from engage.settings import Settings
from engage.storage.hot import Hot
from engage.storage.writer import Writer


@dataclass(frozen=True)
class Services:
    """What every part of a running server shares. `reader` can't write on SQLite."""

    settings: Settings
    clock: Clock
    writer: Writer
    reader: sa.Engine
    sealer: Sealer
    keyring: Keyring


@dataclass(frozen=True)
class Feature:
    """One feature.

    Its hot tables in the order they are flushed, its routes, its commands, its section of a campaign file, and what
    publishes that section.
    """

    name: str
    hots: Sequence[Hot[Any]]
    register: Callable[[OpenAPI, Services], None]
    commands: Sequence[click.Command] = field(default=())
    section: Section[Any] | None = None
    publisher: Callable[[Services], Publisher] | None = None
