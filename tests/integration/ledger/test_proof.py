"""What `engage prove` finds: nothing after a whole season, and whatever was changed behind the application's back."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

# ruff: noqa: S608  statements are made of names that are written here
import pytest
import sqlalchemy as sa

from engage.kernel.refusals import InvalidRequest, NotFound, UnderReview
from engage.ledger import format_proof, lift, list_quarantined, quarantine_subject
from engage.storage.snapshot import snapshot
from tests.support.bureau import CARDS, WHEEL, Bureau
from tests.support.log import tamper
from tests.support.season import opened, prove, violations
from tests.support.world import Client

ALICE = "mem_alice_gam_wheel"
OF_ALICE = f"member = '{ALICE}' AND game = '{WHEEL}'"
A_PLAY = f"(SELECT id FROM play WHERE member = '{ALICE}' ORDER BY game_seq LIMIT 1)"
LAST_PLAY = f"(SELECT id FROM play WHERE game = '{WHEEL}' ORDER BY game_seq DESC LIMIT 1)"
ANY_LOT = f"id = (SELECT min(id) FROM lot WHERE member = '{ALICE}' AND asset <> 'PTS' AND remaining < amount)"
NONE_TO_TYRE = """replace(answer, '"prize":"none"', '"prize":"prz_tyre"')"""
ANOTHER_SLOT = """replace(answer, '"show":{"slot":"', '"show":{"slot":"another_')"""


@dataclass(frozen=True)
class Forgery:
    """Changed rows, and where at least it must be found; `subject` is who goes under review, "" if nobody."""

    statements: tuple[str, ...]
    codes: frozenset[str]
    subject: str

    def __str__(self) -> str:
        return self.statements[0]


def forgery(codes: str, subject: str, *statements: str) -> Forgery:
    return Forgery(statements, frozenset(codes.split()), subject)


FORGERIES = [
    # Books and accounts.
    forgery("I1 I3", ALICE, f"UPDATE book SET credits = credits + 1 WHERE member = '{ALICE}'"),
    forgery("I1", ALICE, f"UPDATE book SET position = position + 1 WHERE member = '{ALICE}'"),
    forgery("I1", ALICE, f"UPDATE book SET under_review = 1 WHERE member = '{ALICE}'"),
    forgery("I1 I3", ALICE, f"UPDATE book SET credits = credits + 9, held = 9 WHERE member = '{ALICE}'"),
    forgery("I1", ALICE, f"DELETE FROM book WHERE member = '{ALICE}'"),
    forgery("I1", "", "UPDATE account SET credits = credits + 1 WHERE owner = 'cmp_spring'"),
    forgery("I1", "", "UPDATE account SET overdraft = overdraft + 1 WHERE kind = 'FUNDING'"),
    forgery("I1 I2", "", "DELETE FROM funding_order WHERE campaign = 'cmp_spring'"),
    # Lots.
    forgery("I4", ALICE, f"UPDATE lot SET remaining = amount WHERE {ANY_LOT}"),
    forgery("I4", ALICE, f"UPDATE lot SET remaining = amount, held = 1 WHERE {ANY_LOT}"),
    forgery("I4", ALICE, f"UPDATE lot SET amount = amount + 1 WHERE {ANY_LOT}"),
    forgery("I4", ALICE, f"UPDATE lot SET member = 'mem_bob_gam_wheel' WHERE {ANY_LOT}"),
    forgery("I4", ALICE, f"INSERT INTO lot VALUES ('gift#0', '{ALICE}', 'PTS', 5, 0, 0, 1, NULL)"),
    forgery("I4", "mem_bob_gam_wheel", "DELETE FROM lot_move WHERE cause = 'expire:together'"),
    forgery("I9", "", "UPDATE lot SET expires_at = earned_at WHERE asset = 'PTS'"),
    forgery(
        "I10",
        ALICE,
        "UPDATE lot SET expires_at = NULL WHERE id = (SELECT lot FROM posting WHERE route = 133 AND lot IS NOT NULL)",
    ),
    # Postings.
    forgery("I1 I4 I9", ALICE, f"DELETE FROM posting WHERE cause = 'play:' || {A_PLAY} AND n = 0"),
    forgery("I1 I9", ALICE, f"UPDATE posting SET amount = 2 WHERE cause = 'play:' || {A_PLAY} AND n = 0"),
    forgery(
        "I5", ALICE, f"UPDATE posting SET member = 'mem_bob_gam_wheel' WHERE cause = 'play:' || {A_PLAY} AND n = 2"
    ),
    forgery("I5 I9", ALICE, f"UPDATE posting SET cause = 'gift:1' WHERE cause = 'play:' || {A_PLAY} AND n = 0"),
    forgery("I6", "", "UPDATE posting SET amount = 1 WHERE route = 103"),
    forgery("I7", "", "UPDATE posting SET amount = 50 WHERE route = 211"),
    forgery("I7", "", "UPDATE posting SET lot = 'another' WHERE route = 211"),
    forgery("I5", "", "UPDATE route SET name = 'gift' WHERE code = 124"),
    forgery("I5", "", "UPDATE route SET debit_kind = 'REDEEMED' WHERE code = 124"),
    # The log.
    forgery("log I11", "", "DELETE FROM event WHERE position = (SELECT max(position) FROM event)"),
    forgery("log I11", "", "DELETE FROM event WHERE position = 7"),
    forgery("log", "", "UPDATE log_head SET n = n + 1"),
    forgery("I11", "", "UPDATE event SET data = '{}' WHERE position = 1"),
    forgery("I11", "", "UPDATE checkpoint SET head = signature"),
    # Games and pools.
    forgery("I6", WHEEL, f"UPDATE pool SET units_left = units_left - 1 WHERE game = '{WHEEL}' AND prize = 'prz_few'"),
    forgery("I6", WHEEL, f"UPDATE pool SET units = units + 1 WHERE game = '{WHEEL}' AND prize = 'prz_few'"),
    forgery("I6", WHEEL, f"UPDATE pool SET points = 1 WHERE game = '{WHEEL}' AND prize = 'prz_few'"),
    forgery("I6", WHEEL, "DELETE FROM voucher_code WHERE ordinal = 39"),
    forgery("I6", "", "UPDATE funding_order SET money_fen = 0"),
    forgery("I6", WHEEL, f"UPDATE game SET game_seq = game_seq + 1 WHERE id = '{WHEEL}'"),
    forgery("I6", WHEEL, f"UPDATE game SET head = id WHERE id = '{WHEEL}'"),
    forgery("I6", WHEEL, f"UPDATE game SET run = run + 1 WHERE id = '{WHEEL}'"),
    forgery("I6", WHEEL, f"UPDATE game SET state = 'paused' WHERE id = '{WHEEL}'"),
    forgery("I6", CARDS, f"UPDATE game SET sold_out = 1 WHERE id = '{CARDS}'"),
    forgery("I6", CARDS, f"UPDATE game SET under_review = 1 WHERE id = '{CARDS}'"),
    forgery("I6", "gam_wheel2", "DELETE FROM game_stop WHERE game = 'gam_wheel2'"),
    # What a member's next play depends on.
    forgery("I1", ALICE, f"UPDATE member_game SET turn_credits = turn_credits + 1 WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET member_seq = 0 WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET misses = misses + 1 WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET wins = '{{}}' WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET nonce = nonce + 1 WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET epoch = NULL WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET client_seed = 'ff' WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET accepted = NULL WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"UPDATE member_game SET adult = 0 WHERE {OF_ALICE}"),
    forgery("I1", ALICE, f"DELETE FROM member_game WHERE {OF_ALICE}"),
    # Plays, their receipts and what was won.
    forgery("I9 I11", "", f"UPDATE play SET answer = {NONE_TO_TYRE} WHERE game = '{CARDS}'"),
    forgery("I9", ALICE, f"UPDATE play SET answer = {ANOTHER_SLOT} WHERE id = {A_PLAY}"),
    forgery("I1 I9", ALICE, f"UPDATE play SET epoch = 'another' WHERE id = {A_PLAY}"),
    forgery("I9", "", f"UPDATE play SET answer = '{{}}' WHERE id = (SELECT min(id) FROM play WHERE game = '{CARDS}')"),
    forgery("I9", ALICE, f"UPDATE play SET answer = '{{\"receipt\":{{}}}}' WHERE id = {A_PLAY}"),
    forgery("I9", ALICE, f"UPDATE play SET answer = 'no answer' WHERE id = {A_PLAY}"),
    forgery("I9", "", f"UPDATE play SET game_seq = game_seq + 1 WHERE id = {LAST_PLAY}"),
    forgery("I9", "", f"UPDATE play SET serial = NULL WHERE id = (SELECT min(id) FROM play WHERE game = '{CARDS}')"),
    forgery("I6 I9", "", f"DELETE FROM play WHERE id = {LAST_PLAY}"),
    forgery("I9", "", "UPDATE prize_grant SET prize = 'prz_other' WHERE kind = 'voucher'"),
    forgery("I9", "", "UPDATE prize_grant SET won_at = won_at + 1"),
    forgery("I9", "", "UPDATE prize_grant SET cause = 'gift:1' WHERE id = (SELECT min(id) FROM prize_grant)"),
    # What became of what was won.
    forgery("I9", "", "UPDATE grant_state SET state = 'shipped' WHERE state = 'revealed'"),
    forgery("I9", "", "UPDATE grant_state SET n = n + 9 WHERE state = 'revealed'"),
    forgery("I9", "", "DELETE FROM grant_state WHERE state = 'withdrawn'"),
    forgery("I9", "", "DELETE FROM claim"),
    forgery("I9", "", "UPDATE consent SET granted = 0"),
    forgery("I9", "", "DELETE FROM voucher_use WHERE n = 1"),
    forgery("I9", "", "UPDATE voucher_use SET recorded_at = recorded_at + 300000 WHERE n = 1"),
    forgery("I9", "", "UPDATE voucher_use SET recorded_at = 1 WHERE n = 0"),
    forgery("I9", "", "UPDATE prize_grant SET use_by = won_at + 1 WHERE kind = 'voucher'"),
    forgery("I9", "", "UPDATE grant_state SET state = 'revoked' WHERE state = 'revealed'"),
    forgery("I9", "", "UPDATE game_revision SET rules = replace(rules, '\"points\":10', '\"points\":11')"),
]


@pytest.fixture
def bureau(season_url: str) -> Iterator[Bureau]:
    with opened(season_url) as bureau:
        yield bureau


def test_after_a_season_everything_adds_up(bureau: Bureau) -> None:
    results = prove(bureau.services.reader, bureau.services.keyring)
    assert violations(results) == set()
    told = format_proof(results)
    assert told.endswith("Everything adds up.")
    assert "I1   counters equal the postings: 12 books, 3 accounts" in told
    assert len(told.splitlines()) == len(results) + 1


@pytest.mark.parametrize("forged", FORGERIES, ids=str)
def test_whatever_is_changed_is_found(season_url: str, forged: Forgery) -> None:
    tamper(season_url, *forged.statements)
    with opened(season_url) as bureau:
        results = prove(bureau.services.reader, bureau.services.keyring)
    found = violations(results)
    assert forged.codes <= {code for code, _, _ in found}, format_proof(results)
    if forged.subject:
        kind = "game" if forged.subject.startswith("gam_") else "member"
        assert (kind, forged.subject) in {(kind, subject) for _, kind, subject in found}, format_proof(results)
    assert format_proof(results).endswith(("violation.", "violations."))


def test_a_proof_sees_one_instant_whatever_is_committed_meanwhile(bureau: Bureau) -> None:
    with bureau.services.reader.connect() as connection, snapshot(connection):
        before = connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one()
        bureau.turns(ALICE, WHEEL, 1)
        assert connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one() == before
    with bureau.services.reader.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one() == before + 1


@pytest.mark.parametrize(("kind", "subject"), [("member", ALICE), ("game", WHEEL)])
def test_who_is_under_review_plays_on_after_two_people_looked(bureau: Bureau, kind: str, subject: str) -> None:
    alice = Client(bureau, ALICE, WHEEL)
    bureau.turns(ALICE, WHEEL, 1)
    for reason in ("the first reason", "another"):
        bureau.services.writer.run(partial(quarantine_subject, kind=kind, subject=subject, reason=reason))
    with bureau.services.reader.connect() as connection:
        listed = [row for row in list_quarantined(connection) if row.subject == subject]
    assert [(row.kind, row.reason) for row in listed] == [(kind, "the first reason")]
    with pytest.raises(UnderReview):
        alice.open()
    for by, approved_by in (("Carol", "Carol"), ("Carol", " carol"), ("", "Dan"), ("Carol", " ")):
        with pytest.raises(InvalidRequest):
            bureau.services.writer.run(partial(lift, kind=kind, subject=subject, by=by, approved_by=approved_by))
    assert violations(prove(bureau.services.reader, bureau.services.keyring)) == set()
    bureau.services.writer.run(lambda work: lift(work, kind, subject, "Carol", "Dan"))
    assert alice.play()["receipt"]["game"] == WHEEL
    with pytest.raises(NotFound):
        bureau.services.writer.run(lambda work: lift(work, kind, subject, "Carol", "Dan"))
    assert violations(prove(bureau.services.reader, bureau.services.keyring)) == set()
