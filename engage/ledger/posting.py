"""The only ways value moves: a posting along a declared route, with the lots it made or took from."""

from collections.abc import Sequence

from engage.ledger.chart import BY_CODE, POINTS, REVERSE_GRANT, turn_asset
from engage.ledger.tables import (
    ACCOUNT,
    BOOK,
    LOT,
    LOT_BY_ID,
    LOT_MOVE,
    MOVES_BY_POSTING,
    POSTING,
    Account,
    Book,
    Lot,
    LotMove,
    Posting,
)
from engage.storage.work import Work


def record_posting(  # noqa: PLR0913  a posting has these parts
    work: Work,
    route: int,
    amount: int,
    *,
    cause: str,
    owner: str,
    asset: str = POINTS,
    member: str | None = None,
    lot: str | None = None,
    reverses: Posting | None = None,
    n: int = 0,
) -> Posting:
    """Insert one posting. `n` numbers the postings of a cause from 0; `amount` ≥ 1; `owner` is the house's side."""
    way = BY_CODE[route]
    row = Posting(
        cause,
        n,
        route,
        way.asset_class,
        asset,
        way.debit,
        way.credit,
        owner,
        member,
        amount,
        lot,
        reverses.cause if reverses else None,
        reverses.n if reverses else None,
        work.now_ms,
    )
    work.insert(POSTING, row)
    return row


def move_between_houses(  # noqa: PLR0913  a posting has these parts
    work: Work, route: int, amount: int, *, cause: str, owner: str, accounts: Sequence[Account], n: int = 0
) -> None:
    """Move points between house accounts; `accounts` are the gated ones among the two sides, already loaded."""
    way = BY_CODE[route]
    record_posting(work, route, amount, cause=cause, owner=owner, n=n)
    for side in accounts:
        if side.kind == way.debit:
            side.debits += amount
        elif side.kind == way.credit:
            side.credits += amount
        work.change(ACCOUNT, side)


def give_points(  # noqa: PLR0913
    work: Work, route: int, book: Book, amount: int, *, cause: str, owner: str, expires_at: int | None, n: int = 0
) -> Lot:
    """Points come into being for a member as one new lot, out of a pool that was funded for it."""
    lot = _new_lot(work, book.member, POINTS, amount, cause, n, expires_at)
    record_posting(work, route, amount, cause=cause, owner=owner, member=book.member, lot=lot.id, n=n)
    book.credits += amount
    work.change(BOOK, book)
    return lot


def take_back_points(  # noqa: PLR0913  a reversal has these parts
    work: Work,
    book: Book,
    given: Posting,
    lot: Lot,
    amount: int,
    *,
    cause: str,
    route: int = REVERSE_GRANT,
    n: int = 0,
) -> None:
    """Reverse what was given, wholly or in part, out of the very lot it made; `amount` ≤ what that has free."""
    record_posting(
        work,
        route,
        amount,
        cause=cause,
        owner=given.owner,
        member=book.member,
        lot=lot.id,
        reverses=given,
        n=n,
    )
    lot.remaining -= amount
    book.debits += amount
    work.change(LOT, lot)
    work.change(BOOK, book)


def take_points(  # noqa: PLR0913
    work: Work, route: int, book: Book, parts: Sequence[tuple[Lot, int]], *, cause: str, owner: str, n: int = 0
) -> Posting:
    """Points leave a member's book out of these lots, so much of each, all of it free."""
    amount = sum(part for _, part in parts)
    single = parts[0][0].id if len(parts) == 1 else None
    row = record_posting(work, route, amount, cause=cause, owner=owner, member=book.member, lot=single, n=n)
    for lot, part in parts:
        lot.remaining -= part
        work.change(LOT, lot)
        if single is None:
            work.insert(LOT_MOVE, LotMove(cause, n, lot.id, part))
    book.debits += amount
    work.change(BOOK, book)
    return row


def find_lots_of(work: Work, taken: Posting) -> list[tuple[Lot, int]]:
    """The lots that a posting took from, by id, and how much of each."""
    if taken.lot is not None:
        return [(_get_lot(work, taken.lot), taken.amount)]
    key = (taken.cause, taken.n)
    work.fetch(MOVES_BY_POSTING, key)
    moves = sorted(work.find_many(MOVES_BY_POSTING, key), key=lambda move: move.lot)
    return [(_get_lot(work, move.lot), move.amount) for move in moves]


def _get_lot(work: Work, id_: str) -> Lot:
    lot = work.fetch(LOT_BY_ID, id_)
    assert lot is not None, "what a posting took from is a lot"
    return lot


def give_back_points(  # noqa: PLR0913  a reversal has these parts
    work: Work, route: int, book: Book, taken: Posting, parts: Sequence[tuple[Lot, int]], *, cause: str, n: int = 0
) -> None:
    """Reverse what was taken: the points go back into the very lots that they came from."""
    amount = sum(part for _, part in parts)
    single = parts[0][0].id if len(parts) == 1 else None
    record_posting(
        work,
        route,
        amount,
        cause=cause,
        owner=taken.owner,
        member=book.member,
        lot=single,
        reverses=taken,
        n=n,
    )
    for lot, part in parts:
        lot.remaining += part
        work.change(LOT, lot)
        if single is None:
            work.insert(LOT_MOVE, LotMove(cause, n, lot.id, part))
    book.credits += amount
    work.change(BOOK, book)


def give_turns(  # noqa: PLR0913
    work: Work, route: int, member: str, game: str, amount: int, *, cause: str, expires_at: int | None, n: int = 0
) -> Lot:
    """Turns of a game for a member as one new lot; the caller raises the counter on the row of member and game."""
    lot = _new_lot(work, member, turn_asset(game), amount, cause, n, expires_at)
    record_posting(work, route, amount, cause=cause, owner=game, asset=lot.asset, member=member, lot=lot.id, n=n)
    return lot


def take_turns(  # noqa: PLR0913
    work: Work, route: int, member: str, game: str, lots: Sequence[Lot], amount: int, *, cause: str, n: int = 0
) -> None:
    """Take turns from lots in their order (earliest expiry first); AssertionError if they don't hold enough."""
    taken = list(_take(work, lots, amount))
    single = taken[0][0].id if len(taken) == 1 else None
    record_posting(work, route, amount, cause=cause, owner=game, asset=turn_asset(game), member=member, lot=single, n=n)
    if single is None:
        for lot, part in taken:
            work.insert(LOT_MOVE, LotMove(cause, n, lot.id, part))


def _take(work: Work, lots: Sequence[Lot], amount: int) -> list[tuple[Lot, int]]:
    taken: list[tuple[Lot, int]] = []
    for lot in lots:
        part = min(amount, lot.remaining - lot.held)
        if part > 0:
            lot.remaining -= part
            work.change(LOT, lot)
            taken.append((lot, part))
            amount -= part
        if amount == 0:
            break
    assert amount == 0, "the caller counted the turns before taking them"
    return taken


def _new_lot(  # noqa: PLR0913
    work: Work, member: str, asset: str, amount: int, cause: str, n: int, expires_at: int | None
) -> Lot:
    lot = Lot(f"{cause}#{n}", member, asset, amount, amount, 0, work.now_ms, expires_at)
    work.insert(LOT, lot)
    return lot
