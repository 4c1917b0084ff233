"""A log on each engine."""

from collections.abc import Iterator

import pytest

from tests.support.log import Log, open_log


@pytest.fixture
def log(migrated_url: str) -> Iterator[Log]:
    """A log with nothing in it, and a clock that is moved by hand."""
    with open_log(migrated_url) as opened:
        yield opened
