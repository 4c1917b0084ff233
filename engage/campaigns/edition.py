"""A campaign's published rules: what it has in force in the catalogue, as everybody may read it, and the hash over it.

What is secret until somebody has it is no part of them. A pause or an end changes no promise, so neither is its state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engage.campaigns.disclosure import text_in
from engage.campaigns.sentences import say
from engage.campaigns.terms import TERMS
from engage.catalogue import Entry, find_entry, read_entries_of
from engage.kernel.canonical import canonical_unchecked
from engage.kernel.clock import render_ms
from engage.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Edition:
    """The published rules of a campaign in one language. `connection` is for what stands elsewhere, such as games."""

    connection: sa.Connection
    terms: Entry
    entries: Sequence[Entry]
    language: str

    def of(self, kind: str) -> list[Entry]:
        """What of a kind is in force, by id."""
        return [entry for entry in self.entries if entry.kind == kind]

    def find(self, id_: str) -> Entry | None:
        """An entry that everybody may read."""
        return next((entry for entry in self.entries if entry.id == id_), None)

    def say(self, sentence: str, **values: object) -> str:
        """A generated sentence."""
        return say(self.language, sentence, **values)

    def text(self, texts: Mapping[str, str] | None) -> str:
        """An organiser's text; empty if there is none."""
        return text_in(texts or {}, self.language)

    def join(self, *sentences: str) -> str:
        """Sentences one after the other; empty ones are left out."""
        return self.say("stop").join(each for each in sentences if each)

    def own_period(self, entry: Entry) -> tuple[str, str] | None:
        """From when until when an entry counts, where that is another time than the campaign's."""
        if (entry.opens_at, entry.closes_at) == (self.terms.opens_at, self.terms.closes_at):
            return None
        return render_ms(entry.opens_at), render_ms(entry.closes_at)


def read_edition(connection: sa.Connection, campaign: str, language: str = "") -> Edition:
    """The rules of a campaign in one of its languages, by default its first. Refuses with NotFound."""
    terms = find_entry(connection, campaign)
    if terms is None or terms.kind != TERMS:
        raise NotFound("There is no such campaign.")
    entries = [each for each in read_entries_of(connection, campaign) if not each.document.get("secret")]
    languages = terms.document["languages"]
    return Edition(connection, terms, entries, language if language in languages else languages[0])


def published(edition: Edition) -> list[dict[str, Any]]:
    """All that is promised, entry by entry, as JSON: what the hash is made over."""
    return [
        {
            "id": entry.id,
            "kind": entry.kind,
            "opens_at": render_ms(entry.opens_at),
            "closes_at": render_ms(entry.closes_at),
            "document": entry.document,
        }
        for entry in edition.entries
    ]


def hash_of_rules(edition: Edition) -> str:
    """SHA-256 over the canonical JSON of all that is promised, in hex."""
    return sha256(canonical_unchecked(published(edition))).hexdigest()
