"""The games over HTTP: looking, accepting, opening an epoch, playing, revealing, and taking the proofs away."""

from collections.abc import Container
from typing import Any

import sqlalchemy as sa
from flask import Response, send_file
from flask_openapi import OpenAPI

from engage.api import MemberPath, Page
from engage.fairness import find_epoch
from engage.feature import Services
from engage.kernel.clock import parse, render_ms, to_ms
from engage.kernel.refusals import (
    Conflict,
    EpochEnded,
    GameNotOpen,
    InvalidRequest,
    LimitReached,
    NotEligible,
    NotFound,
    OutOfTurns,
    OwnLimit,
    RulesNotAccepted,
    SeedMismatch,
    SeedUsed,
    SoldOut,
    UnderReview,
)
from engage.members import access_member
from engage.web import (
    ANYONE,
    MEMBER,
    REPLAYED,
    KeyAccepted,
    KeyAllowed,
    KeyRequired,
    Routes,
    actor,
    answer_command,
    answer_once,
    fingerprint_of_request,
    is_page,
    json_answer,
    key_with,
    reading,
    request_connection,
    require_cursor,
)
from games import models
from games.bundles import Bundles
from games.desk import Desk
from games.epochs import EndEpoch, OpenEpoch, signed_answer
from games.exports import epoch_export, member_export
from games.fairness_view import deck_of, fairness_of
from games.in_hand import TurnsInHand
from games.play import Play
from games.reader import get_reader
from games.seen import See, UnseenPlay, read_unseen
from games.tables import play
from games.turns import accept_rules, grant_turns
from games.view import parse_answer, read_game, read_games, read_revision, view_game
from games.winners import read_winners

