"""What the seal covers: each event of the log, with its postings and the hash of its receipt, as one leaf."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa

from engage.events import LoggedEvent
from engage.kernel.canonical import canonical_unchecked
from engage.kernel.clock import render_ms
from engage.ledger.tables import posting
from engage.ledger.tree import leaf_hash

ReadReceiptHashes: TypeAlias = Callable[[sa.Connection, Sequence[str]], Mapping[str, str]]

POSTINGS_OF = (
    sa.select(
        posting.c.cause,
        posting.c.n,
        posting.c.route,
        posting.c.asset,
        posting.c.debit_kind,
        posting.c.credit_kind,
        posting.c.owner,
        posting.c.member,
        posting.c.amount,
        posting.c.lot,
        posting.c.reverses_cause,
        posting.c.reverses_n,
        posting.c.recorded_at,
    )
    .where(posting.c.cause.in_(sa.bindparam("causes", expanding=True)))
    .order_by(posting.c.cause, posting.c.n)
)


def leaf_hashes(
    connection: sa.Connection, events: Sequence[LoggedEvent], read_receipt_hashes: ReadReceiptHashes
) -> list[bytes]:
    """The leaf hash of each event, in their order, from two statements (postings, receipts) for all of them."""
    return [leaf_hash(leaf) for leaf in render_leaves(connection, events, read_receipt_hashes)]


def render_leaves(
    connection: sa.Connection, events: Sequence[LoggedEvent], read_receipt_hashes: ReadReceiptHashes
) -> list[bytes]:
    """The canonical JSON (RFC 8785) of each event's leaf, in their order.

    A leaf is exactly

        {"position": 4711, "name": "play.settled", "subject": "play:pla_…", "data": "", "member": "mem_…" or null,
         "member_position": 12 or null, "game": "gam_…" or null, "recorded_at": "2026-12-01T02:03:04.567Z",
         "postings": [{"n": 0, "route": 132, "asset": "TURN:gam_…", "debit": "MEMBER", "credit": "TURN_SINK",
                       "owner": "gam_…", "member": "mem_…" or null, "amount": 1, "lot": "turns:trn_…#0" or null,
                       "reverses": ["play:pla_…", 0] or null, "recorded_at": "2026-12-01T02:03:04.567Z"}, …],
         "receipt": "the leaf hash of the receipt without its seal" or null}

    `data` is the event's data as the text that is stored; `postings` are those whose cause is the subject, by n.
    The leaf of the event at position p has number p − 1 and the hash SHA-256(0x00 ‖ leaf).
    """
    subjects = list({event.subject for event in events})
    receipts = read_receipt_hashes(connection, subjects)
    postings = _read_postings(connection, subjects)
    return [_render(event, postings.get(event.subject, []), receipts.get(event.subject)) for event in events]


def _read_postings(connection: sa.Connection, causes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(POSTINGS_OF, {"causes": causes}).all():
        cause, n, route, asset, debit, credit, owner, member, amount, lot, back_cause, back_n, recorded_at = row
        found[cause].append(
            {
                "n": n,
                "route": route,
                "asset": asset,
                "debit": debit,
                "credit": credit,
                "owner": owner,
                "member": member,
                "amount": amount,
                "lot": lot,
                "reverses": None if back_cause is None else [back_cause, back_n],
                "recorded_at": render_ms(recorded_at),
            }
        )
    return found


def _render(event: LoggedEvent, postings: Sequence[Mapping[str, Any]], receipt: str | None) -> bytes:
    return canonical_unchecked(
        {
            "position": event.position,
            "name": event.name,
            "subject": event.subject,
            "data": event.data,
            "member": event.member,
            "member_position": event.member_position,
            "game": event.game,
            "recorded_at": render_ms(event.recorded_at),
            "postings": postings,
            "receipt": receipt,
        }
    )
