"""The rules of a campaign: all that it promises, in words and as documents, with a hash that anybody can make."""

from __future__ import annotations

import html
import json
import re
from hashlib import sha256

import pytest

from engage.campaigns import end, pause
from engage.rewards import import_codes
from tests.integration.tasks.desk import task
from tests.support.bureau import CAMPAIGN, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of, open_client
from tests.support.shelf import BADGES
from tests.support.till import item, shop_text

PAGE, DOCUMENT = f"/c/{CAMPAIGN}/rules", f"/v1/campaigns/{CAMPAIGN}/rules"
TASKS = "tasks:\n" + "".join(
    (
        task(
            "streak",
            aggregate="streak",
            window="campaign",
            on="[member.checked_in]",
            target=3,
            streak="{grace_hours: 2, freezes: 1, restorations: 1}",
        ),
        task(
            "spend",
            "{kind: turns, game: wheel, turns: 2}",
            template="spend",
            target=30000,
            where="[{field: merchant, is: m-1}]",
            claim="by_hand",
            requires="[streak]",
        ),
    )
)
TERMS = """\
  pending_days: 3
  factors: [{first: 2026-11-11, last: 2026-11-12, times: 2}]
"""
ITEMS = (
    item("meal", 200, market_value_fen=2500, per_member=2, per_day=1, use_by_days=60, cancel_minutes=10),
    item("mug", 300, kind="goods", address="true", where_valid="{zh-CN: 各店, en: All shops}"),
)
TOLD = [
    "Spring: the rules",
    "from 2026-11-01 00:00, before 2026-12-01 00:00 (Asia/Shanghai)",
    "91310115MA1DEM0X01",
    "Telephone 400",
    "turned into cash: there is no way to do it here",
    # points: C3b, C7, C13b, C14, and how orders earn them
    "200 points buy a meal, worth 25 yuan",
    "365 days from the day they were won",
    "they are held until your next paid order",
    "1 point for each 1 yuan paid, net of refunds and coupons; parts of a point are dropped, once for each order.",
    "2026-11-11 to 2026-11-12: 2 times; of several on one day the best one counts",
    "3 days after the payment",
    "A refund takes back the points that what is left of the order would not have earned.",
    "written down as owed",
    # tasks
    "Reached after 3 days in a row with one of these: check-ins.",
    "Until 2 hours after midnight the day before still counts",
    "A broken streak can be restored within 24 hours, once.",
    "50 points, worth 6.25 yuan. They can be used for 365 days. 20 in all.",
    "adds up to 300 yuan: paid orders.",
    'event.merchant == "m-1"',
    "2 turns of Wheel. There is no limit to how many are given.",
    "The reward is given when you ask for it, before the campaign ends and while there are any.",
    # badges and the collection
    "the quantity of these, added up: recycled or second-hand items. Only those that meet the conditions: what is cup.",
    "Bronze: 1; Silver: 3; Gold: 5",
    "Each tier once a month, counted anew in each.",
    "30 days",
    "Green hand, Critic",
    "before 2026-11-25 00:00 (Asia/Shanghai)",
    "Meal voucher, a voucher worth 25 yuan. Can be used without limit of time. 2 in all.",
    # items
    "200 points",
    "at most 2 for each member; at most 1 a day for each member",
    "Can be used for 60 days after it was bought.",
    "Within 10 minutes of buying it, for all of its points",
    "Valid: All shops. An address is needed to claim it. Value from: Price list (2026-10-01).",
]
CHINESE = [
    "春天 · 活动规则",
    "每实付 1 元得 1 积分",
    "连续 3 天",
    "50 积分，折合 6.25 元。365 天内可用。共 20 份。",  # noqa: RUF001  Chinese has its own punctuation
    "“转盘”的 2 次机会",
    "实付金额（扣除退款和优惠）累计达到 300 元即完成：已支付的订单。",  # noqa: RUF001
    "铜：1；银：3；金：5",  # noqa: RUF001
    "套餐券（券，价值 25 元）",  # noqa: RUF001
    "每人最多 2 份；每人每天最多 1 份",  # noqa: RUF001
]


def text_of_everything() -> str:
    """A campaign that promises something of each kind."""
    text = changed("  pool: 1000000\n", "  pool: 1000000\n" + TERMS, shop_text(*ITEMS))
    text = changed("points: 1060000", "points: 1070000", text)
    return changed("games:\n", TASKS + "games:\n", text) + BADGES


@pytest.fixture
def house(bureau: Bureau) -> Client:
    """That campaign, published."""
    for owner, prize in (("col_year", "prz_reward"), ("itm_meal", "prz_item")):
        codes = [f"{owner}-{n}" for n in range(40)]
        import_codes(bureau.services.writer, bureau.services.sealer, owner, prize, codes)
    bureau.publish_campaign(text_of_everything())
    return open_client(bureau)


def words(house: Client, language: str = "en") -> str:
    """The page as people read it."""
    page = house.get(f"{PAGE}?language={language}").get_data(as_text=True)
    assert not re.findall(r"<script|<style|\son\w+=|\sstyle=", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


def test_everything_that_is_promised_stands_on_the_page_in_both_languages(house: Client) -> None:
    for language, told in (("en", TOLD), ("zh-CN", CHINESE)):
        page = words(house, language)
        assert [each for each in told if each not in page] == [], page
        assert not re.findall(r"\bNone\b|\{\w+\}|bdg_|prz_", page)
    page = house.get(PAGE, {"Accept-Language": "en"}).get_data(as_text=True)
    for part in ("tsk_streak", "bdg_green", "col_year", "itm_meal"):
        assert f'<h3 id="{part}">' in page
    assert 'href="/g/gam_wheel/rules?language=en">Wheel</a>' in page
    assert f'href="{PAGE}"' in house.get("/g/gam_wheel/rules").get_data(as_text=True)


def test_a_game_of_a_campaign_that_was_published_before_it_had_such_a_page_leads_to_none(
    house: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("games.pages.find_entry", lambda *_: None)
    page = house.get("/g/gam_wheel/rules?language=en").get_data(as_text=True)
    assert ("/c/" in page, "Wheel: the rules" in page) == (False, True)


def test_the_hash_on_the_page_is_that_of_the_documents_which_a_pause_leaves_as_they_are(
    house: Client, bureau: Bureau
) -> None:
    said = house.get(DOCUMENT).get_json()
    entries = json.dumps(said["entries"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert said["rules_hash"] == sha256(entries.encode()).hexdigest()
    assert said["rules_hash"] in words(house)
    kinds = [entry["kind"] for entry in said["entries"]]
    assert sorted(kinds) == ["badge", "badge", "campaign", "collection", "item", "item", "task", "task"]
    pause(bureau.office, CAMPAIGN, "Carol")
    paused = house.get(DOCUMENT).get_json()
    assert (paused["state"], paused["rules_hash"]) == ("paused", said["rules_hash"])
    assert "The campaign is paused at the moment" in words(house)
    end(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert "The campaign has ended." in words(house)


def test_a_secret_badge_is_told_to_nobody(house: Client) -> None:
    for answer in (house.get(DOCUMENT), house.get(PAGE), house.get(f"{PAGE}?language=en")):
        assert not re.findall("guest|Guest of honour|贵客", answer.get_data(as_text=True))


def test_there_are_no_rules_of_what_was_not_published(bureau: Bureau) -> None:
    bureau.load()
    house = open_client(bureau)
    for path in (PAGE, DOCUMENT, "/v1/campaigns/cmp_none/rules", "/v1/campaigns/gam_wheel/rules"):
        assert code_of(house.get(path)) == (404, "not_found")
