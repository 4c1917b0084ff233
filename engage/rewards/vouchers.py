"""Voucher codes: imported before publishing, sealed at rest, each with the number of the unit that it covers."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from engage.kernel.refusals import Conflict, InvalidRequest
from engage.kernel.sealing import Sealer
from engage.rewards.tables import Grant, voucher_code
from engage.storage.work import Work
from engage.storage.writer import Writer

CODE_PURPOSE = "voucher code"
FOLDED_PURPOSE = "voucher code as typed"
LONG_VOWEL = "\u30fc"
"""Of Japanese keyboards: people take it for a dash, Unicode for a letter."""
ENDS = 4
MAX_CODE_LENGTH = 128
BATCH = 500
HEADING = "code"
COLUMN_MARKS = frozenset(',;"')


@dataclass(frozen=True, slots=True)
class ImportedCodes:
    """How many codes came new, how many had been imported for this prize before, and how many there are now."""

    new: int
    known: int
    total: int


def count_codes(connection: sa.Connection, game: str, prize: str) -> int:
    """How many codes are imported for a prize of a game; their ordinals are 0 … this − 1."""
    query = sa.select(sa.func.count()).where(voucher_code.c.game == game, voucher_code.c.prize == prize)
    return connection.execute(query.select_from(voucher_code)).scalar_one()


def open_code(connection: sa.Connection, sealer: Sealer, grant: Grant) -> str:
    """The code of the unit that was given away by this grant of a voucher."""
    query = sa.select(voucher_code.c.sealed_code).where(
        voucher_code.c.game == grant.game,
        voucher_code.c.prize == grant.prize,
        voucher_code.c.ordinal == grant.ordinal,
    )
    return sealer.open(connection.execute(query).scalar_one(), CODE_PURPOSE).decode()


def find_unit(connection: sa.Connection, sealer: Sealer, code: str) -> tuple[str, str, int] | None:
    """Game, prize and ordinal of the unit that a code covers; None if no such code was imported.

    What is not a code letter by letter may be one as it was typed. If it may be several, it is none of them.
    """
    query = sa.select(voucher_code.c.game, voucher_code.c.prize, voucher_code.c.ordinal)
    marks = sealer.fingerprints(code.encode(), CODE_PURPOSE)
    row = connection.execute(query.where(voucher_code.c.code_hash.in_(marks))).first()
    if row is None and fold(code):
        typed = sealer.fingerprints(fold(code).encode(), FOLDED_PURPOSE)
        near = connection.execute(query.where(voucher_code.c.folded_hash.in_(typed)).limit(2)).all()
        row = near[0] if len(near) == 1 else None
    return None if row is None else (row.game, row.prize, row.ordinal)


def fold(code: str) -> str:
    """A code as all ways to type it have it in common: its letters and digits, half-width and in capitals."""
    plain = unicodedata.normalize("NFKC", code).upper().replace(LONG_VOWEL, "")
    return "".join(one for one in plain if one.isalnum())


def code_ends(code: str) -> str:
    """The last characters of a code, by which people tell it from others: four, or of a short one the half."""
    return code[-min(ENDS, len(code) // 2) :] if len(code) > 1 else ""


def parse_codes(text: str) -> list[str]:
    """The codes of a file: one a line, blank lines and repetitions passed over, under the heading `code` or none.

    Refuses with InvalidRequest, naming the line, for a code that is longer than 128 characters, can't be printed in
    one piece, or holds a mark that parts the columns of a CSV file: a winner would be handed the whole row.
    """
    codes: dict[str, None] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        code = line.strip()
        if not code or (not codes and code.lower() == HEADING):
            continue
        if not COLUMN_MARKS.isdisjoint(code):
            raise InvalidRequest(f"Line {number} has several columns or quotes. Send the codes alone, one a line.")
        if len(code) > MAX_CODE_LENGTH or not code.isprintable() or " " in code:
            raise InvalidRequest(f"Line {number} is no code: at most {MAX_CODE_LENGTH} characters and no spaces.")
        codes[code] = None
    if not codes:
        raise InvalidRequest("The file holds no codes.")
    return list(codes)


def import_codes(writer: Writer, sealer: Sealer, game: str, prize: str, codes: Sequence[str]) -> ImportedCodes:
    """Import codes for a prize in short transactions; those that were imported for it before are passed over.

    Refuses with Conflict if a code belongs to another prize. What came before it in the list stays imported, so the
    same file can be imported again once it is mended.
    """
    new, total = 0, 0
    for batch in _batches(codes):
        came, total = writer.run(partial(_import_batch, sealer=sealer, game=game, prize=prize, codes=batch))
        new += came
    return ImportedCodes(new, len(codes) - new, total)


def _batches(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    return (codes[start : start + BATCH] for start in range(0, len(codes), BATCH))


def _import_batch(work: Work, sealer: Sealer, game: str, prize: str, codes: Sequence[str]) -> tuple[int, int]:
    marks = {code: sealer.fingerprints(code.encode(), CODE_PURPOSE) for code in codes}
    code_of = {mark: code for code, of_code in marks.items() for mark in of_code}
    query = sa.select(voucher_code.c.code_hash, voucher_code.c.game, voucher_code.c.prize)
    for code_hash, of_game, of_prize in work.connection.execute(query.where(voucher_code.c.code_hash.in_(code_of))):
        code = code_of[code_hash]
        marks.pop(code, None)
        if (of_game, of_prize) != (game, prize):
            raise Conflict(f"The code that ends in …{code[-2:]} was imported for {of_prize} of {of_game}. Take it out.")
    first = count_codes(work.connection, game, prize)
    rows = [
        {
            "game": game,
            "prize": prize,
            "ordinal": ordinal,
            "code_hash": of_code[0],
            "sealed_code": sealer.seal(code.encode(), CODE_PURPOSE),
            "imported_at": work.now_ms,
            "folded_hash": sealer.fingerprints(fold(code).encode(), FOLDED_PURPOSE)[0],
        }
        for ordinal, (code, of_code) in enumerate(marks.items(), first)
    ]
    if rows:
        work.connection.execute(sa.insert(voucher_code), rows)
        work.append("codes.imported", f"codes:{game}:{prize}:{first}", f'{{"count":{len(rows)}}}', game=game)
    return len(rows), first + len(rows)
