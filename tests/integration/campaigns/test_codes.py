"""Voucher codes: each is imported once, sealed, under the next number of its prize."""

import pytest

from engage.kernel.refusals import Conflict, InvalidRequest
from engage.rewards import code_ends, find_unit, import_codes, parse_codes
from engage.rewards.vouchers import CODE_PURPOSE, ImportedCodes
from tests.support.bureau import Bureau


def bring(bureau: Bureau, *codes: str, prize: str = "prz_meal", game: str = "gam_w") -> ImportedCodes:
    return import_codes(bureau.services.writer, bureau.services.sealer, game, prize, codes)


def find(bureau: Bureau, typed: str) -> tuple[str, str, int] | None:
    with bureau.services.reader.connect() as connection:
        return find_unit(connection, bureau.services.sealer, typed)


def stored(bureau: Bureau) -> list[tuple[str, int, str]]:
    """Prize, ordinal and the opened code."""
    rows = bureau.rows("SELECT prize, ordinal, sealed_code FROM voucher_code ORDER BY prize, ordinal")
    opened = (bureau.services.sealer.open(sealed, CODE_PURPOSE).decode() for _, _, sealed in rows)
    return [(prize, ordinal, code) for (prize, ordinal, _), code in zip(rows, opened, strict=True)]


def test_codes_get_the_next_ordinals_and_are_not_stored_in_the_open(bureau: Bureau) -> None:
    assert bring(bureau, "A", "B") == ImportedCodes(2, 0, 2)
    assert bring(bureau, "C") == ImportedCodes(1, 0, 3)
    assert stored(bureau) == [("prz_meal", 0, "A"), ("prz_meal", 1, "B"), ("prz_meal", 2, "C")]
    (mark,) = bureau.services.sealer.fingerprints(b"A", CODE_PURPOSE)
    assert bureau.rows("SELECT code_hash FROM voucher_code WHERE ordinal = 0") == [(mark,)]


def test_the_same_file_twice_imports_every_code_once(bureau: Bureau) -> None:
    bring(bureau, "A", "B")
    assert bring(bureau, "A", "B", "C") == ImportedCodes(1, 2, 3)
    assert [code for _, _, code in stored(bureau)] == ["A", "B", "C"]


def test_a_code_of_another_prize_is_refused(bureau: Bureau) -> None:
    bring(bureau, "A-SECRET-77")
    with pytest.raises(Conflict, match="…77 was imported for prz_meal of gam_w") as refused:
        bring(bureau, "B", "A-SECRET-77", prize="prz_drink")
    assert "A-SECRET" not in refused.value.detail
    assert [code for _, _, code in stored(bureau)] == ["A-SECRET-77"]


def test_many_codes_are_imported_in_short_transactions(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.rewards.vouchers.BATCH", 3)
    codes = [f"C{n}" for n in range(10)]
    assert bring(bureau, *codes) == ImportedCodes(10, 0, 10)
    assert [code for _, _, code in stored(bureau)] == codes
    assert bureau.one("SELECT count(*) FROM event WHERE name = 'codes.imported'") == 4


@pytest.mark.parametrize("typed", ["MEAL-a1B2", "meala1b2", "MEAL\u2013A1 B2", "\uff2d\uff25\uff21\uff2c\u30fca1b2"])
def test_a_code_is_found_however_it_was_typed(bureau: Bureau, typed: str) -> None:
    bring(bureau, "MEAL-a1B2", "MEAL-a1B3")
    assert find(bureau, typed) == ("gam_w", "prz_meal", 0)


def test_a_code_that_may_be_several_as_it_was_typed_is_none_of_them(bureau: Bureau) -> None:
    bring(bureau, "AB-C", "A-BC", "--")
    assert [find(bureau, typed) for typed in ("AB-C", "A-BC", "ABC", "-")] == [
        ("gam_w", "prz_meal", 0),
        ("gam_w", "prz_meal", 1),
        None,
        None,
    ]


def test_of_a_code_only_the_end_is_told() -> None:
    assert [code_ends(code) for code in ("MEAL-0042", "AB12", "A")] == ["0042", "12", ""]


def test_a_file_of_codes_is_one_code_a_line() -> None:
    assert parse_codes("\ufeffA-1\r\n\n  B-2 \nA-1\n") == ["A-1", "B-2"]


@pytest.mark.parametrize(
    ("text", "said"), [("A\nB C\n", "Line 2"), ("A" * 129, "Line 1"), ("\n \n", "no codes"), ("A\x07", "Line 1")]
)
def test_what_is_no_code_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        parse_codes(text)
