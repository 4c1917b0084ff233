"""Erasing a person (C21) wherever the platform and its features know of one, as one transaction.

What is under way for them is ended with them, since nobody could have it: what they hold is given back, what they are
owed is written off. What they had stays in the books, as facts about nobody, and can't be used.
"""

from collections.abc import Sequence

from engage.earning import write_off
from engage.feature import Feature
from engage.kernel.refusals import UnderReview
from engage.members import erase_member, require_book
from engage.rewards import withdraw_addresses
from engage.storage.work import Work
from engage.web import end_sessions_of, forget_codes_of


def erase(work: Work, member: str, features: Sequence[Feature]) -> None:
    """Erase a member. Refuses with NotFound, then UnderReview: what is being looked into is not made away with."""
    if require_book(work, member).under_review:
        raise UnderReview("These books are being checked. Please try again later.")
    withdraw_addresses(work, member)
    write_off(work, member)
    for feature in features:
        if feature.erase is not None:
            feature.erase(work, member)
    end_sessions_of(work, member)
    forget_codes_of(work, member)
    erase_member(work, member)
