"""The plain way, to be measured against: one request, one transaction, SQLAlchemy's ORM on the same tables and rows.

It draws, pays and records just what a play does, with row locks; it has no group commit and no statements of its own.
"""

import hashlib
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engage.fairness.verifier import draw_ticket, look_ppm
from engage.feature import Services
from engage.kernel.clock import SystemClock, render_ms
from engage.kernel.ids import new_id
from engage.web import MemberTokens
from games.desk import Desk
from games.receipts import canonical_receipt, path_of, receipt_leaf, tree_levels
from games.revisions import Revision
from games.tables import GameRevision


class Model(DeclarativeBase):
    """Classes over the tables that are already there."""


class Book(Model):
    """A member's points."""

    __tablename__ = "book"
    member: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    credits: Mapped[int]
    debits: Mapped[int]


class Game(Model):
    """The locked row of a game."""

    __tablename__ = "game"
    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    game_seq: Mapped[int]
    head: Mapped[str]


class MemberGame(Model):
    """One member in one game."""

    __tablename__ = "member_game"
    member: Mapped[str] = mapped_column(primary_key=True)
    game: Mapped[str] = mapped_column(primary_key=True)
    member_seq: Mapped[int]
    epoch: Mapped[str]
    nonce: Mapped[int]
    client_seed: Mapped[str]
    turn_debits: Mapped[int]
    plays_today: Mapped[int]


class Pool(Model):
    """Units of a prize."""

    __tablename__ = "pool"
    game: Mapped[str] = mapped_column(primary_key=True)
    prize: Mapped[str] = mapped_column(primary_key=True)
    units_left: Mapped[int]


class Epoch(Model):
    """The seeds."""

    __tablename__ = "epoch"
    id: Mapped[str] = mapped_column(primary_key=True)
    sealed_seed: Mapped[bytes]


class Lot(Model):
    """Points or turns received together."""

    __tablename__ = "lot"
    id: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[str]
    asset: Mapped[str]
    amount: Mapped[int]
    remaining: Mapped[int]
    held: Mapped[int]
    earned_at: Mapped[int] = mapped_column(sa.BigInteger)


class Posting(Model):
    """One movement."""

    __tablename__ = "posting"
    cause: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    route: Mapped[int]
    asset_class: Mapped[str]
    asset: Mapped[str]
    debit_kind: Mapped[str]
    credit_kind: Mapped[str]
    owner: Mapped[str]
    member: Mapped[str]
    amount: Mapped[int]
    lot: Mapped[str]
    recorded_at: Mapped[int] = mapped_column(sa.BigInteger)


class PlayModel(Model):
    """One play."""

    __tablename__ = "play"
    id: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    game: Mapped[str]
    game_seq: Mapped[int]
    epoch: Mapped[str]
    nonce: Mapped[int]
    answer: Mapped[str]


class LogHead(Model):
    """The log's counter."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    recorded_at: Mapped[int] = mapped_column(sa.BigInteger)


class EventModel(Model):
    """One event."""

    __tablename__ = "event"
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    subject: Mapped[str]
    data: Mapped[str]
    member: Mapped[str]
    member_position: Mapped[int]
    game: Mapped[str]
    recorded_at: Mapped[int] = mapped_column(sa.BigInteger)


def create_orm_app(services: Services, tokens: MemberTokens) -> Flask:
    """A Flask application whose play route is one ORM transaction a request."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = services.settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 16, "max_overflow": 0}
    db = SQLAlchemy(app, model_class=Model)
    desk = Desk(services.sealer, services.keyring)
    with services.reader.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT game, revision, rules, rules_hash, policy, published_at FROM game_revision")
        )
        revisions = {row.game: Revision(GameRevision(*row)) for row in rows}

    @app.post("/v1/games/<game_id>/plays")
    def play(game_id: str) -> Any:  # noqa: ANN401  a Flask answer
        member = tokens.require(request.headers.get("Authorization", ""))
        key = request.headers["Idempotency-Key"]
        body = request.get_json()
        print_ = hashlib.sha256(request.get_data()).hexdigest()[:32]
        known = db.session.execute(sa.select(PlayModel).filter_by(member=member, key=key)).scalar_one_or_none()
        if known is not None:
            return app.response_class(known.answer, 200, mimetype="application/json")
        answer = _decide(
            db.session, desk, revisions[game_id], SimpleNamespace(member=member, key=key, print=print_, **body)
        )
        db.session.commit()
        return app.response_class(answer, 201, mimetype="application/json")

    return app


def _decide(session: Any, desk: Desk, revision: Revision, ask: Any) -> str:  # noqa: ANN401  the ORM's session
    now = SystemClock().now_ms()
    rows = _load(session, revision.game, ask)
    seed, client = desk.open_seed(rows.epoch.sealed_seed), bytes.fromhex(ask.client_seed)
    where = (seed, revision.hash_bytes, rows.epoch.id, client, rows.state.nonce)
    table = revision.table_for(0)
    ticket = draw_ticket(*where, table.total)
    slot = table.slot_at(ticket)
    prize = next(p for p in slot.chain if p == "none" or rows.pools[p].units_left > 0)
    play_id = new_id("pla", now)
    _pay(session, rows, revision, ask.member, prize, f"play:{play_id}", now, ask.client_seed)
    receipt = _receipt(rows, revision, ask, play_id, ticket, slot.slot, prize, now)
    answer = _answer(desk, rows, receipt, look_ppm(*where))
    session.add(
        PlayModel(
            id=play_id,
            member=ask.member,
            key=ask.key,
            fingerprint=ask.print,
            game=rows.game.id,
            game_seq=rows.game.game_seq,
            epoch=rows.epoch.id,
            nonce=rows.state.nonce,
            answer=answer,
        )
    )
    rows.state.nonce += 1
    _log(session, rows, f"play:{play_id}", now)
    return answer


