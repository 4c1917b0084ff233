"""The road: every table of the first release, the routes by which value may move, and the laws over the facts."""  # noqa: INP001  Alembic's steps stand alone

import sqlalchemy as sa
from alembic import op

from engage.storage.migrations import laws
from engage.storage.migrations.tables_0001 import create_tables, drop_tables

revision = "0001"
down_revision = None

FACTS = (
    "posting",
    "lot_move",
    "funding_order",
    "event",
    "play",
    "play_seen",
    "epoch",
    "epoch_end",
    "game_revision",
    "game_stop",
    "prize_grant",
    "grant_state",
    "voucher_use",
    "consent",
    "checkpoint",
    "answered_request",
    "deck",
    "deck_part",
    "campaign_change",
    "picture",
    "picture_file",
    "signing_key",
    "voucher_code",
    "route",
)
"""What is inserted and never edited. A claim is one as well, but for its address."""

ROUTE = ("code", "name", "asset_class", "debit_kind", "credit_kind", "reverses")
ROUTES = (
    (101, "fund", "PTS", "FUNDING", "BUDGET", None),
    (102, "unfund", "PTS", "BUDGET", "FUNDING", None),
    (103, "reserve", "PTS", "BUDGET", "POOL", None),
    (104, "return", "PTS", "POOL", "BUDGET", None),
    (105, "fund_earning", "PTS", "BUDGET", "EARN_POOL", None),
    (106, "return_earning", "PTS", "EARN_POOL", "BUDGET", None),
    (107, "fund_remedies", "PTS", "BUDGET", "COMPENSATION", None),
    (108, "return_remedies", "PTS", "COMPENSATION", "BUDGET", None),
    (111, "grant", "PTS", "POOL", "MEMBER", None),
    (112, "earn", "PTS", "EARN_POOL", "MEMBER", None),
    (121, "play", "PTS", "MEMBER", "PLAY_SINK", None),
    (122, "redeem", "PTS", "MEMBER", "REDEEMED", None),
    (123, "expire", "PTS", "MEMBER", "EXPIRED", None),
    (124, "goodwill", "PTS", "COMPENSATION", "MEMBER", None),
    (131, "give_turn", "TURN", "TURN_SOURCE", "MEMBER", None),
    (132, "use_turn", "TURN", "MEMBER", "TURN_SINK", None),
    (133, "turn_expires", "TURN", "MEMBER", "TURN_EXPIRED", None),
    (211, "reverse_grant", "PTS", "MEMBER", "BUDGET", 111),
    (212, "reverse_earn", "PTS", "MEMBER", "EARN_POOL", 112),
    (221, "reverse_play", "PTS", "PLAY_SINK", "MEMBER", 121),
    (222, "reverse_redeem", "PTS", "REDEEMED", "MEMBER", 122),
    (223, "reverse_expire", "PTS", "EXPIRED", "MEMBER", 123),
    (224, "reverse_goodwill", "PTS", "MEMBER", "COMPENSATION", 124),
    (231, "reverse_give_turn", "TURN", "MEMBER", "TURN_SOURCE", 131),
    (232, "reverse_use_turn", "TURN", "TURN_SINK", "MEMBER", 132),
    (233, "reverse_turn_expires", "TURN", "TURN_EXPIRED", "MEMBER", 133),
)


def upgrade() -> None:
    """Create everything."""
    create_tables()
    route = sa.table("route", *(sa.column(name) for name in ROUTE))
    op.bulk_insert(route, [dict(zip(ROUTE, row, strict=True)) for row in ROUTES])
    op.execute("INSERT INTO log_head (id, n, recorded_at) VALUES (1, 0, 0)")
    laws.create_functions()
    laws.refuse_changes(FACTS)
    laws.refuse_removal(("lot", "quarantine", "claim"))
    laws.refuse_other_updates(
        "claim",
        'NEW."grant" = OLD."grant" AND NEW.n = OLD.n AND NEW.consent = OLD.consent '
        "AND NEW.recorded_at = OLD.recorded_at AND NEW.sealed_address IS NULL",
        "its address may be erased and nothing else",
    )
    laws.close_routes()
    laws.guard_lots()
    laws.guard_reversals()


def downgrade() -> None:
    """Drop everything, unless something has happened already."""
    if op.get_bind().execute(sa.text("SELECT n FROM log_head")).scalar_one():
        message = "The log is not empty, and facts are never removed. Start with another database."
        raise RuntimeError(message)
    drop_tables()
    laws.drop_functions()
