"""What may change while a campaign runs (C2): a table of changes of the sample file and how each is judged."""

import pytest

from engage.campaigns import Amendment, CampaignFile, Verdict
from engage.campaigns.amendment import compare_campaigns, describe, is_typo, show_difference
from engage.campaigns.files import load
from games.amendment import compare_games
from games.section import SECTION, games_of
from tests.support.sample_campaign import TEXT, changed

BETTER, TYPO, HOUSE, REFUSED = Verdict.BETTER, Verdict.TYPO, Verdict.HOUSE, Verdict.REFUSED
LOOK = Verdict.LOOK

LAST_LINES = "    limits:\n      per_day: 2\n    when_out: end\n"
NEW_GAME = """\
  - id: second
    mechanic: wheel
    chance: odds
    title: {zh-CN: 转盘二, en: Wheel two}
    conditions: {zh-CN: 每天一次, en: Once a day}
    prizes:
      - {id: one, kind: points, name: {zh-CN: 一分, en: One point}, points: 1, units: 10, class: 1}
    tables:
      - total: 10
        slots:
          - {slot: s1, prize: one, else: [none], weight: 10}
    turns: {free_per_day: 1}
    limits: {per_day: 1}
    when_out: end
"""

TABLE = [
    # the field, what is there, what is put there instead, the verdict
    ("closes_at", "closes_at: 2026-12-01", "closes_at: 2026-12-08", BETTER),
    ("closes_at", "closes_at: 2026-12-01", "closes_at: 2026-11-30", REFUSED),
    ("opens_at", "opens_at: 2026-11-01", "opens_at: 2026-11-02", REFUSED),
    ("opens_at", "opens_at: 2026-11-01", "opens_at: 2026-10-31", REFUSED),
    ("time_zone", "time_zone: Asia/Shanghai", "time_zone: Europe/Paris", REFUSED),
    ("budget.points", "points: 60000", "points: 60001", HOUSE),
    ("budget.points", "points: 60000", "points: 59999", REFUSED),
    ("budget.money_fen", "money_fen: 300000", "money_fen: 300001", HOUSE),
    ("budget.money_fen", "money_fen: 300000", "money_fen: 299999", REFUSED),
    ("budget.basis", "basis: plan 7", "basis: plan 8", HOUSE),
    ("games[0].prizes[0].units", "units: 5000", "units: 5001", BETTER),
    ("games[0].prizes[0].units", "units: 5000", "units: 4999", REFUSED),
    ("games[0].prizes[1].per_member", "per_member: 1", "per_member: 2", BETTER),
    ("games[0].prizes[1].per_member", "per_member: 1", "per_member: null", BETTER),
    ("games[0].turns.free_per_day", "free_per_day: 1", "free_per_day: 2", BETTER),
    ("games[0].turns.free_per_day", "free_per_day: 1", "free_per_day: 0", REFUSED),
    ("games[0].turns.per_purchase", "per_purchase: 1", "per_purchase: 2", BETTER),
    ("games[0].limits.per_day", "per_day: 3", "per_day: 4", BETTER),
    ("games[0].limits.per_day", "per_day: 3", "per_day: null", BETTER),
    ("games[0].limits.per_day", "per_day: 3", "per_day: 2", REFUSED),
    ("games[0].limits.per_campaign", "per_campaign: 60", "per_campaign: 61", BETTER),
    ("games[0].limits.per_campaign", "per_campaign: 60", "per_campaign: 59", REFUSED),
    ("games[1].limits.per_campaign", LAST_LINES, LAST_LINES.replace("2\n", "2\n      per_campaign: 5\n"), REFUSED),
    ("games[0].prizes[0].points", "points: 10\n", "points: 11\n", REFUSED),
    ("games[0].prizes[0].class", "units: 5000\n        class: 1", "units: 5000\n        class: 2", REFUSED),
    ("games[0].prizes[1].market_value_fen", "market_value_fen: 2500", "market_value_fen: 2600", REFUSED),
    ("games[0].prizes[1].use_by_days", "use_by_days: 60", "use_by_days: 30", REFUSED),
    ("games[0].prizes[1].value_evidence.date", "date: 2026-10-01", "date: 2026-10-03", REFUSED),
    ("games[0].prizes[2].turns", "turns: 2\n", "turns: 3\n", REFUSED),
    ("games[0].guarantee.misses", "misses: 9", "misses: 8", REFUSED),
    ("games[0].tables[0].slots[2].prize", "slot: s3, prize: none", "slot: s3, prize: few", REFUSED),
    ("games[0].tables[1].slots[1].slot", "slot: t2", "slot: t3", REFUSED),
    ("games[0].mechanic", "mechanic: wheel", "mechanic: scratch", REFUSED),
    ("games[1].prizes[0].address", "address: true", "address: false", REFUSED),
    ("age.minimum", "minimum: 18", "minimum: 21", REFUSED),
    ("age.declaration", "declaration: true", "declaration: false", REFUSED),
    ("accept_rules", "accept_rules: true", "accept_rules: false", REFUSED),
    ("claim.until_days", "until_days: 30", "until_days: 20", REFUSED),
    ("points_expire.days", "{days: 365}", "{days: 100}", REFUSED),
    ("point_value.fen", "points: 200\n  fen: 2500", "points: 200\n  fen: 2400", REFUSED),
    ("organiser.licence", "91310115MA1DEM0X01", "91310115MA1DEM0X02", REFUSED),
    ("organiser.name.en", "en: Pine Lane}", "en: Pine Lain}", TYPO),
    ("organiser.name.en", "en: Pine Lane}", "en: Maple Street}", REFUSED),
    ("organiser.contact.en", "en: Telephone 400}", "en: Telephone 401}", REFUSED),
    ("title.zh-CN", "title: {zh-CN: 春天", "title: {zh-CN: 春大", TYPO),
    ("claim.forfeiture.zh-CN", "zh-CN: 过期作废", "zh-CN: 过期不废", REFUSED),
    ("games[1].conditions.en", "en: A card for a purchase", "en: A card for a purchace", TYPO),
    ("games[1].conditions.en", "en: A card for a purchase", "en: A card for each big purchase", REFUSED),
    ("look.theme", "games:\n", "look: {theme: calm}\ngames:\n", LOOK),
    ("games[0].prizes[0].art", "points: 10\n", "points: 10\n        art: cake\n", LOOK),
    ("games[2]", LAST_LINES, LAST_LINES + NEW_GAME, BETTER),
    ("games", TEXT[TEXT.index("  - id: cards") :], "", REFUSED),
]


