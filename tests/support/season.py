"""A season in which everything happens to the books that can happen, and the whole proof of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import orjson
import sqlalchemy as sa

from engage import campaigns
from engage.events import SubscriberLoop
from engage.fairness import Keyring
from engage.fairness.deck import BuiltDeck, Counts, build_deck
from engage.jobs.sealing import make_seal, seal_subscriber
from engage.kernel.clock import ManualClock
from engage.kernel.refusals import Refusal
from engage.ledger import (
    ACCOUNT,
    ACCOUNT_BY_OWNER,
    BOOK,
    BOOK_BY_MEMBER,
    EXPIRE_TURN,
    LEDGER_COUNTERS,
    LEDGER_INVARIANTS,
    OPEN_LOTS,
    POSTING,
    POSTINGS_BY_POSITION,
    Lot,
    Posting,
    lift,
    quarantine_subject,
    take_back_points,
    take_turns,
    tree_invariant,
    turn_asset,
)
from engage.ledger.proof import Proven, run_proof
from engage.ledger.tables import lot
from engage.rewards import (
    REWARD_INVARIANTS,
    REWARD_POOLS,
    Address,
    claim_goods,
    move_state,
    reveal_code,
    undo_use,
    use_voucher,
    withdraw_addresses,
)
from engage.storage.facts import Archive
from engage.storage.work import Work
from games.counters import GAME_COUNTERS
from games.expiry import expire_turns
from games.proof import GAME_INVARIANTS
from games.settled import read_receipt_hashes
from games.tables import MEMBER_GAME, MEMBER_GAME_BY_PAIR
from games.turns import accept_rules
from tests.support.bureau import CAMPAIGN, CARDS, DURING, OTHER, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.tables import every_table
from tests.support.world import Client

DAYS = 4
REVOKED_AFTER = 3
AFTERWARDS = DURING + timedelta(days=DAYS + 1)
HOME = Address("Alice", "123", "Pine Lane 1")
REMADE = {"route", "log_head", "log_tile", "subscriber", "job_lease", "slot_count", "game_monitor", "winner"}
"""What migrations declare, what each deployment has of its own, and what the readers of the log make again."""
GENEROUS = changed(
    "guarantee: {class: 2, misses: 9, table: 1}",
    "guarantee: {class: 2, misses: 2, table: 1}",
    changed(
        "prize: meal, else: [few, none], weight: 5}",
        "prize: meal, else: [few, none], weight: 50}",
        changed("prize: none, weight: 50}", "prize: none, weight: 5}", PLAYABLE),
    ),
)
"""The sample, but so that in a season everybody is as good as certain to win everything."""
BETTER = changed("per_day: 3", "per_day: 4", changed("units: 5000", "units: 5500", GENEROUS))


def archive() -> Archive:
    """All that is carried from one database to another."""
    tables = [table for table in every_table().sorted_tables if table.name not in REMADE]
    return Archive(tables, (*LEDGER_COUNTERS, *GAME_COUNTERS, REWARD_POOLS), {POSTING.name: POSTINGS_BY_POSITION})


def prove(reader: sa.Engine, keyring: Keyring) -> list[Proven]:
    """Check every invariant there is."""
    tree = tree_invariant(read_receipt_hashes, lambda: keyring.origin, keyring.has_signed)
    with reader.connect() as connection:
        return run_proof(connection, (*LEDGER_INVARIANTS, *REWARD_INVARIANTS, *GAME_INVARIANTS, tree))


def violations(results: list[Proven]) -> set[tuple[str, str, str]]:
    """The invariants that do not hold, and the subjects to which that happened."""
    return {(invariant.code, v.subject_kind, v.subject) for invariant, proof in results for v in proof.violations}


def seal(bureau: Bureau) -> None:
    """Seal all there is and sign its head."""
    sealing = make_seal(bureau.services.keyring, read_receipt_hashes)
    SubscriberLoop(bureau.services.writer, bureau.services.reader, [seal_subscriber(sealing)]).catch_up()
    bureau.services.writer.run(sealing.sign_head)


@contextmanager
def opened(url: str, moment: datetime = AFTERWARDS) -> Iterator[Bureau]:
    """A bureau on a database that is there, at some moment: by default after the season."""
    with mock.patch("games.publish.build_in_child", _build_here):
        bureau = Bureau(url, ManualClock(moment))
        try:
            yield bureau
        finally:
            bureau.close()


def _build_here(deck: str, counts: Counts, seed: bytes, folder: Path) -> BuiltDeck:
    return build_deck(deck, counts, seed)


def live_through(bureau: Bureau) -> None:
    """Two campaigns, four days: every outcome, a pause, an amendment, expiries, a correction, reviews, and an end."""
    bureau.publish_campaign(GENEROUS)
    bureau.publish_campaign(OTHER)
    players = [bureau.adult(name, game) for game in (WHEEL, CARDS, "gam_wheel2") for name in _cast(game)]
    _accept(bureau, players[0])
    for day in range(DAYS):
        for player in players:
            _play_all(player)
        _between_days(bureau, players, day)
        bureau.clock.move(timedelta(days=1))
    bureau.services.writer.run(expire_turns)
    _use_prizes(bureau)
    _take_back(bureau)
    campaigns.end(bureau.office, "cmp_autumn", "Carol", "Dan")
    seal(bureau)


def _cast(game: str) -> list[str]:
    return [f"{name}_{game}" for name in ("alice", "bob", "frank", "grace")]


def _accept(bureau: Bureau, player: Client) -> None:
    rules_hash = bureau.one("SELECT rules_hash FROM game_revision WHERE game = :game", game=player.game)
    revisions = bureau.desk.revisions
    bureau.services.writer.run(
        lambda work: accept_rules(work, revisions, player.member, player.game, rules_hash, adult=True)
    )


def _play_all(player: Client) -> None:
    """Play until the day's limit, or the game, says no."""
    while True:
        try:
            player.play()
        except Refusal as refusal:
            if refusal.code == "epoch_ended":
                player.open()
                continue
            return


