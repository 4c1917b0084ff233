"""The chapter of a campaign's rules page that leads to the rules of its games, each of which has a hash of its own."""

from collections.abc import Iterator

from flask import url_for

from engage.campaigns import Block, ChapterText, Edition, Links, Note
from games.revisions import Revisions
from games.view import read_games, read_revision


def tell_games(edition: Edition, revisions: Revisions) -> Iterator[ChapterText]:
    """The games by their titles; nothing where there is none."""
    rows = [row for row in read_games(edition.connection) if row.campaign == edition.terms.id]
    read = (read_revision(edition.connection, revisions, row.id, row.revision) for row in rows)
    links = tuple(
        (edition.text(each.texts["title"]), url_for("get_rules_page", game=row.id, language=edition.language))
        for row, each in zip(rows, read, strict=True)
    )
    if links:
        blocks: list[Block] = [Note(edition.say("games.note")), Links(links)]
        yield "games", blocks
