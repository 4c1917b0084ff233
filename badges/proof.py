"""The proof of badges: steps add up, each award has what earned it and still does, each prize has its completion."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson
import sqlalchemy as sa

from badges.holdings import find_badge, rule_of
from badges.rules import BadgeRule, add
from badges.steps import reached_at, read_steps
from badges.tables import Step, badge_award, badge_gift, badge_revocation, badge_step, collection_completion
from engage.ledger import Invariant, Proof, count_rows, prove_none
from engage.storage.snapshot import stream, stream_pages

STEPS = sa.select(badge_step).order_by(badge_step.c.badge, badge_step.c.member, badge_step.c.period, badge_step.c.n)
AWARDS = (
    sa.select(
        badge_award,
        badge_gift.c.recorded_at.label("gift_at"),
        badge_revocation.c.recorded_at.label("revoked_at"),
    )
    .outerjoin(badge_gift, badge_gift.c.award == badge_award.c.id)
    .outerjoin(badge_revocation, badge_revocation.c.award == badge_award.c.id)
    .order_by(badge_award.c.member, badge_award.c.id)
)
REACHED = sa.select(sa.func.max(badge_step.c.total)).where(
    badge_step.c.badge == sa.bindparam("badge"),
    badge_step.c.member == sa.bindparam("member"),
    badge_step.c.period == sa.bindparam("period"),
    badge_step.c.recorded_at <= sa.bindparam("at"),
)
LAST_TOTAL = (
    sa.select(badge_step.c.total)
    .where(
        badge_step.c.badge == sa.bindparam("badge"),
        badge_step.c.member == sa.bindparam("member"),
        badge_step.c.period == sa.bindparam("period"),
    )
    .order_by(badge_step.c.n.desc())
    .limit(1)
)
HAPPENED = sa.text(
    "SELECT subject, member, name, data FROM event WHERE member IN :members AND subject IN :causes"
).bindparams(sa.bindparam("members", expanding=True), sa.bindparam("causes", expanding=True))
UNREVOKED_THEN = (
    sa.select(badge_award)
    .outerjoin(badge_revocation, badge_revocation.c.award == badge_award.c.id)
    .where(
        badge_award.c.member == sa.bindparam("member"),
        sa.or_(badge_award.c.expires_at.is_(None), badge_award.c.expires_at > sa.bindparam("at")),
        sa.or_(badge_revocation.c.recorded_at.is_(None), badge_revocation.c.recorded_at >= sa.bindparam("at")),
    )
)
GIVES = ("task.completed", "task.claimed")
DOCUMENT = sa.text("SELECT document FROM catalogue_entry WHERE id = :id AND n = :n")
UNTOLD = """
    SELECT member, 'award:' || id FROM badge_award
    EXCEPT SELECT member, subject FROM event WHERE name = 'badge.awarded'
"""
UNTOLD_REVOCATIONS = """
    SELECT a.member, 'revocation:' || a.id FROM badge_revocation AS r JOIN badge_award AS a ON a.id = r.award
    EXCEPT SELECT member, subject FROM event WHERE name = 'badge.revoked'
"""
STRAY_STEPS = """
    SELECT member, cause FROM badge_step EXCEPT SELECT member, subject FROM event
"""
UNCLAIMED = """
    SELECT r.member, r.cause, r.owner FROM reward_given AS r
    LEFT JOIN collection_claim AS c ON r.cause = 'claim:' || c.id AND c.member = r.member AND c.collection = r.owner
    WHERE substr(r.owner, 1, 4) = 'col_' AND c.id IS NULL
"""
NOT_GIVEN = """
    SELECT c.member, c.id, c.collection FROM collection_claim AS c
    LEFT JOIN reward_given AS r ON r.cause = 'claim:' || c.id AND c.member = r.member AND c.collection = r.owner
        AND r.prize = c.prize AND r.kind = c.kind
    WHERE r.cause IS NULL