def _load(session: Any, game_id: str, ask: Any) -> Any:  # noqa: ANN401  the ORM's session and rows
    turns = sa.select(Lot).filter(Lot.member == ask.member, Lot.asset == f"TURN:{game_id}", Lot.remaining > 0)
    return SimpleNamespace(
        book=session.execute(sa.select(Book).filter_by(member=ask.member).with_for_update()).scalar_one(),
        game=session.execute(sa.select(Game).filter_by(id=game_id).with_for_update()).scalar_one(),
        state=session.execute(sa.select(MemberGame).filter_by(member=ask.member, game=game_id)).scalar_one(),
        epoch=session.execute(sa.select(Epoch).filter_by(id=ask.epoch)).scalar_one(),
        pools={pool.prize: pool for pool in session.execute(sa.select(Pool).filter_by(game=game_id)).scalars()},
        turns=session.execute(turns.limit(1)).scalar_one(),
    )


def _pay(  # noqa: PLR0913  a payment has these parts
    session: Any,  # noqa: ANN401  the ORM's session
    rows: Any,  # noqa: ANN401  the ORM's rows
    revision: Revision,
    member: str,
    prize: str,
    cause: str,
    now: int,
    client_seed: str,
) -> None:
    rows.turns.remaining -= 1
    rows.state.turn_debits += 1
    rows.state.client_seed = client_seed
    rows.state.plays_today += 1
    rows.state.member_seq += 1
    rows.game.game_seq += 1
    rows.book.position += 1
    used = Movement(cause, 0, 132, "TURN", rows.turns.asset, "MEMBER", "TURN_SINK", revision.game, rows.turns.id)
    session.add(used.posting(member, 1, now))
    if prize == "none":
        return
    points, lot = revision.prizes[prize].points or 0, f"{cause}#1"
    rows.pools[prize].units_left -= 1
    rows.book.credits += points
    session.add(Lot(id=lot, member=member, asset="PTS", amount=points, remaining=points, held=0, earned_at=now))
    given = Movement(cause, 1, 111, "PTS", "PTS", "POOL", "MEMBER", revision.policy.campaign, lot)
    session.add(given.posting(member, points, now))


def _receipt(  # noqa: PLR0913  a receipt has these parts
    rows: Any,  # noqa: ANN401  the ORM's rows
    revision: Revision,
    ask: Any,  # noqa: ANN401  what was asked
    play_id: str,
    ticket: int,
    slot: str,
    prize: str,
    now: int,
) -> dict[str, Any]:
    return {
        "v": 1,
        "play": play_id,
        "alg": "draw/1",
        "game": rows.game.id,
        "game_seq": rows.game.game_seq,
        "prev": rows.game.head,
        "revision": 1,
        "rules_hash": revision.rules_hash,
        "member": ask.member,
        "member_seq": rows.state.member_seq,
        "epoch": rows.epoch.id,
        "nonce": rows.state.nonce,
        "client_seed": ask.client_seed,
        "table": 0,
        "ticket": ticket,
        "slot": slot,
        "passed": [],
        "prize": prize,
        "guarantee": None,
        "deck": None,
        "played_at": render_ms(now),
    }


def _answer(desk: Desk, rows: Any, receipt: dict[str, Any], angle: int) -> str:  # noqa: ANN401  the ORM's rows
    leaf = receipt_leaf(canonical_receipt(receipt))
    rows.game.head = leaf.hex()
    levels = tree_levels([leaf])
    signature = desk.sign("engage receipts", (1).to_bytes(4, "big") + levels[-1][0])
    seal = {"index": 0, "size": 1, "path": path_of(levels, 0), "signature": signature}
    return orjson.dumps(
        {
            "play": receipt["play"],
            "receipt": receipt | {"seal": seal},
            "prize": receipt["prize"],
            "show": {"slot": receipt["slot"], "angle_ppm": angle},
            "balances": {"points": rows.book.credits - rows.book.debits},
            "turns": {"left": rows.turns.remaining},
            "position": rows.book.position,
        }
    ).decode()


def _log(session: Any, rows: Any, cause: str, now: int) -> None:  # noqa: ANN401  the ORM's session and rows
    head = session.execute(sa.select(LogHead).with_for_update()).scalar_one()
    head.n += 1
    head.recorded_at = now
    session.add(
        EventModel(
            position=head.n,
            name="play.settled",
            subject=cause,
            data="",
            member=rows.book.member,
            member_position=rows.book.position,
            game=rows.game.id,
            recorded_at=now,
        )
    )


@dataclass(frozen=True)
class Movement:
    """A posting before its amount is known."""

    cause: str
    n: int
    route: int
    asset_class: str
    asset: str
    debit_kind: str
    credit_kind: str
    owner: str
    lot: str

    def posting(self, member: str, amount: int, now: int) -> Posting:
        """The row."""
        return Posting(**vars(self), member=member, amount=amount, recorded_at=now)
