"""What members do themselves: check in, join, claim, restore a streak, answer questions. Each has its effect once.

Check-ins and answers become events like those that come in from outside, under a source that nobody outside can use;
whatever counts events counts them too. The member's book is locked before anything is read that decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from engage.events import OUTSIDE_EVENT, OWN_SOURCE, OutsideEvent, subject_of
from engage.kernel.clock import local_date, render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import Conflict, InvalidRequest, NotFound, SoldOut, UnderReview
from engage.kernel.sealing import Sealer
from engage.ledger import BOOK, Book
from engage.members import get_member, require_book
from engage.rewards import POOL_BY_KEY, GiveTurns, Pool, require_may_receive, reward_from, units_left
from engage.storage.work import Work
from engage.tasks.completing import Completing
from engage.tasks.questions import find_wrong
from engage.tasks.rewarding import settle
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing, read_rules
from engage.tasks.streaks import HOUR_MS, StreakTerms
from engage.tasks.tables import (
    ANSWER,
    QuestionnaireAnswer,
    TaskCompletion,
    questionnaire_answer,
    task_opt_in,
    task_restoration,
)
from engage.tasks.templates import ANSWERED, CHECKED_IN

SEAL_PURPOSE = "answers to a questionnaire"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A member's check-in for a day of theirs; `is_new` if it was not there before."""

    event: str
    day: date
    at: int
    is_new: bool


def check_in(work: Work, member_id: str) -> CheckIn:
    """Record today's check-in, once. In the hours of grace after midnight it is yesterday's, if that is still open."""
    book, member = require_book(work, member_id), get_member(work.connection, member_id)
    today = local_date(work.now_ms, member.time_zone)
    done = _find_check_in(work, member_id, today)
    grace_ms = max((terms.grace_hours for terms in _streaks(work)), default=0) * HOUR_MS
    if done is None and local_date(work.now_ms - grace_ms, member.time_zone) < today:
        before = _find_check_in(work, member_id, today - 2 * DAY)
        if before is not None and _find_check_in(work, member_id, today - DAY) is None:
            today -= DAY
    if done is not None:
        return CheckIn(done.id, today, done.occurred_at, is_new=False)
    name = _check_in_id(member_id, today)
    row = _append(work, book, member.external_id, CHECKED_IN, name, {"day": today.isoformat()})
    return CheckIn(row.id, today, row.occurred_at, is_new=True)


def _streaks(work: Work) -> list[StreakTerms]:
    rules = (rule for rule, state, _ in read_rules(work.connection).values() if state == "live")
    return [rule.streak for rule in rules if rule.streak is not None and CHECKED_IN in rule.steps[0].events]


def _check_in_id(member: str, day: date) -> str:
    return f"check-in:{member}:{day.isoformat()}"


def _find_check_in(work: Work, member: str, day: date) -> OutsideEvent | None:
    table = OUTSIDE_EVENT.table
    mine = sa.and_(table.c.source == OWN_SOURCE, table.c.source_id == _check_in_id(member, day))
    row = work.connection.execute(sa.select(table).where(mine)).one_or_none()
    return None if row is None else OutsideEvent(*row)


def _append(  # noqa: PLR0913  an event has these parts
    work: Work, book: Book, external_id: str | None, type_: str, name: str, data: Mapping[str, Any]
) -> OutsideEvent:
    text = orjson.dumps(dict(data)).decode()
    id_ = new_id("evt", work.now_ms)
    row = OutsideEvent(id_, OWN_SOURCE, name, type_, external_id, work.now_ms, text, work.now_ms)
    work.insert(OUTSIDE_EVENT, row)
    work.append(type_, subject_of(row.id), member=book)
    work.change(BOOK, book)
    return row


def opt_in(work: Work, member_id: str, task: str) -> int:
    """Have what happens from now on count for a task; since when it does (milliseconds).

    Refuses with NotFound, then Conflict if the task needs no joining or is not open.
    """
    require_book(work, member_id)
    get_member(work.connection, member_id)
    rule, state, _ = _get_rule(work, task)
    if not rule.opt_in:
        raise Conflict("Nobody has to join this task: it counts by itself.")
    mine = (task_opt_in.c.task == task, task_opt_in.c.member == member_id)
    known: int | None = work.connection.execute(sa.select(task_opt_in.c.recorded_at).where(*mine)).scalar()
    if known is not None:
        return known
    if state != "live" or work.now_ms >= rule.closes_at:
        raise Conflict("This task is not open.", state=state)
    work.connection.execute(sa.insert(task_opt_in).values(task=task, member=member_id, recorded_at=work.now_ms))
    return work.now_ms


def claim(work: Work, member_id: str, task: str, turns: GiveTurns) -> tuple[TaskCompletion, TaskRule, str]:
    """Give the reward of the oldest completion that was not claimed yet; what became of it: `given` or `set_off`.

    Refuses with NotFound, UnderReview, NotEligible for insiders, Conflict if there is nothing to claim, and SoldOut if
    no unit is left, in which case it may be claimed later.
    """
    book = require_book(work, member_id)
    rule, _, _ = _get_rule(work, task)
    require_may_receive(work, member_id)
    standing = Standing(work.connection, {member_id: [task]})
    waiting = standing.unsettled(task, member_id)
    if not waiting:
        raise Conflict("There is nothing to claim: the task is not completed, or its reward was given.")
    reward = reward_from(rule.id, rule.n, rule.campaign, rule.reward)
    if units_left(work, reward) == 0:
        raise SoldOut("All of these rewards have been given.")
    outcome = settle(work, standing, book, rule, waiting[0], turns, claimed=True)
    return waiting[0], rule, outcome


