"""Whom something is for: the brand's attributes of a member, and the values that each of them may have. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from engage.kernel.refusals import NotEligible
from engage.members.tables import Member


def why_outside(only: Iterable[Sequence[Any]], member: Member) -> NotEligible | None:
    """Why something is not for a member, if so: the brand has recorded none of the values of one of its attributes."""
    known = orjson.loads(member.attributes)
    for attribute, values in only:
        if not any(type(value) is type(known.get(attribute)) and value == known[attribute] for value in values):
            detail = "This is for some members only. Who may take part stands in the rules."
            return NotEligible(detail, reason="audience", attribute=attribute)
    return None
