"""The tables of the second step, as they were on that day."""

import sqlalchemy as sa
from alembic import op

from engage.storage.migrations.columns import columns
from engage.storage.migrations.tables_0002_tasks import TASK_TABLES, create_task_tables

TABLES = (
    "dead_letter",
    "outside_event",
    "parked_event",
    "event_type",
    "verdict",
    "hold",
    "hold_part",
    "hold_end",
    "expiry_notice",
    "earning_rule",
    "purchase",
    "purchase_refund",
    "earning_step",
    "catalogue_entry",
    "reward_given",
    "redemption",
    "redemption_end",
    *TASK_TABLES,
)


def create_tables() -> None:
    """Create them, those that others refer to first."""
    _create_intake()
    _create_holds()
    _create_notices()
    _create_earning()
    _note_orders()
    _create_catalogue()
    _create_rewards()
    _create_redemptions()
    _fold_codes()
    create_task_tables()


def _create_intake() -> None:
    """What came in from outside, and what was made of it."""
    op.create_table(
        "dead_letter",
        *columns("subscriber text, position bigint, reason text, recorded_at bigint, replayed_at bigint null"),
        sa.PrimaryKeyConstraint("subscriber", "position", name="pk_dead_letter"),
    )
    op.create_table(
        "outside_event",
        *columns(
            "id text, source text, source_id text, type text, external_id text null, occurred_at bigint, data text, "
            "recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outside_event"),
        sa.UniqueConstraint("source", "source_id", name="uq_outside_event_source_source_id"),
    )
    op.create_index("ix_outside_event_external_id", "outside_event", ["external_id", "id"])
    op.create_table(
        "parked_event",
        *columns("event text, external_id text, until bigint"),
        sa.PrimaryKeyConstraint("event", name="pk_parked_event"),
        sa.ForeignKeyConstraint(["event"], ["outside_event.id"], name="fk_parked_event_event"),
    )
    op.create_index("ix_parked_event_external_id", "parked_event", ["external_id"])
    op.create_table(
        "event_type",
        *columns("type text, schema text, updated_at bigint"),
        sa.PrimaryKeyConstraint("type", name="pk_event_type"),
    )
    op.create_table(
        "verdict",
        *columns("event text, rule text, verdict text, data text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("event", "rule", name="pk_verdict"),
        sa.ForeignKeyConstraint(["event"], ["outside_event.id"], name="fk_verdict_event"),
    )


def _create_holds() -> None:
    """Points that are set aside, out of which lots, and how that ended."""
    op.create_table(
        "hold",
        *columns("id text, member text, amount bigint, reason text, until bigint null, recorded_at bigint"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
        sa.CheckConstraint("amount > 0", name="ck_hold_positive"),
    )
    op.create_index("ix_hold_member", "hold", ["member"])
    op.create_index("ix_hold_until", "hold", ["until"])
    op.create_table(
        "hold_part",
        *columns("hold text, lot text, amount bigint"),
        sa.PrimaryKeyConstraint("hold", "lot", name="pk_hold_part"),
        sa.ForeignKeyConstraint(["hold"], ["hold.id"], name="fk_hold_part_hold"),
        sa.ForeignKeyConstraint(["lot"], ["lot.id"], name="fk_hold_part_lot"),
        sa.CheckConstraint("amount > 0", name="ck_hold_part_positive"),
    )
    op.create_index("ix_hold_part_lot", "hold_part", ["lot"])
    op.create_table(
        "hold_end",
        *columns("hold text, outcome text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("hold", name="pk_hold_end"),
        sa.ForeignKeyConstraint(["hold"], ["hold.id"], name="fk_hold_end_hold"),
        sa.CheckConstraint("outcome IN ('captured', 'released', 'expired')", name="ck_hold_end_outcome"),
    )


def _create_notices() -> None:
    """That members were reminded of points which expire, and how lots of points are found by their expiry."""
    points = sa.text("remaining > 0 AND asset = 'PTS'")
    op.create_index("ix_lot_expiring", "lot", ["expires_at"], sqlite_where=points, postgresql_where=points)
    op.create_table(
        "expiry_notice",
        *columns(
            "lot text, days bigint, member text, points bigint, expires_at bigint, notice text, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("lot", "days", name="pk_expiry_notice"),
        sa.ForeignKeyConstraint(["lot"], ["lot.id"], name="fk_expiry_notice_lot"),
        sa.CheckConstraint("days IN (30, 7, 1) AND points > 0", name="ck_expiry_notice_reminder"),
    )


def _create_earning() -> None:
    """Rules by which orders earn points, the orders, and the steps of their points."""
    op.create_table(
        "earning_rule",
        *columns("campaign text, n bigint, opens_at bigint, closes_at bigint, document text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("campaign", "n", name="pk_earning_rule"),
    )
    op.create_table(
        "purchase",
        *columns(
            "order_id text, event text, member text, campaign text null, rule bigint null, paid_at bigint, "
            "net_fen bigint, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("order_id", name="pk_purchase"),
        sa.ForeignKeyConstraint(["event"], ["outside_event.id"], name="fk_purchase_event"),
        sa.ForeignKeyConstraint(
            ["campaign", "rule"], ["earning_rule.campaign", "earning_rule.n"], name="fk_purchase_campaign_rule"
        ),
        sa.CheckConstraint("(campaign IS NULL) = (rule IS NULL) AND net_fen >= 0", name="ck_purchase_rule"),
    )
    op.create_index("ix_purchase_member", "purchase", ["member", "paid_at"])
    op.create_table(
        "purchase_refund",
        *columns("event text, order_id text, member text, net_fen bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("event", name="pk_purchase_refund"),
        sa.ForeignKeyConstraint(["event"], ["outside_event.id"], name="fk_purchase_refund_event"),
        sa.CheckConstraint("net_fen > 0", name="ck_purchase_refund_positive"),
    )
    op.create_index("ix_purchase_refund_order_id", "purchase_refund", ["order_id"])
    op.create_table(
        "earning_step",
        *columns("cause text, kind text, order_id text, amount bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("cause", "kind", name="pk_earning_step"),
        sa.ForeignKeyConstraint(["order_id"], ["purchase.order_id"], name="fk_earning_step_order_id"),
        sa.CheckConstraint(
            "kind IN ('earned', 'taken_back', 'owed', 'owed_less', 'written_off', 'owed_back', 'settled', 'offset')",
            name="ck_earning_step_kind",
        ),
        sa.CheckConstraint("amount > 0", name="ck_earning_step_positive"),
    )
    op.create_index("ix_earning_step_order_id", "earning_step", ["order_id"])


def _note_orders() -> None:
    """A member's book knows when the member's last order was paid.

    SQLite would write a new column behind the rules of its table, so there the table is made anew.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("book", sa.Column("last_paid_at", sa.BigInteger(), nullable=True))
        return
    op.execute("CREATE TABLE book_before AS SELECT * FROM book")
    op.drop_table("book")
    op.create_table(
        "book",
        *columns(
            "member text, position bigint, credits bigint, debits bigint, held bigint, under_review bigint, "
            "last_paid_at bigint null"
        ),
        sa.PrimaryKeyConstraint("member", name="pk_book"),
        sa.CheckConstraint("credits >= debits + held AND held >= 0 AND debits >= 0", name="ck_book_covered"),
    )
    op.execute("INSERT INTO book SELECT *, NULL FROM book_before")
    op.drop_table("book_before")


def _create_catalogue() -> None:
    """What campaigns have published beside their games."""
    op.create_table(
        "catalogue_entry",
        *columns(
            "id text, n bigint, kind text, campaign text, state text, opens_at bigint, closes_at bigint, "
            "document text, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", "n", name="pk_catalogue_entry"),
        sa.CheckConstraint("state IN ('live', 'paused', 'ended')", name="ck_catalogue_entry_state"),
        sa.CheckConstraint("n > 0", name="ck_catalogue_entry_n"),
    )
    op.create_index("ix_catalogue_entry_kind", "catalogue_entry", ["kind", "id", "n"])
    op.create_index("ix_catalogue_entry_campaign", "catalogue_entry", ["campaign", "id", "n"])


def _fold_codes() -> None:
    """How a code is found that was typed in another way; those that are here can't be folded without their key."""
    op.add_column("voucher_code", sa.Column("folded_hash", sa.Text))
    op.create_index("ix_voucher_code_folded_hash", "voucher_code", ["folded_hash"])


def drop_folded_codes() -> None:
    """Take that back."""
    op.drop_index("ix_voucher_code_folded_hash", "voucher_code")
    op.drop_column("voucher_code", "folded_hash")


def _create_rewards() -> None:
    """What was given outside of games."""
    op.create_table(
        "reward_given",
        *columns(
            "cause text, member text, owner text, revision bigint, prize text, kind text, ordinal bigint null, "
            "amount bigint, grant text null, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("cause", name="pk_reward_given"),
        sa.ForeignKeyConstraint(["grant"], ["prize_grant.id"], name="fk_reward_given_grant"),
        sa.UniqueConstraint("owner", "prize", "ordinal", name="uq_reward_given_owner_prize_ordinal"),
        sa.CheckConstraint("kind IN ('points', 'turns', 'voucher', 'badge')", name="ck_reward_given_kind"),
        sa.CheckConstraint("(kind = 'voucher') = (\"grant\" IS NOT NULL)", name="ck_reward_given_granted"),
        sa.CheckConstraint("kind NOT IN ('points', 'voucher') OR ordinal IS NOT NULL", name="ck_reward_given_unit"),
        sa.CheckConstraint("amount > 0", name="ck_reward_given_positive"),
    )
    op.create_index("ix_reward_given_member", "reward_given", ["member"])


def _create_redemptions() -> None:
    """What members bought with points, and whether it was taken or given back."""
    op.create_table(
        "redemption",
        *columns(
            "id text, member text, item text, revision bigint, quantity bigint, points bigint, until bigint null, "
            "recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_redemption"),
        sa.ForeignKeyConstraint(
            ["item", "revision"], ["catalogue_entry.id", "catalogue_entry.n"], name="fk_redemption_item_revision"
        ),
        sa.CheckConstraint("quantity > 0 AND points > 0", name="ck_redemption_positive"),
    )
    op.create_index("ix_redemption_member", "redemption", ["member", "item"])
    op.create_index("ix_redemption_item", "redemption", ["item"])
    op.create_table(
        "redemption_end",
        *columns("redemption text, outcome text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("redemption", name="pk_redemption_end"),
        sa.ForeignKeyConstraint(["redemption"], ["redemption.id"], name="fk_redemption_end_redemption"),
        sa.CheckConstraint("outcome IN ('captured', 'cancelled')", name="ck_redemption_end_outcome"),
    )