@dataclass(frozen=True, slots=True)
class Restoration:
    """The day of a streak that is forgiven; how its task stands by that, and the pool of its reward."""

    day: date
    standing: Standing
    pool: Pool | None


def restore(work: Work, member_id: str, task: str, turns: GiveTurns) -> Restoration:
    """Restore the streak that broke less than 24 hours ago.

    What the two parts come to together completes the task at once. Refuses with NotFound, UnderReview, then Conflict if
    there is nothing to restore, or no restoration left.
    """
    book, member = require_book(work, member_id), get_member(work.connection, member_id)
    rule, _, _ = _get_rule(work, task)
    if book.under_review:
        raise UnderReview("These books are being checked. Nothing is lost; please try again later.")
    standing = Standing(work.connection, {member_id: [task]})
    streak = standing.streak(rule, member_id, work.now_ms, member.time_zone)
    if rule.streak is None or streak.broken is None or streak.restorable_until is None:
        raise Conflict("There is no streak to restore: it has not broken, 24 hours have passed, or none is left.")
    values = {"task": task, "member": member_id, "day": streak.broken.isoformat(), "recorded_at": work.now_ms}
    work.connection.execute(sa.insert(task_restoration).values(values))
    standing.restored[task, member_id].add(streak.broken)
    last = max(standing.counts[task, member_id], key=lambda row: (row.occurred_at, row.event))
    Completing(work, standing, turns).settle_period(rule, member, book, last.period, last.event, work.now_ms)
    pool = work.fetch(POOL_BY_KEY, (rule.id, rule.reward["prize"]))
    return Restoration(streak.broken, standing, pool)


def find_answer(connection: sa.Connection, member_id: str, questionnaire: str) -> int | None:
    """When a member has answered a questionnaire (milliseconds); None if not yet."""
    mine = (questionnaire_answer.c.questionnaire == questionnaire, questionnaire_answer.c.member == member_id)
    found: int | None = connection.execute(sa.select(questionnaire_answer.c.recorded_at).where(*mine)).scalar()
    return found


def answer(work: Work, sealer: Sealer, member_id: str, questionnaire: str, answers: Mapping[str, Any]) -> int:
    """Record a member's answers, sealed, once; when (milliseconds).

    Refuses with NotFound, Conflict if it was answered before or is not open, and InvalidRequest for answers that are
    none. What is answered never decides on a reward.
    """
    book, member = require_book(work, member_id), get_member(work.connection, member_id)
    rule, state, document = _get_rule(work, questionnaire)
    if not document["questions"]:
        raise NotFound("There is no such questionnaire.")
    if find_answer(work.connection, member_id, questionnaire) is not None:
        raise Conflict("You have answered this already. Thank you.")
    if state != "live" or not rule.opens_at <= work.now_ms < rule.closes_at:
        raise Conflict("This questionnaire is not open.", state=state)
    if wrong := find_wrong(document["questions"], answers):
        errors = [{"field": f"answers.{name}", "message": why} for name, why in wrong]
        raise InvalidRequest("; ".join(f"{name} {why}" for name, why in wrong), errors=errors)
    name = questionnaire.removeprefix("tsk_")
    row = _append(work, book, member.external_id, ANSWERED, f"answers:{name}:{member_id}", {"questionnaire": name})
    sealed = sealer.seal(orjson.dumps(dict(answers)), SEAL_PURPOSE)
    work.insert(ANSWER, QuestionnaireAnswer(questionnaire, member_id, row.id, rule.n, sealed, work.now_ms))
    return row.recorded_at


def read_answers(connection: sa.Connection, sealer: Sealer, member_id: str) -> list[dict[str, Any]]:
    """All that a member has answered and that was not erased."""
    mine = sa.and_(questionnaire_answer.c.member == member_id, questionnaire_answer.c.sealed_answers.is_not(None))
    rows = connection.execute(sa.select(questionnaire_answer).where(mine).order_by(questionnaire_answer.c.recorded_at))
    return [
        {
            "questionnaire": row.questionnaire,
            "answers": orjson.loads(sealer.open(row.sealed_answers, SEAL_PURPOSE)),
            "at": render_ms(row.recorded_at),
        }
        for row in rows
    ]


def erase_answers(work: Work, member_id: str) -> None:
    """Forget what a member has answered; that it was answered stays a fact."""
    mine = sa.and_(questionnaire_answer.c.member == member_id, questionnaire_answer.c.sealed_answers.is_not(None))
    work.connection.execute(sa.update(questionnaire_answer).where(mine).values(sealed_answers=None))


def _get_rule(work: Work, task: str) -> tuple[TaskRule, str, Mapping[str, Any]]:
    found = read_rules(work.connection).get(task)
    if found is None:
        raise NotFound("There is no such task.")
    return found
