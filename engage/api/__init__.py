"""JSON for members and the brand's servers, as far as the platform alone can answer."""

from flask_openapi import OpenAPI

from engage.api import health, log, me, media, members, prizes, sign_in, statement, vouchers
from engage.api.me import TurnsOf
from engage.api.prizes import DescribePrize
from engage.api.shapes import PRINTED, Answer, IdText, Instant, MemberPath, Page, Request
from engage.feature import Services

__all__ = [
    "PRINTED",
    "Answer",
    "DescribePrize",
    "IdText",
    "Instant",
    "MemberPath",
    "Page",
    "Request",
    "TurnsOf",
    "register",
]


def register(app: OpenAPI, services: Services, turns_of: TurnsOf, describe: DescribePrize) -> None:
    """Add every route of the platform."""
    health.register(app, services)
    log.register(app, services)
    media.register(app, services)
    members.register(app, services, describe)
    me.register(app, services, turns_of)
    prizes.register(app, services, describe)
    sign_in.register(app, services)
    statement.register(app, services)
    vouchers.register(app, services, describe)
