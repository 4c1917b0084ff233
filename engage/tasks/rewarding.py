"""What becomes of a completion's reward: given once, set off against what is owed, or taken back with the completion.

Taken back is only what is left of it; the rest is owed, and the next rewards of tasks pay it. No balance falls below
nothing. The member's book is locked.
"""

from dataclasses import asdict

import orjson
import sqlalchemy as sa

from engage.ledger import (
    ACCOUNT,
    ACCOUNT_BY_OWNER,
    BOOK,
    LOT_BY_ID,
    POSTING_BY_ID,
    Book,
    Kind,
    end_hold,
    find_open_holds_of,
    hold_points,
    take_back_points,
)
from engage.rewards import (
    GIVEN_BY_CAUSE,
    GRANT,
    GiveTurns,
    RewardGiven,
    get_prize,
    give_reward,
    move_state,
    reward_from,
)
from engage.storage.work import Work
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing
from engage.tasks.tables import (
    TASK_REVERSAL,
    TASK_SET_OFF,
    TASK_SETTLEMENT,
    TaskCompletion,
    TaskReversal,
    TaskSetOff,
    TaskSettlement,
)

POINTS, BADGE, WAITS = "points", "badge", "order"
REVOCABLE = ("won", "revealed")
NOTE = "The task that it was given for is not completed any more."


def cause_of(completion: str) -> str:
    """The cause of what a completion gives."""
    return f"task:{completion}"


def settle(  # noqa: PLR0913  a reward has these parts
    work: Work, standing: Standing, book: Book, rule: TaskRule, row: TaskCompletion, turns: GiveTurns, *, claimed: bool
) -> str:
    """Give a completion's reward, once: `given`, `gone` if no unit is left, `set_off` if it pays what was owed."""
    reward = reward_from(rule.id, rule.n, rule.campaign, rule.reward)
    debts = [debt for debt in standing.debts(row.member) if debt.kind == reward.kind]
    if reward.kind != POINTS and (mine := [debt for debt in debts if debt.completion.task == rule.id]):
        _record(work, standing, row, "set_off", claimed=claimed)
        _set_off(work, standing, row, mine[0].completion, 1)
        return "set_off"
    given = give_reward(work, book, reward, cause=cause_of(row.id), turns=turns)
    outcome = "gone" if given is None else "given"
    _record(work, standing, row, outcome, claimed=claimed)
    if claimed and reward.kind == BADGE:
        told = orjson.dumps({"task": rule.id, "completion": row.id, "badge": reward.badge}).decode()
        work.append("task.claimed", f"claimed:{row.id}", told, member=book)
        work.change(BOOK, book)
    if given is not None and reward.kind == POINTS:
        left = reward.amount
        for debt in debts:
            part = min(left, debt.left)
            if part:
                _set_off(work, standing, row, debt.completion, part)
                left -= part
        if left < reward.amount:
            _take_points(work, book, row.id, reward.amount - left, f"set_off:{row.id}", rule)
    return outcome


def reverse(  # noqa: PLR0913  a reversal has these parts
    work: Work, standing: Standing, book: Book, rule: TaskRule, row: TaskCompletion, event: str
) -> TaskReversal:
    """Take a completion back, and of its reward what is left."""
    settlement = standing.settled.get(row.id)
    kind, taken, owed = "", 0, 0
    if settlement is not None and settlement.outcome == "set_off":
        kind, owed = rule.reward["kind"], 1
    elif settlement is not None and settlement.outcome == "given":
        given = work.fetch(GIVEN_BY_CAUSE, cause_of(row.id))
        assert given is not None, "what was settled as given was given"
        kind = given.kind
        taken, owed = _take_back(work, book, row, given, rule)
    found = TaskReversal(row.id, event, kind, taken, owed, work.now_ms)
    work.insert(TASK_REVERSAL, found)
    standing.reversed[row.id] = found
    return found


def _take_back(work: Work, book: Book, row: TaskCompletion, given: RewardGiven, rule: TaskRule) -> tuple[int, int]:
    """How much of a reward was taken back, and how much of it is owed."""
    if given.kind == POINTS:
        lot = work.fetch(LOT_BY_ID, f"{given.cause}#0")
        assert lot is not None, "points that were given are a lot"
        waiting = sum(hold.amount for hold in find_open_holds_of(work, lot, WAITS))
        part = min(given.amount, lot.remaining - lot.held + waiting)
        if part:
            _take_points(work, book, row.id, part, f"reversal:{row.id}", rule)
        return part, given.amount - part
    if given.kind == BADGE:
        return 0, 0
    return (1, 0) if given.grant is not None and _revoke(work, given.grant) else (0, 1)


def _revoke(work: Work, grant: str) -> bool:
    """Take a voucher back; whether it could not have been used."""
    _write_early(work, grant)
    state = get_prize(work.connection, grant).state
    if state in REVOCABLE:
        move_state(work, grant, "revoked", NOTE, actor="engage")
    return state in (*REVOCABLE, "revoked")


def _write_early(work: Work, grant: str) -> None:
    """Write a grant of this very transaction, since its states refer to it."""
    for row in list(work.inserted.get(GRANT, ())):
        if row.id == grant:
            work.connection.execute(sa.insert(GRANT.table).values(asdict(row)))
            work.inserted[GRANT].remove(row)


def _take_points(work: Work, book: Book, completion: str, part: int, cause: str, rule: TaskRule) -> None:  # noqa: PLR0913  a posting
    """Points go back to the budget, out of the very lot that the completion made, those that wait for an order too."""
    given = cause_of(completion)
    lot, posting = work.fetch(LOT_BY_ID, f"{given}#0"), work.fetch(POSTING_BY_ID, (given, 0))
    budget = work.fetch(ACCOUNT_BY_OWNER, (Kind.BUDGET, rule.campaign))
    assert lot is not None, "points that were given are a lot"
    assert posting is not None, "points that were given were posted"
    assert budget is not None, "points come out of a budget"
    waiting = find_open_holds_of(work, lot, WAITS)
    for hold in waiting:
        end_hold(work, book, hold, "released")
    take_back_points(work, book, posting, lot, part, cause=cause)
    if waiting and lot.remaining > lot.held:
        rest = lot.remaining - lot.held
        hold_points(work, book, [lot], rest, id_=f"{WAITS}:{lot.id}:{cause}", reason=WAITS, until=None)
    budget.credits += part
    work.change(ACCOUNT, budget)
    data = orjson.dumps({"reason": rule.id, "points": -part}).decode()
    work.append("points.changed", cause, data, member=book)
    work.change(BOOK, book)


def _record(work: Work, standing: Standing, row: TaskCompletion, outcome: str, *, claimed: bool) -> None:
    settlement = TaskSettlement(row.id, outcome, int(claimed), work.now_ms)
    work.insert(TASK_SETTLEMENT, settlement)
    standing.settled[row.id] = settlement


def _set_off(work: Work, standing: Standing, row: TaskCompletion, against: TaskCompletion, amount: int) -> None:
    paid = TaskSetOff(row.id, against.id, amount, work.now_ms)
    work.insert(TASK_SET_OFF, paid)
    standing.set_offs.append(paid)
