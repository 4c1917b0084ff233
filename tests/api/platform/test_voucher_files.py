"""Files of voucher codes as brands export them: what is no code must never reach a winner."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from engage.kernel.refusals import InvalidRequest
from engage.rewards import import_codes, parse_codes
from tests.support.world import World

MANY = 100_000


@pytest.mark.parametrize("heading", ["code\n", "Code\r\n", "\ufeffCODE\r\n", "\n  code  \n"])
def test_a_heading_is_no_code(heading: str) -> None:
    assert parse_codes(f"{heading}A-1\nB-2\n") == ["A-1", "B-2"]


def test_a_heading_stands_first_only() -> None:
    assert parse_codes("A-1\ncode\n") == ["A-1", "code"]


@pytest.mark.parametrize("row", ["A-1,2027-01-01", "A-1;50", '"A-1"', "A-1\t50", "A-1 50"])
def test_a_row_of_several_columns_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(InvalidRequest, match="Line 3"):
        parse_codes(f"code\nA-0\n{row}\n")


def test_a_file_with_a_heading_alone_holds_no_codes() -> None:
    with pytest.raises(InvalidRequest, match="no codes"):
        parse_codes("code\n")


def test_a_hundred_thousand_codes_are_read_in_a_second() -> None:
    text = "code\n" + "".join(f"MEAL-{n:08}\r\n" for n in range(MANY))
    began = time.perf_counter()
    codes = parse_codes(text)
    assert time.perf_counter() - began < 1
    assert (len(codes), codes[0], codes[-1]) == (MANY, "MEAL-00000000", f"MEAL-{MANY - 1:08}")


@pytest.mark.timeout(300)
def test_a_hundred_thousand_codes_get_as_many_ordinals_without_a_gap(world: World) -> None:
    codes = [f"MEAL-{n:08}" for n in range(MANY)]
    done = import_codes(world.services.writer, world.services.sealer, "gam_w", "prz_meal", codes)
    assert (done.new, done.known, done.total) == (MANY, 0, MANY)
    query = sa.text("SELECT min(ordinal), max(ordinal), count(*), count(DISTINCT code_hash) FROM voucher_code")
    with world.services.reader.connect() as connection:
        assert tuple(connection.execute(query).one()) == (0, MANY - 1, MANY, MANY)
