"""Every mistake that a campaign's own part of a file can hold is found: its line, its field, and the way out."""

import pytest

from engage.campaigns import Level
from tests.support.sample_campaign import (
    TEXT,
    Mistake,
    changed,
    checked,
    codes_said_in,
    demand_one_finding,
    line_of,
    mistake,
)

SPOKEN = [
    mistake("unknown_field", "tax_not", "tax_not:", "tax_note:", "tax_not:", "Did you mean `tax_note`?"),
    mistake("unknown_field", "age.max", "max: 9", "minimum: 18", "minimum: 18\n  max: 9", "Known here: `minimum`"),
    mistake("missing", "budget.basis", "budget:", "  basis: plan 7\n", "", "Name or number of the approved"),
    mistake("missing", "title", "id: spring", "title: {zh-CN: 春天, en: Spring}\n", "", "Add `title`."),
    mistake("missing", "games", "id: spring", TEXT[TEXT.index("games:") :], "", "offers nothing"),
    mistake("missing", "games", "games: []", TEXT[TEXT.index("games:") :], "games: []", "offers nothing"),
    mistake("wrong_type", "games", "games: 5", TEXT[TEXT.index("games:") :], "games: 5", "must be a list"),
    mistake("wrong_type", "budget.points", "points: 6.5", "points: 60000", "points: 6.5", "a whole number, not 6.5"),
    mistake("wrong_type", "budget.points", 'points: "6"', "points: 60000", 'points: "6"', "without quotes"),
    mistake("wrong_type", "accept_rules", "rules: yes", "rules: true", "rules: yes", "Write true or false"),
    mistake("wrong_type", "organiser.filing", "filing: 1", 'filing: "0001"', "filing: 1", "Put it in quotes."),
    mistake("wrong_type", "title", "title: Spring", "title: {zh-CN: 春天, en: Spring}", "title: Spring", "a mapping"),
    mistake("wrong_type", "title.en", "en: 7", "en: Spring", "en: 7", "Put it in quotes."),
    mistake(
        "wrong_type", "age", "age: 18", "age:\n  minimum: 18\n  declaration: true", "age: 18", "a mapping of fields"
    ),
    mistake("wrong_type", "languages", "languages: en", "[zh-CN, en]", "en", "must be a list"),
    mistake("wrong_type", "opens_at", "opens_at: 2026", "2026-11-01T00:00:00+08:00", "2026-11-01", "and offset"),
    mistake("wrong_type", "closes_at", "closes_at: 9", "2026-12-01T00:00:00+08:00", "9", "no instant"),
    mistake("wrong_type", "age", "age:", "age:\n  minimum: 18\n  declaration: true", "age:", "not nothing"),
    mistake("out_of_range", "claim.until_days", "until", "until_days: 30", "until_days: 0", "at least 1, not 0"),
    mistake("out_of_range", "age.minimum", "minimum", "minimum: 18", "minimum: 100", "at most 99"),
    mistake("out_of_range", "budget.basis", "basis", "plan 7", "x" * 201, "longer than 200 characters"),
    mistake("out_of_range", "languages", "languages", "[zh-CN, en]", "[]", "at least 1"),
    mistake("not_a_choice", "jurisdiction", "CH", "jurisdiction: CN", "jurisdiction: CH", "Known here: `CN`, `EU`"),
    mistake("bad_name", "id", "id: Spring", "id: spring", "id: Spring 2", "1 to 36 lower-case letters"),
    mistake("bad_name", "title.EN", "EN: Spring", "en: Spring", "en: Spring, EN: Spring", "like `zh-CN`"),
    mistake(
        "unknown_time_zone", "time_zone", "Shangai", "Asia/Shanghai", "Asia/Shangai", "Did you mean `Asia/Shanghai`?"
    ),
    mistake("unknown_time_zone", "time_zone", "zone: 8", "Asia/Shanghai", "8 o'clock", "Europe/Paris"),
    mistake("ends_before_start", "closes_at", "closes_at", "2026-12-01T", "2026-10-01T", "closes before it opens"),
    mistake("duplicate_language", "languages[2]", "languages", "[zh-CN, en]", "[zh-CN, en, en]", "listed twice"),
    mistake("missing_language", "title.en", "春天}", ", en: Spring}", "}", "The text in en is missing"),
    mistake("missing_language", "games[1].prizes[0].name.zh-CN", "en: Tyre", "zh-CN: 轮胎, ", "", "zh-CN is missing"),
    mistake("unknown_language", "title.zh", "Spring", "en: Spring", "en: Spring, zh: 春", "Known here: `zh-CN`"),
    mistake(
        "duplicate_field", "time_zone", "Paris", "opens_at:", "time_zone: Europe/Paris\nopens_at:", "first in line 10"
    ),
    mistake("key_not_text", "budget", "7: x", "  basis:", "  7: x\n  basis:", "must be text, not 7"),
    mistake("key_not_text", "budget", "? [a]", "  basis:", "  ? [a]\n  : {b: c}\n  basis:", "a list or mapping"),
    mistake("yaml_anchor", "title", "&x", "title: {zh-CN: 春", "title: &x {zh-CN: 春", "Anchors"),
    mistake("yaml_tag", "budget.basis", "!!str", "plan 7", "!!str plan 7", "tag:yaml.org,2002:str"),
    mistake("many_documents", "", "---", "age:", "---\nage:", "more than one document"),
]
OF_THE_WHOLE = [
    ("yaml_syntax", "a: [1,\nb: 2\n", 2, "begun in line 1"),
    ("yaml_syntax", "id: x\n\ttitle: y\n", 2, "There is a tab"),
    ("yaml_syntax", "id: x\ntitle：y\nlanguages: [en]\n", 3, "full-width punctuation"),  # noqa: RUF001  the mistake
    ("yaml_syntax", "id: x\ntitle: \x07\n", 2, "U+0007"),
    ("yaml_syntax", "id: 'x\n", 1, "quotes"),
    ("not_a_campaign", "", 1, "Begin it with `id:`"),
    ("not_a_campaign", "- id: x\n", 1, "no fields"),
    ("too_large", "#" * 300_000, 1, "256 KiB"),
    ("too_deep", "id: " + "[" * 60 + "]" * 60, 1, "20 deep"),
]


