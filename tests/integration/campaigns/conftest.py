"""A migrated database with an office on it, on each engine; after each test the books are proven.

Small decks are built faster without a child process.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage.fairness.deck import BuiltDeck, Counts, build_deck
from engage.storage import migrate
from tests.support.bureau import Bureau


@pytest.fixture
def bureau(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    monkeypatch.setattr("games.publish.build_in_child", build_here)
    migrate.upgrade(database_url)
    bureau = Bureau(database_url)
    yield bureau
    bureau.prove()
    bureau.close()


def build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    return build_deck(deck, counts, seed)
