"""Every mistake that a game in a campaign file can hold is found: its line, its field, and the way out."""

import pytest

from engage.campaigns import Level
from tests.support.sample_campaign import TEXT, Mistake, codes_said_in, demand_one_finding, mistake, warning

WHEEL, CARDS = "games[0]", "games[1]"
SLOTS, BETTER = f"{WHEEL}.tables[0].slots", f"{WHEEL}.tables[1]"
S1 = "{slot: s1, prize: meal, else: [few, none], weight: 5}"
T1 = "{slot: s1, prize: meal, else: [again], weight: 4}"
T2 = "{slot: t2, prize: again, weight: 6}"
SECOND_TABLE = TEXT[TEXT.index("      - total: 10\n") : TEXT.index("    guarantee:")]
GUARANTEE = "    guarantee: {class: 2, misses: 9, table: 1}\n"
UNITS = "        units: 3\n"
AGAIN = "        turns: 2\n        class: 2\n"
CALLED_NONE = "      - {id: none, kind: turns, name: {zh-CN: 无, en: No}, turns: 1, class: 1}\n"

FIELDS = [
    mistake(
        "unknown_field", f"{WHEEL}.prizes[1].unit", "unit: 4", "units: 40", "units: 40\n        unit: 4", "`units`?"
    ),
    mistake("unknown_field", f"{WHEEL}.prizes[2].points", "points: 5", AGAIN, AGAIN + "        points: 5\n", "`units`"),
    mistake("missing", f"{CARDS}.prizes[0].address", "id: tyre", "        address: true\n", "", "address to claim it"),
    mistake("missing", f"{CARDS}.prizes[0].kind", "id: tyre", "        kind: goods\n", "", "which fields"),
    mistake("missing", f"{CARDS}.limits", "id: cards", "    limits:\n      per_day: 2\n", "", "How often one member"),
    mistake("not_a_choice", f"{WHEEL}.prizes[1].kind", "vouchr", "kind: voucher", "kind: vouchr", "`voucher`?"),
    mistake("not_a_choice", f"{WHEEL}.mechanic", "whel", "mechanic: wheel", "mechanic: whel", "`wheel`?"),
    mistake("wrong_type", f"{SLOTS}[0].weight", "weight: 5.0", "weight: 5}", "weight: 5.0}", "whole number, not 5.0"),
    mistake("wrong_type", f"{WHEEL}.prizes[1].value_evidence.date", "in May", "2026-10-01", "in May", "not a date"),
    mistake("wrong_type", f"{WHEEL}.prizes[1].units", "units:  #", "units: 40", "units:  # unknown", "not nothing"),
    mistake("missing", f"{CARDS}.deck.counts[0][1]", "[tyre]", "[tyre, 3]", "[tyre]", "counts[0][1]` is missing"),
    mistake("out_of_range", f"{CARDS}.deck.counts[0]", "3, 1]", "[tyre, 3]", "[tyre, 3, 1]", "at most 2"),
    mistake("out_of_range", f"{SLOTS}[0].weight", "weight: 0", "weight: 5}", "weight: 0}", "at least 1, not 0"),
    mistake("out_of_range", f"{WHEEL}.guarantee.misses", "misses: 1000", "misses: 9", "misses: 1000", "at most 400"),
    mistake("bad_name", f"{WHEEL}.id", "Big wheel", "id: wheel", "id: Big wheel", "summer_wheel_2"),
]
ICON_AND_PICTURE = "points: 10\n        art: cake\n        picture: a.png\n"
SENSE = [
    mistake("art_twice", f"{WHEEL}.prizes[0].art", "art:", "points: 10\n", ICON_AND_PICTURE, "Delete one of them"),
    mistake("duplicate_id", f"{CARDS}.id", "# again", "id: cards", "id: wheel  # again", "own name"),
    mistake("duplicate_id", f"{SLOTS}[1].slot", "weight: 45", "slot: s2", "slot: s1", "own name"),
    mistake("duplicate_id", f"{CARDS}.deck.counts[1][0]", "97]", "[none, 97]", "[tyre, 97]", "own name"),
    mistake("reserved_id", f"{WHEEL}.prizes[3].id", "id: none", AGAIN, AGAIN + CALLED_NONE, "Pick another"),
    mistake("unknown_prize", f"{SLOTS}[0].prize", "meel", S1, S1.replace("meal", "meel"), "`meal`?"),
    mistake("unknown_prize", f"{CARDS}.deck.counts[1][0]", "nome", "[none, 97]", "[nome, 97]", "`none`?"),
    mistake("chain_repeats", f"{SLOTS}[0].else[1]", "few, few", "[few, none]", "[few, few, none]", "delete it"),
    mistake("unreachable_chain", f"{SLOTS}[1].else[1]", "[none, meal]", "else: [none]", "else: [none, meal]", "`none`"),
    mistake(
        "unreachable_chain",
        f"{BETTER}.slots[0].else[0]",
        "else: [meal]",
        "meal, else: [again]",
        "again, else: [meal]",
        "`again`",
    ),
    mistake("total_differs", f"{WHEEL}.tables[0].total", "total: 101", "total: 100", "total: 101", "add up to 100"),
    Mistake(
        "weights_too_large",
        f"{WHEEL}.tables[0]",
        "total: 4294967295",
        (("total: 100", "total: 4294967295"), ("weight: 5}", "weight: 4294967295}")),
        "below 2^32",
    ),
    mistake(
        "class_below_guarantee",
        f"{BETTER}.slots[1].prize",
        "t2",
        T2,
        "{slot: t2, prize: few, else: [again], weight: 6}",
        "class 1",
    ),
    mistake(
        "class_below_guarantee", f"{BETTER}.slots[0].else[0]", "weight: 4}", "else: [again]", "else: [none]", "class 0"
    ),
    mistake(
        "guarantee_exhaustible", f"{BETTER}.slots[0]", "weight: 4}", ", else: [again]", "", "without end", Level.BLOCK
    ),
    Mistake(
        "unused_table", BETTER, "# two", ((GUARANTEE, ""), ("total: 10\n", "total: 10  # two\n")), "guarantee.table"
    ),
    Mistake(
        "unknown_table",
        f"{WHEEL}.guarantee.table",
        "table: 2",
        ((SECOND_TABLE, ""), ("table: 1", "table: 2")),
        "there are 1",
    ),
    Mistake(
        "guarantee_by_table_zero",
        f"{WHEEL}.guarantee.table",
        "table: 0",
        ((SECOND_TABLE, ""), ("table: 1", "table: 0")),
        "second table",
    ),
    mistake("deck_total_differs", f"{CARDS}.deck.n", "n: 101", "      n: 100\n", "      n: 101\n", "add up to 100"),
    mistake(
        "deck_without_prizes", f"{CARDS}.deck.counts", "counts", "[[tyre, 3], [none, 97]]", "[[none, 100]]", "blank"
    ),
    mistake("units_differ", f"{CARDS}.prizes[0].units", "# four", UNITS, "        units: 4  # four\n", "units: 3"),
    mistake(
        "per_member_in_deck",
        f"{CARDS}.prizes[0].per_member",
        "# one",
        UNITS,
        UNITS + "        per_member: 1  # one\n",
        "limits",
    ),
]
WARNINGS = [
    warning("exhaustible_chain", f"{SLOTS}[1]", "slot: s2", "few, else: [none]", "few", "in `none`"),
    Mistake(
        "guarantee_never_needed",
        f"{WHEEL}.guarantee",
        "guarantee:",
        (
            ("guarantee: {class: 2", "guarantee: {class: 1"),
            ("[few, none]", "[few, again]"),
            ("few, else: [none]", "few, else: [again]"),
            ("s3, prize: none", "s3, prize: again"),
        ),
        "never comes in",
        Level.WARN,
    ),
    Mistake(
        "slot_order",
        BETTER,
        "# two",
        ((T1, T1.replace("s1", "s2")), (T2, T2.replace("t2", "s1")), ("total: 10\n", "total: 10  # two\n")),
        "slices",
        Level.WARN,
    ),
    warning("limit_without_effect", f"{WHEEL}.limits.per_day", "per_day: 61", "per_day: 3", "per_day: 61", "Lower"),
    warning("limit_without_effect", f"{WHEEL}.prizes[1].per_member", "41", "per_member: 1", "per_member: 41", "units"),
    Mistake(
        "limit_without_effect",
        f"{WHEEL}.prizes[1].per_member",
        "per_member: 61",
        (("per_member: 1", "per_member: 61"), ("units: 40", "units: 400")),
        "per_campaign",
        Level.WARN,
    ),
    warning(
        "limit_without_effect",
        f"{CARDS}.limits.per_campaign",
        "n: 101",
        "per_day: 2",
        "per_campaign: 101\n      per_day: 2",
        "cards",
    ),
    warning(
        "turns_beyond_limit", f"{WHEEL}.turns.free_per_day", "day: 4", "free_per_day: 1", "free_per_day: 4", "raise"
    ),
]


@pytest.mark.parametrize("row", [*FIELDS, *SENSE, *WARNINGS], ids=str)
def test_a_mistake_is_found_at_its_line_and_field(row: Mistake) -> None:
    demand_one_finding(row)


def test_every_mistake_that_can_be_found_has_a_row_that_makes_it() -> None:
    rows = {row.code for row in (*SENSE, *WARNINGS)}
    assert codes_said_in("games/checks.py") == rows
