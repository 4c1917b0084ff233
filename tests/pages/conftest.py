"""The servers behind the states of pages."""

from collections.abc import Iterator

import pytest

from tests.pages.registry import Houses
from tests.support.served import Served, running_demo


@pytest.fixture(scope="session")
def houses(served: Served) -> Iterator[Houses]:
    """Gives the server of a state; the demo is the one that all tests share."""
    opened = Houses()
    opened.lend(running_demo, served)
    yield opened
    opened.close()
