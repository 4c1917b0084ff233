"""The plain way, to be measured against: one request, one transaction, SQLAlchemy's ORM on the same tables and rows.

It draws, pays and records just what a play does, with row locks; it has no group commit and no statements of its own.
"""

import hashlib
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
    book = session.execute(sa.select(Book).filter_by(member=ask.member).with_for_update()).scalar_one()
    game = session.execute(sa.select(Game).filter_by(id=revision.game).with_for_update()).scalar_one()
    state = session.execute(sa.select(MemberGame).filter_by(member=ask.member, game=game.id)).scalar_one()
    epoch = session.execute(sa.select(Epoch).filter_by(id=ask.epoch)).scalar_one()
    pools = {p.prize: p for p in session.execute(sa.select(Pool).filter_by(game=game.id)).scalars()}
    turns = session.execute(
        sa.select(Lot).filter(Lot.member == ask.member, Lot.asset == f"TURN:{game.id}", Lot.remaining > 0).limit(1)
    ).scalar_one()
    now = SystemClock().now_ms()
    seed, client = desk.open_seed(epoch.sealed_seed), bytes.fromhex(ask.client_seed)
    table = revision.table_for(0)
    ticket = draw_ticket(seed, revision.hash_bytes, epoch.id, client, state.nonce, table.total)
    angle = look_ppm(seed, revision.hash_bytes, epoch.id, client, state.nonce)
    slot = table.slot_at(ticket)
    prize = next(p for p in slot.chain if p == "none" or pools[p].units_left > 0)
    play_id = new_id("pla", now)
    cause = f"play:{play_id}"
    turns.remaining -= 1
    state.turn_debits += 1
    state.plays_today += 1
    session.add(
        _posting(cause, 0, 132, "TURN", turns.asset, "MEMBER", "TURN_SINK", game.id, ask.member, 1, turns.id, now)
    )
    if prize != "none":
        points = revision.prizes[prize].points or 0
        pools[prize].units_left -= 1
        book.credits += points
        lot = f"{cause}#1"
        session.add(Lot(id=lot, member=ask.member, asset="PTS", amount=points, remaining=points, held=0, earned_at=now))
        session.add(_posting(cause, 1, 111, "PTS", "PTS", "POOL", "MEMBER", "cmp", ask.member, points, lot, now))
    game.game_seq += 1
    state.member_seq += 1
    book.position += 1
    receipt = {
        "v": 1, "play": play_id, "game": game.id, "game_seq": game.game_seq, "prev": game.head, "revision": 1,
        "rules_hash": revision.rules_hash, "member": ask.member, "member_seq": state.member_seq, "epoch": epoch.id,
        "nonce": state.nonce, "client_seed": ask.client_seed, "table": 0, "ticket": ticket, "slot": slot.slot,
        "passed": [], "prize": prize, "guarantee": None, "deck": None, "played_at": render_ms(now), "alg": "draw/1",
    }  # fmt: skip
    leaf = receipt_leaf(canonical_receipt(receipt))
    game.head = leaf.hex()
    levels = tree_levels([leaf])
    signature = desk.sign("engage receipts", (1).to_bytes(4, "big") + levels[-1][0])
    answer = orjson.dumps(
        {
            "play": play_id, "receipt": {**receipt, "seal": {"index": 0, "size": 1, "path": path_of(levels, 0), "signature": signature}},
            "prize": prize, "show": {"slot": slot.slot, "angle_ppm": angle}, "balances": {"points": book.credits - book.debits},
            "turns": {"left": turns.remaining}, "position": book.position,
        }
    ).decode()  # fmt: skip
    session.add(
        PlayModel(
            id=play_id,
            member=ask.member,
            key=ask.key,
            fingerprint=ask.print,
            game=game.id,
            game_seq=game.game_seq,
            epoch=epoch.id,
            nonce=state.nonce,
            answer=answer,
        )  # fmt: skip
    )
    state.nonce += 1
    head = session.execute(sa.select(LogHead).with_for_update()).scalar_one()
    head.n += 1
    head.recorded_at = now
    session.add(
        EventModel(
            position=head.n,
            name="play.settled",
            subject=cause,
            data="",
            member=ask.member,
            member_position=book.position,
            game=game.id,
            recorded_at=now,
        )  # fmt: skip
    )
    return answer


def _posting(  # noqa: PLR0913  a posting has these parts
    cause: str, n: int, route: int, asset_class: str, asset: str, debit: str, credit: str, owner: str, member: str,
    amount: int, lot: str, now: int,
) -> Posting:  # fmt: skip
    return Posting(
        cause=cause, n=n, route=route, asset_class=asset_class, asset=asset, debit_kind=debit, credit_kind=credit,
        owner=owner, member=member, amount=amount, lot=lot, recorded_at=now,
    )  # fmt: skip
