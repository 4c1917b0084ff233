"""What a member is told of a prize that was won or bought outside of games, out of the catalogue."""

from typing import Any

import sqlalchemy as sa

from engage.catalogue import find_entry, text_in
from engage.kernel.refusals import NotFound


def describe_catalogued(connection: sa.Connection, owner: str, n: int, prize: str, locale: str) -> dict[str, Any]:
    """A prize of a revision of an entry, and its terms of claiming, in the member's language. Refuses with NotFound."""
    entry = find_entry(connection, owner, n)
    if entry is None or prize not in entry.document["prizes"]:
        raise NotFound("There is no such prize.")
    texts, terms = entry.document["prizes"][prize], entry.document["terms"]
    organiser, claim = terms["organiser"], terms["claim"]
    return {
        "campaign": entry.campaign,
        "name": text_in(texts["name"], locale),
        "art": texts["art"],
        "where": text_in(texts.get("where"), locale),
        "conditions": text_in(texts.get("conditions"), locale),
        "how": text_in(claim["how"], locale),
        "organiser": text_in(organiser["name"], locale),
        "contact": text_in(organiser["contact"], locale),
        "tax_note": text_in(terms["tax_note"], locale),
        "claim_days": claim["until_days"],
        "needs_address": texts.get("address", False),
    }
