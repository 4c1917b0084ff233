"""The event log's tables. Positions are gapless: `log_head` is the last row of every transaction that appends.

Reading and subscribing is the business of `engage.events`; here is only what the flush writes.
"""

import sqlalchemy as sa

from engage.storage.metadata import metadata


class Event:
    """Something that happened, before the log has numbered it. `data` is JSON, or empty when `subject` says it all."""

    __slots__ = ("data", "game", "member", "member_position", "name", "subject")

    def __init__(  # noqa: PLR0913  an event has these parts
        self, name: str, subject: str, data: str, member: str | None, member_position: int | None, game: str | None
    ) -> None:
        self.name, self.subject, self.data = name, subject, data
        self.member, self.member_position, self.game = member, member_position, game


log_head = sa.Table(
    "log_head",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("member", sa.Text),
    sa.Column("member_position", sa.BigInteger),
    sa.Column("game", sa.Text),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Index("uq_event_member_member_position", "member", "member_position", unique=True),
)

refusal_count = sa.Table(
    "refusal_count",
    metadata,
    sa.Column("game", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
)
