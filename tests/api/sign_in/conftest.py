"""A house with a sign-in address, the brand's server with its key, and browsers."""

from __future__ import annotations

import pytest

from tests.support.phone import HTTP, HTTPS, Phone, open_house
from tests.support.server import Client
from tests.support.world import World


@pytest.fixture(params=[HTTPS, HTTP])
def house(world: World, request: pytest.FixtureRequest) -> Client:
    """The house with Alice and Bob, over https and on the own machine."""
    world.member("alice")
    world.member("bob")
    return open_house(world, request.param)


@pytest.fixture
def origin(request: pytest.FixtureRequest) -> str:
    """The address of the house."""
    found: str = request.node.callspec.params["house"]
    return found


@pytest.fixture
def brand(house: Client) -> Client:
    """The brand's server."""
    return house.brand("tokens")


@pytest.fixture
def phone(house: Client, origin: str) -> Phone:
    """Alice's browser."""
    return Phone(house.app, origin)


@pytest.fixture
def other(house: Client, origin: str) -> Phone:
    """Somebody else's browser."""
    return Phone(house.app, origin)
