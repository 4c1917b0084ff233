"""The ledger's counters as the facts give them: books, house accounts, lots and the log's head."""

import sqlalchemy as sa

from engage.ledger.tables import account, book, lot, posting
from engage.storage.counters import Counters, always, derive_by
from engage.storage.log import event, log_head

PROGRAMME = "programme"
"""The owner of FUNDING: a programme has one plan's limit, whatever campaigns draw on it."""

BOOKS = Counters(
    book,
    ("position", "credits", "debits", "held", "under_review"),
    derive_by(
        """
        SELECT k.member, b.position, b.credits, b.debits, b.held, b.under_review,
            coalesce(e.position, 0), coalesce(p.credits, 0), coalesce(p.debits, 0), coalesce(h.held, 0),
            CASE WHEN q.subject IS NULL THEN 0 ELSE 1 END
        FROM (
            SELECT member FROM book UNION SELECT member FROM posting WHERE member IS NOT NULL
            UNION SELECT member FROM event WHERE member IS NOT NULL
        ) AS k
        LEFT JOIN book AS b ON b.member = k.member
        LEFT JOIN (
            SELECT member, max(member_position) AS position FROM event WHERE member IS NOT NULL GROUP BY member
        ) AS e ON e.member = k.member
        LEFT JOIN (
            SELECT member, CAST(sum(CASE WHEN credit_kind = 'MEMBER' THEN amount ELSE 0 END) AS BIGINT) AS credits,
                CAST(sum(CASE WHEN debit_kind = 'MEMBER' THEN amount ELSE 0 END) AS BIGINT) AS debits
            FROM posting WHERE asset_class = 'PTS' AND member IS NOT NULL GROUP BY member
        ) AS p ON p.member = k.member
        LEFT JOIN (
            SELECT o.member, CAST(sum(o.amount) AS BIGINT) AS held FROM hold AS o
            LEFT JOIN hold_end AS n ON n.hold = o.id WHERE n.hold IS NULL GROUP BY o.member
        ) AS h ON h.member = k.member
        LEFT JOIN (
            SELECT DISTINCT subject FROM quarantine WHERE kind = 'member' AND lifted_at IS NULL
        ) AS q ON q.subject = k.member
        """
    ),
    always(0, 0, 0, 0, 0),
)

ACCOUNTS = Counters(
    account,
    ("overdraft", "credits", "debits", "held"),
    derive_by(
        f"""
        SELECT k.kind, k.owner, a.overdraft, a.credits, a.debits, a.held,
            k.overdraft, k.credits, k.debits, 0
        FROM (
            SELECT kind, owner, CAST(sum(overdraft) AS BIGINT) AS overdraft, CAST(sum(credits) AS BIGINT) AS credits,
                CAST(sum(debits) AS BIGINT) AS debits
            FROM (
                SELECT kind, owner, 0 AS overdraft, 0 AS credits, 0 AS debits FROM account
                UNION ALL SELECT 'FUNDING', '{PROGRAMME}', points, 0, 0 FROM funding_order WHERE points > 0
                UNION ALL SELECT credit_kind, CASE WHEN credit_kind = 'FUNDING' THEN '{PROGRAMME}' ELSE owner END,
                    0, amount, 0 FROM posting
                UNION ALL SELECT debit_kind, CASE WHEN debit_kind = 'FUNDING' THEN '{PROGRAMME}' ELSE owner END,
                    0, 0, amount FROM posting
            ) AS m
            WHERE kind IN ('FUNDING', 'BUDGET', 'EARN_POOL') GROUP BY kind, owner
        ) AS k LEFT JOIN account AS a ON a.kind = k.kind AND a.owner = k.owner
        """,  # noqa: S608  the name is ours
        keys=2,
    ),
    always(0, 0, 0, 0),
)

MOVES = """
    SELECT lot, cause, n, credit_kind, amount FROM posting WHERE lot IS NOT NULL
    UNION ALL
    SELECT m.lot, p.cause, p.n, p.credit_kind, m.amount
    FROM lot_move AS m JOIN posting AS p ON p.cause = m.cause AND p.n = m.n
"""
"""What each posting put into which lot or took from it. One that touched several lots has moves in its stead."""

LOTS = Counters(
    lot,
    ("remaining", "held"),
    derive_by(
        f"""
        SELECT k.id, l.remaining, l.held, coalesce(d.remaining, 0), coalesce(h.held, 0)
        FROM (SELECT id FROM lot UNION SELECT lot FROM posting WHERE lot IS NOT NULL) AS k
        LEFT JOIN lot AS l ON l.id = k.id
        LEFT JOIN (
            SELECT lot, CAST(sum(CASE WHEN credit_kind = 'MEMBER' THEN amount ELSE -amount END) AS BIGINT) AS remaining
            FROM ({MOVES}) AS m GROUP BY lot
        ) AS d ON d.lot = k.id
        LEFT JOIN (
            SELECT p.lot, CAST(sum(p.amount) AS BIGINT) AS held FROM hold_part AS p
            LEFT JOIN hold_end AS n ON n.hold = p.hold WHERE n.hold IS NULL GROUP BY p.lot
        ) AS h ON h.lot = k.id
        """  # noqa: S608  the statement is ours
    ),
    always(0, 0),
)

LOG_HEAD = Counters(
    log_head,
    ("n", "recorded_at"),
    derive_by(
        """
        SELECT 1, h.n, h.recorded_at, (SELECT count(*) FROM event), (SELECT coalesce(max(recorded_at), 0) FROM event)
        FROM (SELECT 1 AS id) AS k LEFT JOIN log_head AS h ON h.id = k.id
        """
    ),
    always(0, 0),
)

POSTINGS_BY_POSITION = (
    sa.select(posting)
    .outerjoin(event, event.c.subject == posting.c.cause)
    .order_by(event.c.position, posting.c.cause, posting.c.n)
)
"""The postings in the order of the log: what is reversed comes before its reversal."""

LEDGER_COUNTERS = (BOOKS, ACCOUNTS, LOTS, LOG_HEAD)
