"""A member's statement: postings newest first, each with the name of its route and the expiry of the lot it made."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from engage.kernel.refusals import InvalidRequest
from engage.ledger.chart import BY_CODE, Kind
from engage.ledger.tables import lot, posting

CURSOR = re.compile(r"([0-9]{1,15})~([^~]+)~([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class StatementLine:
    """One posting as its member sees it; `amount` is negative for what went out. Instants are milliseconds."""

    cause: str
    n: int
    asset: str
    amount: int
    reason: str
    reverses_cause: str | None
    reverses_n: int | None
    expires_at: int | None
    recorded_at: int

    @property
    def origin(self) -> str:
        """What first led to it: of a reversal, the cause of what it reverses."""
        return self.reverses_cause or self.cause

    @property
    def reverses(self) -> str | None:
        """The posting that it reverses, if it reverses one."""
        return None if self.reverses_cause is None else f"pst_{self.reverses_cause.partition(':')[2]}_{self.reverses_n}"

    @property
    def posting(self) -> str:
        """The posting's id: its cause's, with its number."""
        return f"pst_{self.cause.partition(':')[2]}_{self.n}"

    @property
    def made_lot(self) -> str:
        """The lot that it made, if it made one."""
        return f"{self.cause}#{self.n}"

    @property
    def cursor(self) -> str:
        """Where the next page begins."""
        return f"{self.recorded_at}~{self.cause}~{self.n}"


def read_statement(connection: sa.Connection, member: str, cursor: str, limit: int) -> list[StatementLine]:
    """A member's postings after a cursor, newest first. Refuses with InvalidRequest for a cursor that is none."""
    query = (
        sa.select(posting, lot.c.expires_at)
        .outerjoin(lot, (lot.c.id == posting.c.lot) & (posting.c.credit_kind == Kind.MEMBER))
        .where(posting.c.member == member)
        .order_by(posting.c.recorded_at.desc(), posting.c.cause.desc(), posting.c.n.desc())
        .limit(limit)
    )
    if cursor:
        place = sa.tuple_(posting.c.recorded_at, posting.c.cause, posting.c.n)
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in _parse_cursor(cursor))))
    return [_line(row) for row in connection.execute(query)]


def _parse_cursor(cursor: str) -> tuple[int, str, int]:
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidRequest(
            "cursor is not one that this list gave.", errors=[{"field": "cursor", "message": "unknown"}]
        )
    return int(found[1]), found[2], int(found[3])


def _line(row: sa.Row[tuple[object, ...]]) -> StatementLine:
    came_in = row.credit_kind == Kind.MEMBER
    return StatementLine(
        row.cause,
        row.n,
        row.asset,
        row.amount if came_in else -row.amount,
        BY_CODE[row.route].name,
        row.reverses_cause,
        row.reverses_n,
        row.expires_at,
        row.recorded_at,
    )
