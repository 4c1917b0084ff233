"""JSON for members and the brand's servers, as far as the platform alone can answer."""

from engage.api import health, log, me, members, prizes, statement
from engage.api.me import TurnsOf
from engage.api.prizes import DescribePrize

__all__ = ["DescribePrize", "TurnsOf", "health", "log", "me", "members", "prizes", "statement"]
