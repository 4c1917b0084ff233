"""Alice, signed in on her phone, and Mallory's site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.attacker import Attacker, running_attacker
from tests.support.screen import Screen
from tests.support.served import Served

# What Chromium says of refused frames, scripts, forms and requests is what these tests are about.
ANYTHING = (".*",)


@pytest.fixture
def mallory() -> Iterator[Attacker]:
    """Mallory's site."""
    with running_attacker() as site:
        yield site


@pytest.fixture
def phone(screen: Any, served: Served) -> Screen:
    """The phone of a guest who is signed in at the demo."""
    opened: Screen = screen(allowed=ANYTHING)
    sign_in(opened, served)
    return opened


def sign_in(screen: Screen, served: Served) -> None:
    """Be a new guest on a screen."""
    form: dict[str, str | float | bool] = {"who": "guest", "to": "/v1/me"}
    answer = screen.context.request.post("/demo/sign-in", form=form, headers={"Origin": served.address})
    assert answer.ok, answer.text()
