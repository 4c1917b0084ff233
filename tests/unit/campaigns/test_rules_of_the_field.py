"""Every rule of the field has a campaign that breaks it, and one that just doesn't; what isn't checked is said."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engage.campaigns import Finding, Level, checker, format_findings
from engage.campaigns.checker import ELSEWHERE, LATER
from engage.campaigns.phrases import find_cash_words, find_void_clauses
from engage.campaigns.profiles import PROFILES, SignOff
from tests.support.sample_campaign import TEXT, Mistake, changed, checked, demand_one_finding, line_of, warning

TYRE = "games[1].prizes[0]"
UNUSED = "      - {id: lost, kind: turns, name: {zh-CN: 无, en: Lost}, turns: 1, class: 2}\n    tables:"
FIFTY_THOUSAND = (
    ("money_fen: 300000", "money_fen: 15000000"),
    ("market_value_fen: 100000", "market_value_fen: 5000000"),
)
ONE_PLAY = ("per_purchase: 2", "per_purchase: 0")
OF_TASKS = {"C22"}
"""Rules that only tasks and badges can break: they are checked, and tested, with those sections."""


def block(code: str, path: str, at: str, says: str, *changes: tuple[str, str]) -> Mistake:
    return Mistake(code, path, at, changes, says, Level.BLOCK)


BROKEN = [
    block("C1", "organiser.contact.en", "contact", "blank", ("en: Telephone 400", 'en: " "')),
    block("C1", "organiser.licence", "licence", "blank", ('"91310115MA1DEM0X01"', '""')),
    block("C1", "organiser.filing", "filing", "blank", ('"0001"', '""')),
    block("C1", "games[0].conditions.zh-CN", "Once a day", "blank", ("每天一次", '""')),
    block(
        "C3",
        TYRE,
        "id: tyre",
        "worth 50,000.01 yuan",
        ONE_PLAY,
        ("money_fen: 300000", "money_fen: 15000003"),
        ("market_value_fen: 100000", "market_value_fen: 5000001"),
    ),
    block("C3", "games[1].turns.per_purchase", "per_purchase: 2", "add up to 100,050 yuan", *FIFTY_THOUSAND),
    block(
        "C3",
        "games[0]",
        "id: wheel",
        "turns that one play can win may bring 60,000 yuan",
        ("market_value_fen: 2500", "market_value_fen: 3000000"),
        ("free_per_day: 1\n      per_purchase: 1", "free_per_day: 1"),
    ),
    block(
        "C3b",
        "point_value",
        "id: spring",
        "nothing says what points are worth",
        ("point_value:\n  points: 200\n  fen: 2500\n  what: {zh-CN: 套餐, en: a meal}\n", ""),
    ),
    block("C4", "games[0].prizes[3]", "id: lost", "nobody can win it", ("    tables:", UNUSED)),
    block("C7", "points_use", "id: spring", "how points can be used", ("points_use: {zh-CN: 换套餐, en: Meals}\n", "")),
    block(
        "C12",
        f"{TYRE}.cash_equivalent",
        "cash_eq",
        "declared",
        ("address: true", "address: true\n        cash_equivalent: true"),
    ),
    block("C12", f"{TYRE}.name.zh-CN", "微信红包", "“红包”", ("zh-CN: 轮胎", "zh-CN: 微信红包")),
    block("C12", f"{TYRE}.name.en", "Prepaid", "“prepaid”", ("en: Tyre", "en: Prepaid tyre card")),
    block(
        "C13",
        "budget.points",
        "points: 49999",
        "cost 50,000 points; the budget has 49,999",
        ("points: 60000", "points: 49999"),
    ),
    block(
        "C13", "budget.money_fen", "money_fen: 299999", "worth 3,000 yuan", ("money_fen: 300000", "money_fen: 299999")
    ),
    block("C13", "budget.basis", "basis", "No approved marketing plan", ("plan 7", '" "')),
    warning("C13b", "points_need_order", "order: false", "order: true", "order: false", "next paid order"),
    warning("C14", "points_expire.days", "days: 29", "days: 365", "days: 29", "at least 30 days"),
    warning("C14", "games[0].prizes[1].use_by_days", "by_days: 29", "use_by_days: 60", "use_by_days: 29", "late claim"),
    block("C15", "claim.forfeiture.zh-CN", "解释", "“最终解释权”", ("过期作废", "最 终解释权在我")),
    block(
        "C15",
        "games[1].conditions.en",
        "Final",
        "“final interpretation”",
        ("A card for a purchase", "Final  interpretation is ours"),
    ),
    block("C17", "tax_note", "id: spring", "who declares", ("tax_note: {zh-CN: 主办方承担, en: Paid by us}\n", "")),
    block("C23", "age.minimum", "minimum: 17", "18 or older, not 17", ("minimum: 18", "minimum: 17")),
    warning("C24", "games[0].limits.per_day", "per_day: null", "per_day: 3", "per_day: null", "limits.per_day"),
]
NOTED = [
    ("C3b", "point_value", "point_value:", "1,000 points count as 125 yuan, so 10 points as 1.25 yuan."),
    ("C5", "audience", "audience:", "refused before any draw"),
    ("C6", TYRE, "id: tyre", "Worth 1,000 yuan, over 500 yuan"),
    ("C9", "games[1]", "id: cards", "never points"),
    ("C14", "points_expire.days", "points_expire", "365 days"),
]


@pytest.mark.parametrize("row", BROKEN, ids=str)
def test_a_broken_rule_is_named_with_its_line_and_its_source(row: Mistake) -> None:
    demand_one_finding(row)


@pytest.mark.parametrize(("code", "path", "at", "says"), NOTED)
def test_a_note_is_made_where_people_should_look(code: str, path: str, at: str, says: str) -> None:
    (found,) = [item for item in checked(TEXT).at(Level.INFO) if (item.code, item.path) == (code, path)]
    assert found.line == line_of(at, TEXT)
    assert says in found.sentence


def test_rules_in_china_are_published_in_chinese() -> None:
    english = re.sub(r"zh-CN: [^,}]+, |zh-CN, ", "", TEXT)
    found = [item for item in checked(english).items if item.level is not Level.INFO]
    assert [(item.level, item.code, item.path) for item in found] == [(Level.WARN, "C1", "languages")]


def test_fifty_thousand_yuan_are_allowed_and_one_fen_more_is_not() -> None:
    text = TEXT
    for old, new in (*FIFTY_THOUSAND, ONE_PLAY):
        text = changed(old, new, text)
    assert checked(text).may_publish


def test_five_hundred_yuan_need_no_winners_wall() -> None:
    text = changed("market_value_fen: 100000", "market_value_fen: 50000")
    assert not [item for item in checked(text).items if item.code == "C6"]


def test_points_prizes_count_at_the_published_valuation() -> None:
    text = changed("        points: 10\n        units: 5000", "        points: 5000\n        units: 10")
    (found,) = [item for item in checked(text).items if (item.code, item.path) == ("C6", "games[0].prizes[0]")]
    assert "Worth 625 yuan" in found.sentence


def test_the_budget_may_be_used_to_the_last_point_and_fen() -> None:
    assert checked(changed("points: 60000", "points: 50000")).may_publish


def test_every_rule_of_the_field_is_checked_or_said_not_to_be() -> None:
    known = {f"C{number}" for number in range(1, 30)} - {"C10", "C11", *(f"C{number}" for number in range(25, 29))}
    known |= {"C3b", "C13b"}
    unchecked = {rule.code for rule in (*ELSEWHERE, *LATER)}
    fired = {row.code for row in BROKEN} | {row[0] for row in NOTED}
    assert known == unchecked | fired | OF_TASKS
    assert not unchecked & (fired | OF_TASKS)
    printed = format_findings(checked(TEXT))
    assert all(re.search(rf"\b{rule.code}: {re.escape(rule.sentence)}", printed) for rule in (*ELSEWHERE, *LATER))


def test_every_rule_that_the_checker_can_name_has_a_campaign_that_fires_it() -> None:
    code = (Path(__file__).resolve().parents[3] / "engage/campaigns/checker.py").read_text(encoding="utf-8")
    named = set(re.findall(r'case\.say\([^"]+"(\w+)"', code))
    assert named == {row.code for row in BROKEN} | {row[0] for row in NOTED} | {"profile"}


def test_the_rules_wait_until_the_faults_are_mended() -> None:
    findings = checked(changed("age:", "ages:"))
    assert not findings.complete
    assert not findings.may_publish
    assert "are checked once the faults above are mended" in format_findings(findings)


def test_nothing_is_confirmed_before_a_profile_is_signed_off(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [item for item in checked(TEXT).items if item.source]
    assert rules
    assert not any(item.confirmed for item in rules)
    assert format_findings(checked(TEXT)).count("Not yet confirmed by a lawyer.") == len(rules)
    signed = replace(PROFILES["CN"], signed_off=SignOff("Dan", "2026-10-01"))
    monkeypatch.setattr(checker, "PROFILES", {"CN": signed})
    assert "Not yet confirmed" not in format_findings(checked(TEXT))


@pytest.mark.parametrize("name", ["EU", "UK", "US", "STRICT"])
def test_all_profiles_but_china_s_are_drafts_and_say_so(name: str) -> None:
    text = changed("jurisdiction: CN", f"jurisdiction: {name}")
    found = {item.code: item for item in checked(text).items if item.level in {Level.WARN, Level.BLOCK}}
    assert found.keys() == {"profile", "C23"}
    assert "draft" in found["profile"].sentence
    assert (found["C23"].path, found["C23"].line) == ("age.declaration", line_of("declaration", text))


def test_the_strict_profile_allows_what_all_others_allow() -> None:
    strict = PROFILES["STRICT"]
    assert (strict.top_prize_fen, strict.minimum_age, strict.age_declaration) == (5_000_000, 18, False)
    cash = changed("address: true", "address: true\n        cash_equivalent: true")
    cash = changed("  declaration: true", "  declaration: false", cash)
    assert _levels(changed("jurisdiction: CN", "jurisdiction: STRICT", cash), "C12") == [Level.BLOCK]
    assert _levels(changed("jurisdiction: CN", "jurisdiction: EU", cash), "C12") == [Level.WARN]


def _levels(text: str, code: str) -> list[Level]:
    return [item.level for item in checked(text).items if item.code == code]


@pytest.mark.parametrize("words", ["洗车券", "Car-wash voucher", "Cashmere scarf", "25 元代金券", "Prelaid paving"])
def test_harmless_names_are_no_cash(words: str) -> None:
    assert not list(find_cash_words(words))


@pytest.mark.parametrize(
    "words", ["礼 品 卡", "GIFT CARD", "Pre-paid card", "支付宝红包", "stored value card", "100元现金"]
)
def test_money_is_recognised_however_it_is_spelt(words: str) -> None:
    assert list(find_cash_words(words))


@pytest.mark.parametrize(
    "words", ["本公司拥有最终解释权", "售出概\u200b不退换", "一律不支持退换。", "NO REFUNDS under any\ncircumstances"]
)
def test_void_clauses_are_recognised_however_they_are_spaced(words: str) -> None:
    assert list(find_void_clauses(words))


def test_findings_come_in_order_of_their_lines_without_doubles() -> None:
    items = checked(changed("points: 60000", "points: 1")).items
    assert [item.line for item in items] == sorted(item.line for item in items)
    assert len(set(items)) == len(items)


def test_a_finding_is_printed_with_its_line_its_field_and_the_way_out() -> None:
    printed = format_findings(checked(changed("n: 100\n", "n: 101\n")), "spring.yaml")
    line = line_of("      n: 100", TEXT)
    assert printed.splitlines()[:3] == [
        f"spring.yaml:{line}: FAULT deck_total_differs games[1].deck.n",
        "    The counts add up to 100, but `n` says 101.",
        "    What to do: Correct the counts or `n`.",
    ]
    assert "1 fault, 0 blocks, 0 warnings, 0 notes: the campaign can't be loaded." in printed
    assert isinstance(checked(TEXT).items[0], Finding)