JSON = "application/json"
DAY_SECONDS = 86_400
BUNDLE = {
    "description": "The bundle: what `engage verify FILE` and the page `/verify` check. It may be asked for in ranges.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
ENTRY_REFUSALS = (NotFound, UnderReview, GameNotOpen, NotEligible, RulesNotAccepted)
EPOCH_REFUSALS = (*ENTRY_REFUSALS, SeedUsed, SoldOut)
PLAY_REFUSALS = (*ENTRY_REFUSALS, OwnLimit, LimitReached, OutOfTurns, EpochEnded, SeedMismatch, SoldOut)
ACCEPTANCE_REFUSALS = (NotFound, UnderReview, RulesNotAccepted)


def register(app: OpenAPI, services: Services, desk: Desk, bundles: Bundles) -> None:
    """Add every route of the games."""
    _register_looking(Routes(app, "games", "Games: what they are, and how they went."), services, desk)
    _register_bundles(Routes(app, "games", "Games: what they are, and how they went."), bundles)
    _register_playing(Routes(app, "play", "Playing, and proving it."), services, desk)
    _register_seeing(Routes(app, "play", "Playing, and proving it."), services)
    _register_proofs(Routes(app, "play", "Playing, and proving it."), services)
    _register_brand(Routes(app, "members", "The brand's server: its members."), services, desk)


def _register_looking(routes: Routes, services: Services, desk: Desk) -> None:
    revisions = desk.revisions

    def view(game_id: str) -> dict[str, Any]:
        connection = request_connection()
        member = get_reader(connection, actor())
        return view_game(connection, revisions, game_id, member, services.clock.now_ms(), as_page=is_page())

    @routes.add("get", "/v1/games", MEMBER, {200: models.GameList}, [NotFound])
    def get_games() -> Response:
        """The games as I see them."""
        items = [view(row.id) for row in read_games(request_connection())]
        return json_answer({"items": items, "next": None})

    @routes.add("get", "/v1/games/<game>", MEMBER, {200: models.GameAnswer}, [NotFound])
    def get_game(path: models.GamePath) -> Response:
        """One game as I see it: the slots of my next play with their odds, the units left, my turns."""
        return json_answer(view(path.game))

    @routes.add("get", "/v1/games/<game>/winners", ANYONE, {200: models.WinnerList}, [NotFound])
    def get_game_winners(path: models.GamePath, query: Page) -> Response:
        """Who won prizes whose winners have to be shown, masked, newest first."""
        require_cursor(query.cursor, "win")
        connection, now_ms = request_connection(), services.clock.now_ms()
        row = read_game(connection, path.game)
        found = read_winners(connection, revisions, row.id, query.cursor, query.limit + 1, now_ms)
        shown = found[: query.limit]
        return json_answer({"items": shown, "next": shown[-1]["id"] if len(found) > query.limit else None})

    document: dict[str, Any] = {
        "description": "The canonical rules: these bytes, after `draw/1 rules` and a zero byte, hash to `rules_hash`.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }

    @routes.add("get", "/v1/games/<game>/rules", ANYONE, {200: document}, [NotFound])
    def get_game_rules(path: models.GamePath) -> Response:
        """The rules in force, byte for byte as they are hashed."""
        connection = request_connection()
        row = read_game(connection, path.game)
        revision = read_revision(connection, revisions, row.id, row.revision)
        return Response(revision.canonical, mimetype=JSON)

    @routes.add("get", "/v1/games/<game>/fairness", ANYONE, {200: models.FairnessAnswer}, [NotFound])
    def get_game_fairness(path: models.GamePath) -> Response:
        """What came beside its odds, who was refused and why, epochs without a play, stops."""
        return json_answer(fairness_of(request_connection(), revisions, path.game))

    @routes.add("get", "/v1/games/<game>/deck", ANYONE, {200: models.DeckAnswer}, [NotFound])
    def get_game_deck(path: models.GamePath) -> Response:
        """The sealed deck; once the game has ended, its seed and every sale."""
        return json_answer(deck_of(request_connection(), revisions, services.sealer, path.game))


def _register_bundles(routes: Routes, bundles: Bundles) -> None:
    @routes.add("get", "/v1/games/<game>/bundle", ANYONE, {200: BUNDLE}, [NotFound, Conflict])
    def get_game_bundle(path: models.GamePath) -> Response:
        """Everything of the game's campaign, signed, once it has ended: each play, seed and rule, deck and close.

        While the campaign goes on, the refusal tells in `closes_at` when its last game closes. A large bundle that
        nobody has asked for yet is being written first: `busy`.
        """
        file = bundles.get(path.game)
        name = f"{file.parent.name}-bundle.json"
        return send_file(file, JSON, as_attachment=True, download_name=name, conditional=True, max_age=DAY_SECONDS)


def _register_playing(routes: Routes, services: Services, desk: Desk) -> None:
    writer = services.writer

    @routes.add("post", "/v1/games/<game>/acceptances", MEMBER, {201: models.Acceptance}, ACCEPTANCE_REFUSALS)
    def post_acceptance(path: models.GamePath, body: models.AcceptanceRequest, header: KeyAllowed) -> Response:
        """Accept the rules in force."""
        member = actor()

        def accept(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            accept_rules(work, desk.revisions, member, path.game, body.rules_hash, adult=body.adult)
            return 201, {"game": path.game, "rules_hash": body.rules_hash, "adult": body.adult}

        return answer_once(writer, member, header.key, accept)

    @routes.add("post", "/v1/games/<game>/epochs", MEMBER, {201: models.EpochAnswer}, EPOCH_REFUSALS)
    def post_epoch(path: models.GamePath, body: models.EpochRequest, header: KeyAllowed) -> Response:
        """Open an epoch with the hash of a seed of my own; the same hash gets the same answer while it is open."""
        member = actor()
        command = OpenEpoch(desk, member, path.game, body.client_commitment)
        return answer_command(writer, member, header.key, command, lambda epoch: (201, signed_answer(epoch)))

    @routes.add(
        "post", "/v1/games/<game>/plays", MEMBER, {200: models.PlayAnswer, 201: models.PlayAnswer}, PLAY_REFUSALS
    )
    def post_play(path: models.GamePath, body: models.PlayRequest, header: KeyRequired) -> Response:
        """Play once. The same key gets the same bytes, with 200, for ever."""
        command = Play(desk, actor(), path.game, body.epoch, body.client_seed, header.key, fingerprint_of_request())
        desk.decks.prepare(services.reader, path.game)
        played = writer.submit(command)
        answer = Response(played.row.answer, 200 if played.replayed else 201, mimetype=JSON)
        if played.replayed:
            answer.headers[REPLAYED] = "true"
        return answer


def _register_seeing(routes: Routes, services: Services) -> None:
    writer = services.writer

    @routes.add("post", "/v1/epochs/<epoch>/reveal", MEMBER, {200: models.Reveal}, [NotFound, Conflict, UnderReview])
    def post_reveal(path: models.EpochPath, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """End the epoch and see both seeds with all its receipts: its plays count as seen from then on."""
        member = actor()
        with reading() as connection:
            epoch = find_epoch(connection, path.epoch)
        if epoch is None or epoch.member != member:
            raise NotFound("There is no such epoch of yours.")
        writer.submit(EndEpoch(member, epoch.id, epoch.game))
        with reading() as connection:
            export = epoch_export(connection, services, member, epoch.id)
            unseen = read_unseen(connection, [member], services.clock.now_ms()).get(member, [])
        for each in unseen:
            if each.receipt["epoch"] == epoch.id:
                writer.submit(See(member, each.play))
        return json_answer(export)

    @routes.add("post", "/v1/plays/<play>/seen", MEMBER, {200: models.PlayItem}, [NotFound])
    def post_seen(path: models.PlayPath, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """The wheel has stopped, the card was scratched: what came of the play, which every screen may show now."""
        row = writer.submit(See(actor(), path.play))
        return json_answer(_render_play(row.answer, unseen=False))


def _register_proofs(routes: Routes, services: Services) -> None:
    def hidden_from_page(connection: sa.Connection) -> dict[str, UnseenPlay]:
        """The plays that this request must not be told of, by id: on a page those that its member has not seen."""
        if not is_page():
            return {}
        found = read_unseen(connection, [actor()], services.clock.now_ms())
        return {play.play: play for play in found.get(actor(), [])}

    @routes.add("get", "/v1/plays", MEMBER, {200: models.PlayList})
    def get_plays(query: Page) -> Response:
        """My plays, newest first."""
        connection = request_connection()
        return json_answer(plays_page(connection, actor(), query, hidden_from_page(connection)))

    @routes.add("get", "/v1/plays/<play>", MEMBER, {200: models.PlayItem}, [NotFound])
    def get_play(path: models.PlayPath) -> Response:
        """One play of mine."""
        query = sa.select(play.c.answer).where(play.c.id == path.play, play.c.member == actor())
        connection = request_connection()
        answer, hidden = connection.execute(query).scalar_one_or_none(), hidden_from_page(connection)
        if answer is None:
            raise NotFound("There is no such play of yours.")
        return json_answer(_render_play(answer, unseen=path.play in hidden))

    @routes.add("get", "/v1/receipts", MEMBER, {200: models.ExportAnswer})
    def get_receipts() -> Response:
        """My export file: every epoch whole, for the offline verifier."""
        connection = request_connection()
        pieces = member_export(connection, services, actor(), unseen=hidden_from_page(connection).values())
        return Response(b"".join(pieces), mimetype=JSON)


def _register_brand(routes: Routes, services: Services, desk: Desk) -> None:
    in_hand = TurnsInHand(desk.revisions)

    @routes.add(
        "post", "/v1/members/<ext>/turns", key_with("turns"), {201: models.TurnsAnswer}, [NotFound, GameNotOpen]
    )
    def post_turns(path: MemberPath, body: models.TurnsRequest, header: KeyRequired) -> Response:
        """Give a member turns of a game; the key makes it happen once."""
        expires_at = None if body.expires_at is None else _parse_instant("expires_at", body.expires_at)

        def give(work: Any) -> tuple[int, Any]:  # noqa: ANN401  the work of one transaction
            member = access_member(work.connection, path.ext).id
            lot = grant_turns(work, member, body.game, body.count, expires_at=expires_at, reason=body.reason)
            before = in_hand.of_pairs(work.connection, [(member, body.game)], work.now_ms)
            left = before[member, body.game] + body.count
            expiry = None if lot.expires_at is None else render_ms(lot.expires_at)
            return 201, {"game": body.game, "count": body.count, "expires_at": expiry, "left": left}

        return answer_once(services.writer, actor(), header.key, give)

    @routes.add("get", "/v1/members/<ext>/plays", key_with("support"), {200: models.PlayList}, [NotFound])
    def get_member_plays(path: MemberPath, query: Page) -> Response:
        """A member's plays, newest first."""
        connection = request_connection()
        return json_answer(plays_page(connection, access_member(connection, path.ext).id, query, ()))


def _parse_instant(name: str, text: str) -> int:
    try:
        return to_ms(parse(text))
    except (ValueError, OverflowError):
        errors = [{"field": name, "message": "no instant with an offset, such as 2026-12-31T16:00:00Z"}]
        raise InvalidRequest(f"{name} must be an instant such as 2026-12-31T16:00:00Z.", errors=errors) from None


def plays_page(connection: sa.Connection, member: str, page: Page, hidden: Container[str]) -> dict[str, Any]:
    """One page of a member's plays, newest first, of which those that are `hidden` tell nothing."""
    require_cursor(page.cursor, "pla")
    query = sa.select(play.c.id, play.c.answer).where(play.c.member == member)
    if page.cursor:
        query = query.where(play.c.id < page.cursor)
    rows = connection.execute(query.order_by(play.c.id.desc()).limit(page.limit + 1)).all()
    shown = rows[: page.limit]
    return {
        "items": [_render_play(row.answer, unseen=row.id in hidden) for row in shown],
        "next": shown[-1].id if len(rows) > page.limit else None,
    }


def _render_play(text: str, *, unseen: bool) -> dict[str, Any]:
    answer = parse_answer(text)
    receipt = answer["receipt"]
    told = {"receipt": receipt, "prize": answer["prize"], "show": answer["show"]}
    return {"play": answer["play"], "game": receipt["game"], "unseen": unseen} | (
        dict.fromkeys(told) if unseen else told
    )