def differences(old: CampaignFile, new: CampaignFile) -> list[Amendment]:
    return [*compare_campaigns(old.definition, new.definition), *compare_games(games_of(old), games_of(new))]


def file_of(text: str) -> CampaignFile:
    return load(text, [SECTION])


@pytest.mark.parametrize(("path", "old", "new", "verdict"), TABLE, ids=lambda value: str(value)[:40])
def test_a_change_of_a_running_campaign_is_judged_by_its_field(path: str, old: str, new: str, verdict: Verdict) -> None:
    found = differences(file_of(TEXT), file_of(changed(old, new)))
    assert [(each.path, each.verdict) for each in found] == [(path, verdict)], found


def test_other_odds_are_refused_weight_by_weight() -> None:
    text = changed("else: [few, none], weight: 5}", "else: [few, none], weight: 6}")
    text = changed("else: [none], weight: 45}", "else: [none], weight: 44}", text)
    found = differences(file_of(TEXT), file_of(text))
    assert [(each.path, each.verdict) for each in found] == [
        ("games[0].tables[0].slots[0].weight", REFUSED),
        ("games[0].tables[0].slots[1].weight", REFUSED),
    ]


def test_a_longer_chain_is_refused() -> None:
    text = changed("slot: s2, prize: few, else: [none]", "slot: s2, prize: few, else: [meal, none]")
    assert {each.verdict for each in differences(file_of(TEXT), file_of(text))} == {REFUSED}


def test_colours_come_and_change_and_go_as_one_thing() -> None:
    def painted(colours: str) -> CampaignFile:
        return file_of(changed("games:\n", f"look: {{theme: brand, colours: {colours}}}\ngames:\n"))

    blue, red = painted('{brand: "#0a3d91", accent: "#ffd166"}'), painted('{brand: "#c81d25", accent: "#ffd166"}')
    assert describe(differences(blue, red)) == [
        "look.colours: brand #0a3d91, accent #ffd166 → brand #c81d25, accent #ffd166 (look)"
    ]
    for old, new in ((file_of(TEXT), blue), (blue, file_of(TEXT))):
        assert {(each.path, each.verdict) for each in differences(old, new)} == {
            ("look.theme", LOOK),
            ("look.colours", LOOK),
        }


def test_a_deck_of_a_running_game_can_t_change() -> None:
    text = changed("[none, 97]]\n      n: 100", "[none, 96]]\n      n: 99")
    assert {each.verdict for each in differences(file_of(TEXT), file_of(text))} == {REFUSED}


def test_the_same_file_has_no_differences_whatever_its_comments_say() -> None:
    assert differences(file_of(TEXT), file_of("# a comment\n" + TEXT)) == []


def test_games_are_told_apart_by_their_ids_not_by_their_places() -> None:
    wheel, cards = TEXT.index("  - id: wheel"), TEXT.index("  - id: cards")
    turned = TEXT[:wheel] + TEXT[cards:] + TEXT[wheel:cards]
    assert differences(file_of(TEXT), file_of(turned)) == []


@pytest.mark.parametrize(
    ("old", "new", "typo"),
    [
        ("Meals in all restaurants", "Meals in all resturants", True),
        ("Meals", "Meal", True),
        ("You may claim it", "You may not claim it", False),
        ("Only members", "All members", False),
        ("30 days", "31 days", False),
        ("三天内领取", "五天内领取", False),
        ("可以转让", "不可以转让", False),
        ("凭券到店", "凭卷到店", True),
        ("a" * 100, "a" * 95 + "b" * 5, True),
        ("a" * 100, "a" * 94 + "b" * 6, False),
    ],
)
def test_a_typo_changes_few_letters_and_no_number_and_no_permission(old: str, new: str, *, typo: bool) -> None:
    assert is_typo(old, new) is typo


def test_a_corrected_text_is_shown_with_what_goes_and_what_comes() -> None:
    old = "Every member of the programme gets one voucher an ordre, whatever it is that was ordered"
    assert show_difference(old, old.replace("ordre", "order")) == "…ucher an ord{+e+}r[-e-], whatever i…"


def test_every_change_is_described_with_its_field_and_its_verdict() -> None:
    found = differences(file_of(TEXT), file_of(changed("per_day: 3", "per_day: 4")))
    assert describe(found) == ["games[0].limits.per_day: 3 → 4 (better)"]
