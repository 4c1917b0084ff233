"""The chart: kinds of accounts, classes of assets, and every route by which value may move. There is no other."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an account is for."""

    FUNDING = "FUNDING"
    BUDGET = "BUDGET"
    POOL = "POOL"
    EARN_POOL = "EARN_POOL"
    COMPENSATION = "COMPENSATION"
    MEMBER = "MEMBER"
    PLAY_SINK = "PLAY_SINK"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    TURN_SOURCE = "TURN_SOURCE"
    TURN_SINK = "TURN_SINK"
    TURN_EXPIRED = "TURN_EXPIRED"


class AssetClass(StrEnum):
    """Points, or turns of some game."""

    PTS = "PTS"
    TURN = "TURN"


POINTS = "PTS"


def turn_asset(game: str) -> str:
    """The asset that is a game's turns."""
    return f"TURN:{game}"


@dataclass(frozen=True)
class Route:
    """One way value may move. `reverses` is the code of the route that this one undoes."""

    code: int
    name: str
    asset_class: AssetClass
    debit: Kind
    credit: Kind
    reverses: int | None = None


def _points(code: int, name: str, debit: Kind, credit: Kind, reverses: int | None = None) -> Route:
    return Route(code, name, AssetClass.PTS, debit, credit, reverses)


def _turns(code: int, name: str, debit: Kind, credit: Kind, reverses: int | None = None) -> Route:
    return Route(code, name, AssetClass.TURN, debit, credit, reverses)


FUND, UNFUND, RESERVE, RETURN, FUND_EARNING, RETURN_EARNING = 101, 102, 103, 104, 105, 106
EARN, REVERSE_EARN = 112, 212
REDEEM, REVERSE_REDEEM, EXPIRE = 122, 222, 123
GRANT, GIVE_TURN, USE_TURN, EXPIRE_TURN = 111, 131, 132, 133
REVERSE_GRANT, REVERSE_GIVE_TURN, REVERSE_USE_TURN, REVERSE_EXPIRE_TURN = 211, 231, 232, 233

ROUTES: tuple[Route, ...] = (
    _points(FUND, "fund", Kind.FUNDING, Kind.BUDGET),
    _points(UNFUND, "unfund", Kind.BUDGET, Kind.FUNDING),
    _points(RESERVE, "reserve", Kind.BUDGET, Kind.POOL),
    _points(RETURN, "return", Kind.POOL, Kind.BUDGET),
    _points(FUND_EARNING, "fund_earning", Kind.BUDGET, Kind.EARN_POOL),
    _points(RETURN_EARNING, "return_earning", Kind.EARN_POOL, Kind.BUDGET),
    _points(107, "fund_remedies", Kind.BUDGET, Kind.COMPENSATION),
    _points(108, "return_remedies", Kind.COMPENSATION, Kind.BUDGET),
    _points(GRANT, "grant", Kind.POOL, Kind.MEMBER),
    _points(EARN, "earn", Kind.EARN_POOL, Kind.MEMBER),
    _points(121, "play", Kind.MEMBER, Kind.PLAY_SINK),
    _points(REDEEM, "redeem", Kind.MEMBER, Kind.REDEEMED),
    _points(EXPIRE, "expire", Kind.MEMBER, Kind.EXPIRED),
    _points(124, "goodwill", Kind.COMPENSATION, Kind.MEMBER),
    _turns(GIVE_TURN, "give_turn", Kind.TURN_SOURCE, Kind.MEMBER),
    _turns(USE_TURN, "use_turn", Kind.MEMBER, Kind.TURN_SINK),
    _turns(EXPIRE_TURN, "turn_expires", Kind.MEMBER, Kind.TURN_EXPIRED),
    _points(REVERSE_GRANT, "reverse_grant", Kind.MEMBER, Kind.BUDGET, GRANT),
    _points(REVERSE_EARN, "reverse_earn", Kind.MEMBER, Kind.EARN_POOL, EARN),
    _points(221, "reverse_play", Kind.PLAY_SINK, Kind.MEMBER, 121),
    _points(REVERSE_REDEEM, "reverse_redeem", Kind.REDEEMED, Kind.MEMBER, REDEEM),
    _points(223, "reverse_expire", Kind.EXPIRED, Kind.MEMBER, EXPIRE),
    _points(224, "reverse_goodwill", Kind.MEMBER, Kind.COMPENSATION, 124),
    _turns(REVERSE_GIVE_TURN, "reverse_give_turn", Kind.MEMBER, Kind.TURN_SOURCE, GIVE_TURN),
    _turns(REVERSE_USE_TURN, "reverse_use_turn", Kind.TURN_SINK, Kind.MEMBER, USE_TURN),
    _turns(REVERSE_EXPIRE_TURN, "reverse_turn_expires", Kind.TURN_EXPIRED, Kind.MEMBER, EXPIRE_TURN),
)
BY_CODE = {route.code: route for route in ROUTES}
