"""A log on each engine."""

from collections.abc import Iterator

import pytest

from engage.storage import migrate
from tests.support.log import Log, open_log


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    """A log with nothing in it, and a clock that is moved by hand."""
    migrate.upgrade(database_url)
    with open_log(database_url) as opened:
        yield opened
