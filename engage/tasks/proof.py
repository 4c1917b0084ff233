"""The proof of tasks: what counted was sent and passes, completions are no more than that, and debts are paid once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

import orjson
import sqlalchemy as sa

from engage.catalogue import find_entry
from engage.events import read_outside_by_id
from engage.ledger import Invariant, Proof, count_rows, prove_none
from engage.storage.snapshot import stream_pages
from engage.tasks.orders import COMPLETED, after_refunds
from engage.tasks.rules import TaskRule
from engage.tasks.standing import Standing, read_rules, rule_of
from engage.tasks.tables import TaskCount, task_completion, task_count, task_refund, task_undo

COMPLETED_PERIODS = (
    sa.select(task_completion.c.member, task_completion.c.task, task_completion.c.period)
    .distinct()
    .order_by(task_completion.c.member, task_completion.c.task, task_completion.c.period)
)
NOT_OF_MEMBER = """
    SELECT member, 'event:' || event FROM task_count EXCEPT SELECT member, subject FROM event
"""
NOT_GIVEN = """
    SELECT c.member, c.id FROM task_completion AS c JOIN task_settlement AS s ON s.completion = c.id
    LEFT JOIN reward_given AS r ON r.cause = 'task:' || c.id AND r.member = c.member AND r.owner = c.task
    WHERE (s.outcome = 'given') <> (r.cause IS NOT NULL)
"""
STRAY_REWARDS = """
    SELECT r.member, r.cause FROM reward_given AS r
    LEFT JOIN task_settlement AS s ON substr(r.cause, 1, 5) = 'task:' AND s.completion = substr(r.cause, 6)
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

    for page in stream_pages(connection, sa.select(task_count).order_by(task_count.c.event)):
        proof.count("events that count for tasks", len(page))
        counts = [TaskCount(*row) for row in page]
        left, undone = _read_left(connection, counts), _read_undone(connection, counts)
        for count in counts:
            published, said = rule(count.task, count.revision), left[count.event, count.member]
            if published is None or count.step >= len(published.steps):
                proof.tell("member", count.member, f"{count.event} counts for {count.task}, which was not published so")
            elif said is not None:
                amount = count.amount - undone[count.event, count.task, count.step]
                most = published.steps[count.step].measure(said)[1] if said else 0
                if amount > most:
                    text = f"{count.event} counts {amount} for {count.task}, which would count {most} of it"
                    proof.tell("member", count.member, text)
    prove_none(connection, proof, NOT_OF_MEMBER, "member", "{1}, which counts for tasks, is no event of theirs")
    return proof


def _read_left(
    connection: sa.Connection, counts: Sequence[TaskCount]
) -> dict[tuple[str, str], dict[str, object] | None]:
    """What refunds left of each event and its member: empty if all went back, None if what it said was erased."""
    events = read_outside_by_id(connection, (count.event for count in counts))
    orders = {count.order_id for count in counts if count.order_id is not None}
    rows = connection.execute(sa.select(task_refund).where(task_refund.c.order_id.in_(sorted(orders)))).all()
    told = read_outside_by_id(connection, (row.event for row in rows))
    refunds: dict[tuple[str | None, str], list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        if told[row.event].data:
            refunds[row.order_id, row.member].append(orjson.loads(told[row.event].data))
    found: dict[tuple[str, str], dict[str, object] | None] = {}
    for count in counts:
        event = events[count.event]
        if event.external_id is None:
            found[count.event, count.member] = None
            continue
        data = orjson.loads(event.data)
        if event.type == COMPLETED:
            data = after_refunds(data, refunds[data["order"], count.member]) or {}
        found[count.event, count.member] = data
    return found


def _read_undone(connection: sa.Connection, counts: Sequence[TaskCount]) -> Counter[tuple[str, str, int]]:
    """What refunds took from each count."""
    events = sorted({count.event for count in counts})
    undone: Counter[tuple[str, str, int]] = Counter()
    for row in connection.execute(sa.select(task_undo).where(task_undo.c.event.in_(events))):
        undone[row.event, row.task, row.step] += row.amount
    return undone


def prove_completions(connection: sa.Connection) -> Proof:
    """A task is completed no more often than what counted allows; each reward was given, taken back and paid once."""
    proof, rules = Proof(), read_rules(connection)
    count_rows(connection, proof, "completions", "task_completion")
    for page in stream_pages(connection, COMPLETED_PERIODS):
        tasks = {row.task for row in page}
        standing = Standing(connection, {row.member: tasks for row in page})
        for member, task, period in page:
            live = len(standing.live(task, member, period))
            most = standing.most_rounds(rules[task][0], member, period) if task in rules else 0
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
