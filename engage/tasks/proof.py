"""The proof of tasks: what counted was sent and passes, completions are no more than that, and debts are paid once."""

from collections import defaultdict
from functools import lru_cache

import orjson
import sqlalchemy as sa

from engage.catalogue import find_entry
from engage.events import read_outside_by_id
from engage.ledger import Invariant, Proof, prove_none
from engage.members import get_member
from engage.storage.snapshot import stream
from engage.tasks.orders import COMPLETED, after_refunds
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing, read_rules, rule_of
from engage.tasks.tables import TaskCount, task_completion, task_count, task_refund

NOT_OF_MEMBER = """
    SELECT c.member, c.event, c.task FROM task_count AS c
    LEFT JOIN event AS e ON e.subject = 'event:' || c.event AND e.member = c.member WHERE e.subject IS NULL
"""
NOT_GIVEN = """
    SELECT c.member, c.id FROM task_completion AS c JOIN task_settlement AS s ON s.completion = c.id
    LEFT JOIN reward_given AS r ON r.cause = 'task:' || c.id AND r.member = c.member AND r.owner = c.task
    WHERE (s.outcome = 'given') <> (r.cause IS NOT NULL)
"""
STRAY_REWARDS = """
    SELECT r.member, r.cause FROM reward_given AS r LEFT JOIN task_settlement AS s ON r.cause = 'task:' || s.completion
    WHERE substr(r.owner, 1, 4) = 'tsk_' AND s.completion IS NULL
"""
OVERPAID = """
    SELECT c.member, r.completion, r.owed, sum(o.amount) FROM task_set_off AS o
    JOIN task_reversal AS r ON r.completion = o.against JOIN task_completion AS c ON c.id = r.completion
    GROUP BY c.member, r.completion, r.owed HAVING sum(o.amount) > r.owed
"""
TAKEN = """
    SELECT c.member, c.id, r.taken, coalesce(sum(p.amount), 0) FROM task_reversal AS r
    JOIN task_completion AS c ON c.id = r.completion
    LEFT JOIN posting AS p ON p.cause = 'reversal:' || c.id AND p.route = 211 AND p.member = c.member
    WHERE r.kind = 'points' GROUP BY c.member, c.id, r.taken HAVING coalesce(sum(p.amount), 0) <> r.taken
"""
SET_OFF = """
    SELECT c.member, c.id, t.amount, coalesce(p.amount, 0) FROM (
        SELECT o.completion, sum(o.amount) AS amount FROM task_set_off AS o
        JOIN task_settlement AS s ON s.completion = o.completion WHERE s.outcome = 'given' GROUP BY o.completion
    ) AS t JOIN task_completion AS c ON c.id = t.completion
    LEFT JOIN posting AS p ON p.cause = 'set_off:' || c.id AND p.route = 211 AND p.member = c.member
    WHERE coalesce(p.amount, 0) <> t.amount
"""


def prove_counts(connection: sa.Connection) -> Proof:
    """What counted is an event of that member's which passes its step, and counts no more than what is left of it."""
    proof = Proof()

    @lru_cache(maxsize=200)
    def rule(task: str, n: int) -> TaskRule | None:
        entry = find_entry(connection, task, n)
        return None if entry is None else rule_of(entry)

    for row in stream(connection, sa.select(task_count).order_by(task_count.c.event)):
        proof.count("events that count for tasks")
        count = TaskCount(*row)
        left, published = _left_of(connection, count), rule(count.task, count.revision)
        if published is None or count.step >= len(published.steps):
            proof.tell("member", count.member, f"{count.event} counts for {count.task}, which was not published so")
        elif left is not None:
            amount = _undone(connection, count)
            most = published.steps[count.step].measure(left)[1] if left else 0
            if amount > most:
                text = f"{count.event} counts {amount} for {count.task}, which would count {most} of it"
                proof.tell("member", count.member, text)
    prove_none(connection, proof, NOT_OF_MEMBER, "member", "{1}, which counts for {2}, is no event of theirs")
    return proof


def _left_of(connection: sa.Connection, count: TaskCount) -> dict[str, object] | None:
    """What is left of an event after refunds: empty if all went back, None if what it said was erased."""
    event = read_outside_by_id(connection, [count.event])[count.event]
    data = orjson.loads(event.data)
    if event.external_id is None:
        return None
    if event.type != COMPLETED:
        return dict(data)
    mine = (task_refund.c.order_id == data["order"], task_refund.c.member == count.member)
    refunds = read_outside_by_id(connection, connection.execute(sa.select(task_refund.c.event).where(*mine)).scalars())
    return after_refunds(data, [orjson.loads(refund.data) for refund in refunds.values()]) or {}


def _undone(connection: sa.Connection, count: TaskCount) -> int:
    query = sa.text(
        "SELECT coalesce(sum(amount), 0) FROM task_undo WHERE event = :event AND task = :task AND step = :step"
    )
    values = {"event": count.event, "task": count.task, "step": count.step}
    return count.amount - int(connection.execute(query, values).scalar_one())


def prove_completions(connection: sa.Connection) -> Proof:
    """A task is completed no more often than what counted allows; each reward was given, taken back and paid once."""
    proof, rules = Proof(), read_rules(connection)
    head = connection.execute(sa.text("SELECT recorded_at FROM log_head")).scalar_one()
    periods: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in connection.execute(sa.select(task_completion)):
        proof.count("completions")
        periods[row.member].add((row.task, row.period))
    for member, mine in sorted(periods.items()):
        standing = Standing(connection, [member], {task for task, _ in mine})
        zone = get_member(connection, member).time_zone
        for task, period in sorted(mine):
            live = len(standing.live(task, member, period))
            most = standing.most_rounds(rules[task][0], member, period, head, zone) if task in rules else 0
            if live > most:
                proof.tell(
                    "member", member, f"{task} was completed {live} times in {period}, what counted allows {most}"
                )
    prove_none(connection, proof, NOT_GIVEN, "member", "completion {1} says of its reward what the rewards do not")
    prove_none(connection, proof, STRAY_REWARDS, "member", "reward {1} belongs to no completion")
    prove_none(connection, proof, OVERPAID, "member", "of {1} {2} is owed and {3} was paid")
    prove_none(connection, proof, TAKEN, "member", "of {1} {2} points were taken back, the postings say {3}")
    prove_none(connection, proof, SET_OFF, "member", "{1} has paid {2} points, the postings say {3}")
    return proof


TASK_INVARIANTS = (
    Invariant("I9", "what counts for tasks was sent and passes", prove_counts),
    Invariant("I9", "tasks are completed as often as what counted allows", prove_completions),
)
