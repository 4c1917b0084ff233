"""The sample campaign behind the application, on each engine; after each test the books are proven."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage.fairness.deck import BuiltDeck, Counts, build_deck
from tests.support.bureau import Bureau
from tests.support.server import Client, open_client


@pytest.fixture
def bureau(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """Small decks are built faster without a child process."""
    monkeypatch.setattr("games.publish.build_in_child", build_here)
    bureau = Bureau(migrated_url)
    try:
        yield bureau
        bureau.prove()
    finally:
        bureau.close()


@pytest.fixture
def house(bureau: Bureau) -> Client:
    """The application with the sample campaign published."""
    bureau.publish_campaign()
    return open_client(bureau)


def build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    return build_deck(deck, counts, seed)
