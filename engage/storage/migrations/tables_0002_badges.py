"""The tables of badges and collections, as they were on the day of the second step."""

import sqlalchemy as sa
from alembic import op

from engage.storage.migrations.columns import columns

BADGE_TABLES = (
    "badge_step",
    "badge_refund",
    "badge_award",
    "badge_gift",
    "badge_revocation",
    "badge_sharing",
    "badge_key",
    "collection_completion",
    "collection_claim",
)


def create_badge_tables() -> None:
    """Create them, those that others refer to first."""
    _create_badges()
    _create_collections()


def _create_badges() -> None:
    """What counted for badges, who has them, and what is known of an award beside."""
    op.create_table(
        "badge_step",
        *columns(
            "badge text, member text, period text, n bigint, revision bigint, what text, cause text, "
            "amount bigint, total bigint, at bigint, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("badge", "member", "period", "n", name="pk_badge_step"),
        sa.UniqueConstraint("badge", "member", "period", "cause", name="uq_badge_step_badge_member_period_cause"),
        sa.CheckConstraint("n > 0 AND amount <> 0 AND total >= 0", name="ck_badge_step_counts"),
    )
    op.create_index("ix_badge_step_what", "badge_step", ["member", "what"])
    op.create_table(
        "badge_refund",
        *columns("event text, order_id text, member text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("event", name="pk_badge_refund"),
    )
    op.create_index("ix_badge_refund_order", "badge_refund", ["order_id", "member"])
    op.create_table(
        "badge_award",
        *columns(
            "id text, badge text, revision bigint, tier text, member text, period text, cause text, earned_at bigint, "
            "awarded_at bigint, expires_at bigint null"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_badge_award"),
        sa.UniqueConstraint("badge", "tier", "member", "period", name="uq_badge_award_badge_tier_member_period"),
        sa.UniqueConstraint("cause", "badge", "tier", name="uq_badge_award_cause_badge_tier"),
    )
    op.create_index("ix_badge_award_member", "badge_award", ["member", "id"])
    for table in ("badge_gift", "badge_revocation"):
        op.create_table(
            table,
            *columns("award text, reason text, actor text, recorded_at bigint"),
            sa.PrimaryKeyConstraint("award", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["award"], ["badge_award.id"], name=f"fk_{table}_award"),
        )
    op.create_table(
        "badge_sharing",
        *columns("award text, public bigint, name bigint, changed_at bigint"),
        sa.PrimaryKeyConstraint("award", name="pk_badge_sharing"),
        sa.ForeignKeyConstraint(["award"], ["badge_award.id"], name="fk_badge_sharing_award"),
        sa.CheckConstraint("public IN (0, 1) AND name IN (0, 1)", name="ck_badge_sharing_flags"),
    )
    op.create_table(
        "badge_key",
        *columns("kid text, public text, sealed_private bytes, created_at bigint"),
        sa.PrimaryKeyConstraint("kid", name="pk_badge_key"),
    )


def _create_collections() -> None:
    """Collections that members have completed, and the grand prizes that they claimed."""
    op.create_table(
        "collection_completion",
        *columns("collection text, member text, revision bigint, awards text, completed_at bigint"),
        sa.PrimaryKeyConstraint("collection", "member", name="pk_collection_completion"),
    )
    op.create_index("ix_collection_completion_member", "collection_completion", ["member"])
    op.create_table(
        "collection_claim",
        *columns("collection text, member text, id text, revision bigint, prize text, kind text, claimed_at bigint"),
        sa.PrimaryKeyConstraint("collection", "member", name="pk_collection_claim"),
        sa.UniqueConstraint("id", name="uq_collection_claim_id"),
        sa.ForeignKeyConstraint(
            ["collection", "member"],
            ["collection_completion.collection", "collection_completion.member"],
            name="fk_collection_claim_collection_member",
        ),
    )
    op.create_index("ix_collection_claim_member", "collection_claim", ["member"])