def test_the_sample_has_no_mistake() -> None:
    findings = checked(TEXT)
    assert findings.may_publish
    assert {item.level for item in findings.items} == {Level.INFO}


@pytest.mark.parametrize("row", [row for row in SPOKEN if row.code != "many_documents"], ids=str)
def test_a_mistake_is_found_at_its_line_and_field(row: Mistake) -> None:
    demand_one_finding(row)


@pytest.mark.parametrize(("code", "text", "line", "says"), OF_THE_WHOLE)
def test_a_text_that_is_no_campaign_is_told_where_it_breaks(code: str, text: str, line: int, says: str) -> None:
    found = checked(text)
    assert (code, line) in [(item.code, item.line) for item in found.items]
    assert any(says in f"{item.sentence} {item.way_out}" for item in found.items)
    assert not found.may_load


def test_every_mistake_that_can_be_found_has_a_row_that_makes_it() -> None:
    modules = [f"engage/campaigns/{name}.py" for name in ("files", "faults", "source")]
    rows = {row.code for row in SPOKEN} | {row[0] for row in OF_THE_WHOLE}
    assert codes_said_in(*modules) == rows


def test_a_second_document_is_refused_where_it_begins() -> None:
    text = TEXT + "---\nid: other\n"
    (found,) = checked(text).at(Level.FAULT)
    assert (found.code, found.line) == ("many_documents", line_of("id: other", text))


def test_one_mistake_hides_no_other() -> None:
    text = TEXT
    for old, new in (
        ("until_days: 30", "until_days: thirty"),
        ("Asia/Shanghai", "Asia/Nowhere"),
        ("2026-12-01T", "2025-12-01T"),
        ("en: Spring", "fr: Printemps"),
        ("points: 10", "points: ten"),
        ("else: [few, none]", "else: [fwe, none]"),
        ("total: 100", "total: 99"),
        ("table: 1", "table: 2"),
        ("      n: 100", "      n: 101"),
        ("units: 3", "units: 4"),
    ):
        text = changed(old, new, text)
    assert [(item.code, item.path) for item in checked(text).at(Level.FAULT)] == [
        ("missing_language", "title.en"),
        ("unknown_language", "title.fr"),
        ("unknown_time_zone", "time_zone"),
        ("ends_before_start", "closes_at"),
        ("wrong_type", "claim.until_days"),
        ("wrong_type", "games[0].prizes[0].points"),
        ("total_differs", "games[0].tables[0].total"),
        ("unknown_prize", "games[0].tables[0].slots[0].else[0]"),
        ("unused_table", "games[0].tables[1]"),
        ("unknown_table", "games[0].guarantee.table"),
        ("units_differ", "games[1].prizes[0].units"),
        ("deck_total_differs", "games[1].deck.n"),
    ]
