"""What a feature brings to the platform, and what the platform lends to it. Both are frozen and made at start-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import click
import sqlalchemy as sa
from flask_openapi import OpenAPI

from engage.campaigns import Publisher, Section
from engage.events import Subscriber
from engage.fairness import Keyring
from engage.kernel.clock import Clock
from engage.kernel.sealing import Sealer
from engage.ledger import Invariant, ReadReceiptHashes
from engage.settings import Settings
from engage.storage.hot import Hot
from engage.storage.work import Work
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


Periodic: TypeAlias = tuple[str, float, Callable[[Services], None]]
"""The name of a job, the seconds between two runs, and what it does; it must be right when it is done twice."""


def _none(_services: Services) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class Feature:
    """One feature.

    Its hot tables in the order they are flushed, its routes and commands, its section of a campaign file and what
    publishes it; its readers of the log, jobs and invariants; and what only it can do: give turns, tell a
    member's turns by game, what a prize is called, and the hashes of receipts.
    """

    name: str
    hots: Sequence[Hot[Any]]
    register: Callable[[OpenAPI, Services], None]
    commands: Sequence[click.Command] = field(default=())
    section: Section[Any] | None = None
    publisher: Callable[[Services], Publisher] | None = None
    subscribers: Callable[[Services], Sequence[Subscriber]] = _none
    jobs: Callable[[Services], Sequence[Periodic]] = _none
    invariants: Callable[[Services], Sequence[Invariant]] = _none
    give_turns: Callable[[Work, str, str, int], None] | None = None
    turns_of: Callable[[sa.Connection, str, int], dict[str, int]] | None = None
    describe_prize: Callable[[sa.Connection, str, int, str, str], dict[str, Any]] | None = None
    receipt_hashes: ReadReceiptHashes | None = None
