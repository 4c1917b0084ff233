"""The shelf: badges and their tiers, awards that last, collections with a grand prize, and credentials to take away.

The drawer of cards is a program of this package that needs none of that, so the feature comes when it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from badges.feature import SHELF

__all__ = ["SHELF"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  a module's own attribute
    if name != "SHELF":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from badges.feature import SHELF  # noqa: PLC0415  only now

    return SHELF
