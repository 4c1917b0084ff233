"""What a section of a campaign file promises to members, in the words of the rules of the field.

The rules checker sees games only as offers, so that it needs to know nothing of wheels and cards.
"""

from dataclasses import dataclass

from engage.campaigns.definition import Texts
from engage.campaigns.source import Path


@dataclass(frozen=True, slots=True)
class Promise:
    """One prize. `value_fen` is the market value of one unit, points valued by C3b; a turn has none of its own.

    `units` None is without end. `price`: the points that it is bought for; 0, and it is won or earned.
    """

    path: Path
    kind: str
    name: Texts
    units: int | None
    value_fen: int
    points: int = 0
    turns: int = 0
    use_by_days: int | None = None
    cash_equivalent: bool = False
    winnable: bool = True
    price: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A game, or whatever else gives prizes. `per_purchase`: plays that one purchase may bring, 0 if none does."""

    path: Path
    by_chance: bool
    per_purchase: int
    limited: bool
    prizes: tuple[Promise, ...]

    def top_value_fen(self) -> int:
        """The highest value that one play can lead to: a prize, or turns that each win the highest prize (C3)."""
        highest = max((promise.value_fen for promise in self.prizes), default=0)
        return highest * max([1, *(promise.turns for promise in self.prizes)])