"""


def prove_badges(connection: sa.Connection) -> Proof:
    """I9, for badges: every step counted, every award was earned or given by hand, and its member was told."""
    proof = Proof()
    rules: dict[tuple[str, int], BadgeRule | None] = {}
    _prove_steps(connection, proof)
    for page in stream_pages(connection, AWARDS):
        proof.count("awards", len(page))
        happened = _read_happened(connection, page)
        for row in page:
            key = (row.badge, row.revision)
            if key not in rules:
                entry = find_badge(connection, *key)
                rules[key] = None if entry is None else rule_of(entry)
            for fault in _award_faults(connection, row, rules[key], happened[row.member, row.cause]):
                proof.tell("member", row.member, f"award {row.id} of {row.badge}: {fault}")
    prove_none(connection, proof, UNTOLD, "member", "{1} is in no event of the log")
    prove_none(connection, proof, UNTOLD_REVOCATIONS, "member", "{1} was taken back, but not in the log")
    prove_none(connection, proof, STRAY_STEPS, "member", "{1} counted for a badge, but is no event of this member")
    return proof


def _prove_steps(connection: sa.Connection, proof: Proof) -> None:
    for key, steps in groupby(stream(connection, STEPS), key=lambda row: (row.badge, row.member, row.period)):
        total = 0
        for n, step in enumerate(steps, 1):
            proof.count("steps")
            total = add(total, step.amount)
            if (step.n, step.total) != (n, total):
                where = f"step {step.n} of {key[0]} in “{key[2]}”"
                proof.tell("member", key[1], f"{where} says {step.total}, the steps before it make {total} at {n}")
                break


def _read_happened(
    connection: sa.Connection, awards: Sequence[sa.Row[Any]]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The events that are causes of these awards, by member and cause."""
    asked = {"members": sorted({row.member for row in awards}), "causes": sorted({row.cause for row in awards})}
    happened: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for cause, member, name, data in connection.execute(HAPPENED, asked):
        happened[member, cause].append((name, data))
    return happened


def _award_faults(
    connection: sa.Connection, row: sa.Row[Any], rule: BadgeRule | None, happened: Sequence[tuple[str, str]]
) -> Iterator[str]:
    tier = None if rule is None else rule.tier(row.tier)
    if rule is None or tier is None:
        yield f"there is no tier {row.tier} in revision {row.revision}"
        return
    if row.expires_at != rule.expires_at(row.awarded_at):
        yield "it expires at another time than its revision says"
    if row.cause.startswith("hand:"):
        if row.gift_at is None:
            yield "it was given by hand, but nobody says so"
        return
    if any(name in GIVES and orjson.loads(data).get("badge") == row.badge for name, data in happened):
        return
    asked = {"badge": row.badge, "member": row.member, "period": row.period.partition("~")[0]}
    steps = _steps_of(connection, row)
    told = next((n for n, step in enumerate(steps, 1) if step.cause == row.cause), 0)
    if told and reached_at(steps[:told], tier.at) != row.earned_at:
        yield "it was earned at another time than its steps say"
    reached = connection.execute(REACHED, asked | {"at": row.awarded_at}).scalar() or 0
    if not happened or reached < tier.at:
        yield f"{row.cause} did not earn it: {reached} of {tier.at}"
    elif row.revoked_at is None and (now := connection.execute(LAST_TOTAL, asked).scalar() or 0) < tier.at:
        yield f"it was not taken back, though of {tier.at} only {now} are left"


def _steps_of(connection: sa.Connection, award: sa.Row[Any]) -> list[Step]:
    """The steps that led to an award, and those after it in its period."""
    period = award.period.partition("~")[0]
    return [step for step in read_steps(connection, award.member, award.badge) if step.period == period]


def _is_earned(connection: sa.Connection, award: sa.Row[Any], at: int) -> bool:
    """Whether an award was earned by an instant, as it was known when it was made or as was told since."""
    if award.earned_at <= at:
        return True
    entry = find_badge(connection, award.badge, award.revision)
    tier = None if entry is None else rule_of(entry).tier(award.tier)
    came = [step for step in _steps_of(connection, award) if step.amount > 0]
    reached = None if tier is None else reached_at(came, tier.at)
    return reached is not None and reached <= at


def prove_collections(connection: sa.Connection) -> Proof:
    """I9, for collections: who completed one held all of it at that instant, and each prize given was claimed once."""
    proof = Proof()
    for row in stream(connection, sa.select(collection_completion).order_by(collection_completion.c.completed_at)):
        proof.count("complete collections")
        document = connection.execute(DOCUMENT, {"id": row.collection, "n": row.revision}).scalar()
        said = orjson.loads(document) if document else {"badges": [], "deadline": 0}
        wanted = said["badges"]
        asked = {"member": row.member, "at": row.completed_at}
        awards = {award.id: award for award in connection.execute(UNREVOKED_THEN, asked)}
        named = [awards.get(award) for award in orjson.loads(row.awards)]
        held = [award and award.badge for award in named if award and _is_earned(connection, award, row.completed_at)]
        if not wanted or held != wanted:
            proof.tell("member", row.member, f"{row.collection} is complete, but not all of it was held then")
        elif row.completed_at >= said["deadline"]:
            proof.tell("member", row.member, f"{row.collection} was completed after its deadline")
    count_rows(connection, proof, "grand prizes", "collection_claim")
    prove_none(connection, proof, UNCLAIMED, "member", "{1} gave a prize of {2}, which was not claimed")
    prove_none(connection, proof, NOT_GIVEN, "member", "claim {1} of {2} gave nothing")
    return proof


BADGE_INVARIANTS = (
    Invariant("I9", "every badge was earned, or given by a named person", prove_badges),
    Invariant("I9", "every grand prize went to somebody who held the whole collection", prove_collections),
)