def _between_days(bureau: Bureau, players: list[Client], day: int) -> None:
    """One thing a night."""
    alice, bob = players[0], players[1]
    if day == 0:
        bob.reveal()
        bureau.turns(alice.member, WHEEL, 3, expires_at=bureau.clock.now_ms() + 1000)
        bureau.turns(bob.member, WHEEL, 1, expires_at=bureau.clock.now_ms() + 1000)
        bureau.turns(bob.member, WHEEL, 2, expires_at=bureau.clock.now_ms() + 1000)
        bureau.turns(bob.member, WHEEL, 4, expires_at=bureau.clock.now_ms() + 10 * 86_400_000)
    elif day == 1:
        _expire_together(bureau, bob)
        campaigns.pause(bureau.office, CAMPAIGN, "Carol")
        bureau.clock.move(timedelta(hours=5))
        campaigns.resume(bureau.office, CAMPAIGN, "Carol")
    elif day == 2:
        bureau.load(BETTER)
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
        for kind, subject in (("member", bob.member), ("game", CARDS)):
            bureau.services.writer.run(partial(quarantine_subject, kind=kind, subject=subject, reason="a test"))
        bureau.services.writer.run(lambda work: lift(work, "game", CARDS, "Carol", "Dan"))


def _expire_together(bureau: Bureau, player: Client) -> None:
    """Two lots leave the books in one posting, so that it has moves."""

    def decide(work: Work) -> None:
        book = work.fetch(BOOK_BY_MEMBER, player.member)
        state = work.fetch(MEMBER_GAME_BY_PAIR, (player.member, player.game))
        work.load(OPEN_LOTS, [(player.member, turn_asset(player.game))])
        lots = work.find_many(OPEN_LOTS, (player.member, turn_asset(player.game)))
        gone = [each for each in lots if each.expires_at is not None and each.expires_at <= work.now_ms]
        assert book is not None
        assert state is not None
        assert len(gone) > 1
        amount = sum(each.remaining for each in gone)
        take_turns(work, EXPIRE_TURN, player.member, player.game, gone, amount, cause="expire:together")
        state.turn_debits += amount
        work.change(MEMBER_GAME, state)
        work.append("turns.changed", "expire:together", "{}", member=book, game=player.game)
        work.change(BOOK, book)

    bureau.services.writer.run(decide)


def _use_prizes(bureau: Bureau) -> None:
    """A voucher is looked at and used, goods are claimed, by whoever is not under review."""
    services = bureau.services
    usable = "SELECT g.id, g.member, g.kind FROM prize_grant AS g JOIN book AS b ON b.member = g.member"
    used: list[str] = []
    for grant, member, kind in bureau.rows(f"{usable} WHERE b.under_review = 0 ORDER BY g.id"):
        if kind == "voucher":
            code = services.writer.run(partial(reveal_code, sealer=services.sealer, member=member, grant_id=grant))
            _use_code(bureau, code, grant, len(used))
            used.append(grant)
        else:
            claim = partial(claim_goods, sealer=services.sealer, member=member, grant_id=grant, to=HOME)
            services.writer.run(claim)
            services.writer.run(partial(withdraw_addresses, member=member))
            services.writer.run(claim)
    assert len(used) >= REVOKED_AFTER, "the season is generous enough for every kind of use"


def _use_code(bureau: Bureau, code: str, grant: str, number: int) -> None:
    """One code is used, one used and undone, one used again, and the others are taken back after such a history."""
    writer = bureau.services.writer
    use = partial(use_voucher, sealer=bureau.services.sealer, code=code, store="Shop 12", actor="key_till")
    for _ in range(number + 1):
        use_id = writer.run(use).use.id
        bureau.clock.move(timedelta(minutes=1))
        if number:
            writer.run(partial(undo_use, use_id=use_id, actor="key_till"))
    if number == 1:
        writer.run(use)
    if number >= REVOKED_AFTER - 1:
        writer.run(partial(move_state, grant_id=grant, state="revoked", note="a test", actor="key_brand"))


def _take_back(bureau: Bureau) -> None:
    """A grant of points is reversed in two parts."""

    def decide(work: Work) -> None:
        posting = POSTING.table
        query = sa.select(posting).where(posting.c.route == 111).order_by(posting.c.cause).limit(1)
        given = Posting(*work.connection.execute(query).one())
        made = Lot(*work.connection.execute(sa.select(lot).where(lot.c.id == given.lot)).one())
        assert given.member is not None
        book = work.fetch(BOOK_BY_MEMBER, given.member)
        assert book is not None
        account = work.fetch(ACCOUNT_BY_OWNER, ("BUDGET", given.owner))
        assert account is not None
        for n, part in enumerate((given.amount // 2, 1)):
            take_back_points(work, book, given, made, part, cause="reversal:test", n=n)
            account.credits += part
        work.change(ACCOUNT, account)
        work.append("points.changed", "reversal:test", orjson.dumps({"reason": "test"}).decode(), member=book)

    bureau.services.writer.run(decide)


def rows_of(engine: sa.Engine, tables: Sequence[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of these tables, by key."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }
