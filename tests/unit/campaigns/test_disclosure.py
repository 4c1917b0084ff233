"""The rules page tells all that C1 asks for, exactly, in both languages, and nothing that the hash doesn't bind."""

import re
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import jinja2
import pytest

from engage.campaigns import render_context
from engage.campaigns.disclosure import Facts, Grid, build_page, percent, say_factors, text_in
from engage.campaigns.files import load
from engage.campaigns.sentences import SENTENCES, name_of_language, say
from engage.kernel.canonical import canonical
from games.rules import DeckSeal, rules_document, texts_document
from games.section import SECTION, games_of
from tests.support.sample_campaign import TEXT, changed

ROOT = Path(__file__).resolve().parents[3]
HASH = "12" * 32
LINKS = {
    "game": "/g/x",
    "campaign": "/c/x/rules",
    "verify": "/verify",
    "counts": "/g/x/fairness",
    "document": "/v1/x",
    "page": "/g/x/rules",
}
SEAL = DeckSeal("ab" * 32, "cd" * 32)


def documents(game: int = 0, text: str = TEXT) -> tuple[dict[str, Any], dict[str, Any]]:
    file = load(text, [SECTION])
    chosen = games_of(file)[game]
    seal = SEAL if game else None
    return rules_document(chosen, file.definition, 2, seal), texts_document(chosen, file.definition)


def rendered(language: str, game: int = 0, text: str = TEXT) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("play/rules.html").render(
        render_context(*documents(game, text), HASH, language, LINKS),
        language=language,
        direction="ltr",
        theme="",
        styles=[],
        over=None,
    )


class _Words(HTMLParser):
    """The words of a page, as a reader sees them, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = "", set[str](), set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def words_of(language: str, game: int = 0, text: str = TEXT) -> str:
    return re.sub(r"\s+", " ", _Words(rendered(language, game, text)).words)


ENGLISH = [
    "Wheel: the rules",
    "from 2026-11-01 00:00, before 2026-12-01 00:00 (Asia/Shanghai)",
    "18 or older; members whose birth date isn't known may declare it",
    "Members",
    "10 points, worth 1.25 yuan",
    "25 yuan",
    "5,000",
    "At most 1 for each member. Can be used for 60 days after the win.",
    "Value from: Price list (2026-10-01).",
    "2 turns, no market value of their own",
    "5 in 100 (5 %)",
    "Ten points, then no prize",
    "played 9 times in a row in this game without one of the following",
    "is drawn by table 1 the next time: Meal voucher, Again",
    "In the long run, with the guarantee",
    "Once a day",
    "1 free turn a day",
    "at most 1 for one purchase",
    "at most 3 plays a day for each member; at most 60 plays in all for each member",
    "At once, at every play while the campaign is open.",
    "Every slot ends in something that is never gone",
    "In the shop",
    "30 days after the win",
    "Lost after that",
    "365 days from the day they were won",
    "200 points buy a meal, worth 25 yuan",
    "Meals",
    "Paid by us",
    "Pine Lane",
    "91310115MA1DEM0X01",
    "0001",
    "Telephone 400",
    HASH,
    "seals its random number first",
    "could begin rounds until one promises a prize",
    "This page itself comes from the organiser.",
]
CHINESE = [
    "转盘 · 活动规则",
    "2026-11-01 00:00 起，2026-12-01 00:00 前（时区 Asia/Shanghai）",  # noqa: RUF001  Chinese has its own punctuation
    "10 积分，折合 1.25 元",  # noqa: RUF001
    "5/100（5%）",  # noqa: RUF001
    "十分 → 未中奖",
    "连续 9 次没有抽到下列任一奖品的会员，下一次按表 1 抽取：套餐券、再来",  # noqa: RUF001
    "含保底的长期概率",
    "主办方承担",
    "过期作废",
    "自获得之日起 365 天",
    "200 积分可换套餐，价值 25 元",  # noqa: RUF001
    "91310115MA1DEM0X01",
    HASH,
    "仍须信任主办方之处",
]
DECK = [
    "one deck of 100 cards",
    "3 in 100 (3 %)",
    "97 in 100 (97 %)",
    "An address is needed to claim it.",
    "When all cards are sold the game ends",
    "ab" * 32,
    "cd" * 32,
    "none free",
    "at most 2 for one purchase",
]


@pytest.mark.parametrize("words", ENGLISH)
def test_the_page_tells_what_the_law_asks_for(words: str) -> None:
    assert words in words_of("en")


@pytest.mark.parametrize("words", CHINESE)
def test_the_page_tells_it_in_chinese(words: str) -> None:
    assert words in words_of("zh-CN")


@pytest.mark.parametrize("words", DECK)
def test_the_page_of_a_deck_tells_what_the_deck_holds(words: str) -> None:
    assert words in words_of("en", game=1)


def test_the_odds_of_a_table_are_all_there_and_add_up() -> None:
    rules, terms = documents()
    page = build_page(rules, terms, HASH, "en")
    grids = [block for chapter in page.chapters for block in chapter.blocks if isinstance(block, Grid)]
    (every_play,) = [grid for grid in grids if grid.caption == "Every play (table 0)"]
    odds = [re.match(r"([\d,]+) in ([\d,]+)", row[-1]) for row in every_play.rows]
    assert sum(Fraction(int(match[1]), int(match[2])) for match in odds if match) == 1
    assert [row[0] for row in every_play.rows] == ["s1", "s2", "s3"]


def test_a_chain_that_can_run_out_is_said_to_end_the_game() -> None:
    text = changed("few, else: [none]", "few")
    assert "nothing: when it is gone the game ends" in words_of("en", text=text)
    assert "If everything that a slot may pay is gone, the game ends." in words_of("en", text=text)


def test_only_what_exists_is_told() -> None:
    text = changed('  filing: "0001"\n', "", changed("per_campaign: 60", "per_campaign: null"))
    text = changed("      per_day: 3\n", "", text)
    words = words_of("en", text=changed("{days: 365}", "null", text))
    assert "Filing number" not in words
    assert "no limit; members may set one for themselves" in words
    assert "for life" in words
    assert {"7. Points", "8. Tax"} <= set(re.findall(r"\d+\. [PT]\w+", words))
    assert "7. Tax" in words_of("en", game=1)
    assert "The organiser has stated nothing about tax." in words_of(
        "en", text=changed("tax_note: {zh-CN: 主办方承担, en: Paid by us}\n", "")
    )


def test_a_game_without_guarantee_and_limits_says_nothing_of_them() -> None:
    guarantee = TEXT.index("    guarantee:")
    table = TEXT.index("      - total: 10\n")
    text = TEXT[:table] + TEXT[TEXT.index("\n", guarantee) + 1 :]
    words = words_of("en", text=changed("        per_member: 1\n", "", text))
    assert "All slots of a prize together" in words
    assert "uarantee" not in words
    assert "counts as gone for a member" not in words


def test_the_long_run_is_shown_as_a_fraction_where_it_is_short() -> None:
    # With one miss allowed and 5 of 100 no miss: of 100 + 95 plays, 95 are drawn by table 1, where 6 of 10 are turns.
    words = words_of("en", text=changed("misses: 9", "misses: 1"))
    assert "Again — 19 in 65 (≈ 29.23 %)" in words


def test_a_voucher_s_own_terms_stand_with_it() -> None:
    terms = "where_valid: {zh-CN: 各店, en: All shops}\n        conditions: {zh-CN: 堂食, en: Not to go.}"
    words = words_of("en", text=changed("use_by_days: 60", terms))
    assert "Not to go. At most 1 for each member. Can be used without limit of time. Valid: All shops." in words


def test_the_page_has_no_script_no_inline_style_and_escapes_what_organisers_write() -> None:
    page = _Words(rendered("en", text=changed("en: Once a day", 'en: "<script>alert(1)</script>"')))
    assert not {"script", "style"} & page.tags
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert "<script>alert(1)</script>" in page.words


def test_each_page_leads_to_the_other_language_and_to_what_can_be_checked() -> None:
    page = rendered("en")
    assert 'href="/g/x/rules?language=zh-CN" hreflang="zh-CN" lang="zh-CN">中文</a>' in page
    assert '<html lang="en"' in page
    for link in ("/verify", "/g/x/fairness", "/v1/x", "/g/x", "/c/x/rules"):
        assert f'href="{link}"' in page


def test_the_page_is_made_from_what_the_rules_hash_binds() -> None:
    rules, terms = documents()
    assert rules["texts_hash"] == sha256(canonical(terms)).hexdigest()
    hashes = [
        block
        for chapter in build_page(rules, terms, HASH, "en").chapters
        for block in chapter.blocks
        if isinstance(block, Facts) and block.code
    ]
    assert [value for _, value in hashes[0].rows] == ["2", HASH, rules["texts_hash"]]


@pytest.mark.parametrize(
    ("odds", "shown"),
    [
        (Fraction(1, 1000), "0.1"),
        (Fraction(1), "100"),
        (Fraction(1, 8), "12.5"),
        (Fraction(1, 100_000_000), "0.000001"),
        (Fraction(1, 3), "≈ 33.33"),
        (Fraction(2, 3), "≈ 66.67"),
        (Fraction(1, 7_000_000), "≈ 0.00001429"),
        (Fraction(999_999, 1_000_003), "≈ 100"),
    ],
)
def test_percent_is_exact_or_marked_as_rounded(odds: Fraction, shown: str) -> None:
    assert percent(odds) == shown


def test_sentences_exist_in_all_languages_with_the_same_values() -> None:
    chinese, english = SENTENCES["zh-CN"], SENTENCES["en"]
    assert chinese.keys() == english.keys()
    for sentence, form in english.items():
        assert _values(form) == _values(chinese[sentence]), sentence


def _values(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


def test_every_sentence_is_used() -> None:
    writers = ("disclosure", "sentences", "edition", "rulebook", "reward_words", "item_words")
    names = [*(f"engage/campaigns/{name}.py" for name in writers), "engage/tasks/telling.py", "games/telling.py"]
    code = "".join((ROOT / name).read_text(encoding="utf-8") for name in names) + '"badges" "collections"'
    composed = ("kind.", "trust.", "draw.how.", "draw.out.", "item.per_", "language")
    unused = [each for each in SENTENCES["en"] if f'"{each}"' not in code and not each.startswith(composed)]
    assert unused == []


@pytest.mark.parametrize(
    ("n", "shown"), [(1, "1 day after the win"), (2, "2 days after the win"), (1000, "1,000 days after the win")]
)
def test_a_number_picks_its_form(n: int, shown: str) -> None:
    assert say("en", "claim.until.value", n=n) == shown


def test_a_day_that_counts_more_is_told_as_one_day() -> None:
    factors = [
        {"first": "2026-12-08", "last": "2026-12-08", "times": 2},
        {"first": "2027-01-01", "last": "2027-01-03", "times": 3},
    ]
    assert say_factors("en", factors) == "2026-12-08: 2 times, 2027-01-01 to 2027-01-03: 3 times"


def test_a_language_without_sentences_gets_the_nearest() -> None:
    assert say("zh-HK", "prize") == "奖品"
    assert say("fr", "prize") == "Prize"
    assert name_of_language("fr") == "fr"
    assert text_in({"zh-CN": "甲", "en": "A"}, "en-GB") == "A"
    assert text_in({"zh-CN": "甲", "en": "A"}, "fr") == "甲"
