"""JSON for members and the brand's servers, as far as the platform alone can answer."""

from collections.abc import Sequence

from flask_openapi import OpenAPI

from engage.api import (
    events,
    health,
    items,
    log,
    me,
    media,
    members,
    own_data,
    prizes,
    sign_in,
    statement,
    verify,
    vouchers,
)
from engage.api.erasing import erase
from engage.api.hub import Hub, hub_of, open_hub
from engage.api.me import render_profile
from engage.api.prizes import locale_of
from engage.api.rules import register as register_rules
from engage.api.shapes import PRINTED, Answer, IdText, Instant, MemberPath, Page, Request
from engage.api.tasks import register as register_tasks
from engage.feature import DescribePrize, Feature, Plays, Services

__all__ = [
    "PRINTED",
    "Answer",
    "Hub",
    "IdText",
    "Instant",
    "MemberPath",
    "Page",
    "Request",
    "erase",
    "hub_of",
    "locale_of",
    "open_hub",
    "register",
    "register_rules",
    "register_tasks",
    "render_profile",
]


def register(
    app: OpenAPI, services: Services, plays: Plays, describe: DescribePrize, features: Sequence[Feature]
) -> None:
    """Add every route of the platform."""
    events.register(app, services)
    health.register(app, services)
    items.register(app, services, plays)
    log.register(app, services, features)
    media.register(app)
    members.register(app, services, plays, describe)
    me.register(app, services, plays)
    own_data.register(app, services, plays, describe, features)
    prizes.register(app, services, describe, plays)
    sign_in.register(app, services)
    statement.register(app, services, plays)
    verify.register(app, services)
    vouchers.register(app, services, describe)
