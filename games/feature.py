"""What the games bring to the platform."""

from collections.abc import Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask_openapi import OpenAPI

from engage.campaigns import ChapterText, Edition
from engage.catalogue import text_in
from engage.events import Subscriber
from engage.feature import Feature, Periodic, Services
from engage.web import edge_of, is_page
from games import api, fairness_page, hub, pages, share_pages
from games.bundles import Bundles
from games.desk import Desk
from games.expiry import EXPIRY_JOB
from games.exports import member_export
from games.lane import PlayLane
from games.look import look_for, read_look
from games.proof import GAME_INVARIANTS
from games.publish import GamesPublisher
from games.revisions import Revisions
from games.section import SECTION
from games.seen import read_unseen
from games.settled import read_receipt_hashes
from games.stage import Stage
from games.statistics import statistics_subscriber
from games.tables import GAME, GAME_REVISION, GAME_STOP, MEMBER_GAME, PLAY, PLAY_SEEN
from games.telling import tell_games
from games.turns import grant_turns
from games.view import read_game, read_revision

_revisions: WeakKeyDictionary[sa.Engine, Revisions] = WeakKeyDictionary()


def _register(app: OpenAPI, services: Services) -> None:
    desk = Desk(services.sealer, services.keyring)
    bundles = Bundles(services, desk.revisions)
    api.register(app, services, desk, bundles)
    pages.register(app, services, desk, share_pages.register(app, services, desk))
    fairness_page.register(app, services, desk, bundles)
    hub.register(app, desk)
    app.wsgi_app = PlayLane(app.wsgi_app, services, desk, edge_of(app))  # type: ignore[method-assign]  # Flask's own way


def _subscribers(_services: Services) -> Sequence[Subscriber]:
    return (statistics_subscriber(),)


def _jobs(_services: Services) -> Sequence[Periodic]:
    return ((EXPIRY_JOB.name, EXPIRY_JOB.every_seconds, EXPIRY_JOB.run),)


def _describe_prize(connection: sa.Connection, game: str, number: int, prize: str, locale: str) -> dict[str, Any]:
    """What a winner is told of a prize, in the member's language, and its terms of claiming."""
    revisions = _revisions.setdefault(connection.engine, Revisions())
    revision = read_revision(connection, revisions, game, number)
    texts = revision.texts
    organiser, claim = texts.get("organiser", {}), texts.get("claim", {})
    return {
        "campaign": read_game(connection, game).campaign,
        "name": text_in(texts.get("prizes", {}).get(prize, {}), locale),
        "art": read_look(connection, game).art_of(revision.prizes.get(prize)),
        "where": text_in(texts.get("where", {}).get(prize, {}), locale),
        "conditions": text_in(texts.get("prize_conditions", {}).get(prize, {}), locale),
        "how": text_in(claim.get("how", {}), locale),
        "organiser": text_in(organiser.get("name", {}), locale),
        "contact": text_in(organiser.get("contact", {}), locale),
        "tax_note": text_in(texts.get("tax_note") or {}, locale),
        "claim_days": claim.get("until_days"),
        "needs_address": texts.get("prize_terms", {}).get(prize, {}).get("address", True),
    }


def _tell_rules(edition: Edition) -> Iterator[ChapterText]:
    return tell_games(edition, _revisions.setdefault(edition.connection.engine, Revisions()))


def _own_files(services: Services, connection: sa.Connection, member: str) -> dict[str, bytes]:
    """The proofs of a member's plays; on a page without those that were not seen yet."""
    unseen = read_unseen(connection, [member], services.clock.now_ms()).get(member, ()) if is_page() else ()
    return {"receipts.json": b"".join(member_export(connection, services, member, unseen=unseen))}


feature = Feature(
    name="games",
    hots=(GAME, GAME_REVISION, GAME_STOP, MEMBER_GAME, PLAY, PLAY_SEEN),
    register=_register,
    section=SECTION,
    publisher=GamesPublisher,
    subscribers=_subscribers,
    jobs=_jobs,
    invariants=lambda _services: GAME_INVARIANTS,
    plays=Stage(),
    give_turns=grant_turns,
    describe_prize={"gam_": _describe_prize},
    tell_rules=_tell_rules,
    own_files=_own_files,
    look_of=look_for,
    receipt_hashes=read_receipt_hashes,
)
