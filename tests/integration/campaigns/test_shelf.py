"""What stands on a shelf: published with its pools, changed only for the better, paused and ended with its campaign."""

from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import Field, TypeAdapter

from engage.campaigns import (
    MORE,
    CampaignFile,
    Part,
    PointsReward,
    PoolPlan,
    Section,
    Shelf,
    Slug,
    Texts,
    kill,
    pause,
    resume,
)
from engage.campaigns.office import Office
from engage.campaigns.publishers import Publishers
from engage.campaigns.reward_parts import reward_document, reward_plan
from engage.catalogue import find_entry, read_entries, read_pauses
from engage.kernel.refusals import Conflict
from engage.ledger import BOOK_BY_MEMBER
from engage.rewards import give_reward, reward_from, units_left
from engage.storage.work import Work
from games.publish import GamesPublisher
from games.section import SECTION
from games.turns import grant_turns
from tests.support.bureau import CAMPAIGN, PLAYABLE, Bureau

FAVOURS = """
favours:
  - id: hello
    title: {zh-CN: 见面礼, en: A welcome}
    reward: {kind: points, points: 10, units: 2}
"""


class Favour(Part):
    """Something that gives a reward."""

    id: Slug = Field(description="Its name.")
    title: Texts = Field(description="What it is called.")
    reward: PointsReward = Field(description="What it gives.")


FAVOUR: Section[Favour] = Section("favours", TypeAdapter(Favour), lambda _place: (), lambda _items, _campaign: ())


def favour_id(favour: Favour) -> str:
    return f"fav_{favour.id}"


def favour_document(favour: Favour, file: CampaignFile) -> dict[str, Any]:
    return {"title": favour.title.by_language(), "reward": reward_document(favour.reward, file)}


def favour_plans(favour: Favour, file: CampaignFile) -> list[PoolPlan]:
    return reward_plan(favour_id(favour), favour.reward, file.definition)


SHELF = Shelf(FAVOUR, "favour", favour_id, favour_document, favour_plans, rules={"reward.units": MORE})


@pytest.fixture
def shop(bureau: Bureau) -> Bureau:
    services = bureau.services
    publishers = Publishers([GamesPublisher(services), SHELF])
    bureau.office = Office(services.writer, services.reader, services.sealer, (SECTION, FAVOUR), publishers)
    return bureau


def give(shop: Bureau, member: str, cause: str) -> int | None:
    """Give the welcome; the number of the unit."""

    def decide(work: Work) -> int | None:
        entry = find_entry(work.connection, "fav_hello")
        assert entry is not None
        reward = reward_from(entry.id, entry.n, entry.campaign, entry.document["reward"])
        book = work.fetch(BOOK_BY_MEMBER, member)
        assert book is not None
        given = give_reward(work, book, reward, cause=cause, turns=grant_turns)
        assert units_left(work, reward) is not None
        return None if given is None else given.ordinal

    return shop.services.writer.run(decide)


def set_units_left(shop: Bureau, number: int) -> None:
    """Say that a pool has so many left, whatever was given."""

    def decide(work: Work) -> None:
        work.connection.execute(sa.text("UPDATE pool SET units_left = :n WHERE game = 'fav_hello'"), {"n": number})

    shop.services.writer.run(decide)


def test_what_is_published_is_funded_and_given_out_unit_by_unit(shop: Bureau) -> None:
    shop.publish_campaign(PLAYABLE + FAVOURS)
    alice, bob, eve = (shop.adult(name, "gam_wheel").member for name in ("alice", "bob", "eve"))
    assert [give(shop, alice, "gift:1"), give(shop, bob, "gift:2"), give(shop, eve, "gift:3")] == [0, 1, None]
    assert shop.rows("SELECT member, credits - debits FROM book WHERE credits > 0 ORDER BY member") == sorted(
        [(alice, 10), (bob, 10)]
    )
    assert shop.rows("SELECT units_left FROM pool WHERE game = 'fav_hello'") == [(0,)]
    shop.prove()


def test_a_pool_that_disagrees_with_what_was_given_is_found(shop: Bureau) -> None:
    shop.publish_campaign(PLAYABLE + FAVOURS)
    give(shop, shop.adult("alice", "gam_wheel").member, "gift:1")
    set_units_left(shop, 2)
    with pytest.raises(AssertionError, match="units_left is 2, the facts say 1"):
        shop.prove()
    set_units_left(shop, 1)


def test_it_changes_only_for_the_better_and_nothing_is_taken_away(shop: Bureau) -> None:
    shop.publish_campaign(PLAYABLE + FAVOURS)
    for worse in (FAVOURS.replace("units: 2", "units: 1"), FAVOURS.replace("points: 10", "points: 5"), ""):
        with pytest.raises(Conflict, match="not provably better"):
            shop.publish_campaign(PLAYABLE + worse)
    published = shop.publish_campaign(
        PLAYABLE + FAVOURS.replace("units: 2", "units: 3") + FAVOURS.partition("favours:\n")[2].replace("hello", "more")
    )
    assert set(published.revised) >= {"fav_more"}
    assert shop.rows("SELECT game, units_left FROM pool WHERE game LIKE 'fav%' ORDER BY game") == [
        ("fav_hello", 3),
        ("fav_more", 2),
    ]
    shop.prove()


def test_it_pauses_goes_on_and_ends_with_its_campaign(shop: Bureau) -> None:
    shop.publish_campaign(PLAYABLE + FAVOURS)

    def state() -> str:
        with shop.services.reader.connect() as connection:
            (entry,) = read_entries(connection, "favour")
            return entry.state

    assert state() == "live"
    since = shop.clock.now_ms()
    pause(shop.office, CAMPAIGN, "Carol")
    assert state() == "paused"
    resume(shop.office, CAMPAIGN, "Carol")
    assert state() == "live"
    with shop.services.reader.connect() as connection:
        ((start, end),) = read_pauses(connection, ["fav_hello", "fav_none"])["fav_hello"]
    assert start == since
    assert end is not None
    kill(shop.office, CAMPAIGN, "Carol")
    assert state() == "ended"
    assert shop.balance("POOL") == 0
    shop.prove()
