"""Events from outside, what rules made of them and what subscribers went past; points held and earned."""  # noqa: INP001  Alembic's steps stand alone

from alembic import op

from engage.storage.migrations import laws
from engage.storage.migrations.tables_0002 import TABLES, create_tables, drop_folded_codes
from engage.storage.migrations.tables_0002_badges import BADGE_TABLES, create_badge_tables
from engage.storage.migrations.tables_0002_tasks import FACTS as TASK_FACTS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables. An outside event is a fact, but for the member's name and the data, which may be erased."""
    create_tables()
    create_badge_tables()
    laws.refuse_changes(["verdict", "hold", "hold_part", "hold_end", "expiry_notice"])
    laws.refuse_changes(["earning_rule", "purchase", "purchase_refund", "earning_step"])
    laws.refuse_changes(["catalogue_entry", "reward_given", "redemption", "redemption_end"])
    laws.refuse_changes(["badge_step", "badge_refund", "badge_award", "badge_gift", "badge_revocation", "badge_key"])
    laws.refuse_changes(["collection_completion", "collection_claim"])
    laws.refuse_changes(TASK_FACTS)
    laws.refuse_removal(["questionnaire_answer"])
    laws.refuse_other_updates(
        "questionnaire_answer",
        "NEW.questionnaire = OLD.questionnaire AND NEW.member = OLD.member AND NEW.event = OLD.event "
        "AND NEW.revision = OLD.revision AND NEW.recorded_at = OLD.recorded_at AND NEW.sealed_answers IS NULL",
        "what was answered may be erased and nothing else",
    )
    laws.refuse_removal(["outside_event", "dead_letter"])
    laws.refuse_other_updates(
        "outside_event",
        "NEW.id = OLD.id AND NEW.source = OLD.source AND NEW.source_id = OLD.source_id AND NEW.type = OLD.type "
        "AND NEW.occurred_at = OLD.occurred_at AND NEW.recorded_at = OLD.recorded_at AND NEW.external_id IS NULL",
        "its member and data may be erased and nothing else",
    )


def downgrade() -> None:
    """Drop the tables; what came in is in the log by its id only."""
    for table in reversed((*TABLES, *BADGE_TABLES)):
        op.drop_table(table)
    op.drop_index("ix_lot_expiring", "lot")
    drop_folded_codes()
    op.drop_column("book", "last_paid_at")
