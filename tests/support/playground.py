"""A real server with a game for each thing that can happen to a member, and the brand's hand to bring members there."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import sqlalchemy as sa

from engage.kernel.clock import ManualClock
from engage.storage import migrate
from engage.storage.work import Work
from engage.web import SCOPES, create_key
from games.tables import game_look
from tests.support.screen import Screen
from tests.support.served import Served
from tests.support.servers import private_folder
from tests.support.servers_of_engage import Nursery
from tests.support.world import World, instant, prize, rules, slot

ADULT = "1990-05-04"
NAMES: dict[str, tuple[str, str]] = {
    "prz_p5": ("5 积分", "5 points"),
    "prz_p20": ("20 积分", "20 points"),
    "prz_p50": ("50 积分", "50 points"),
    "prz_again": ("再来一次", "One more turn"),
    "prz_again3": ("再来三次", "Three more turns"),
    "prz_meal": ("单人套餐券", "Set meal voucher"),
    "prz_coffee": ("咖啡一杯", "A cup of coffee"),
    "prz_cooker": ("电饭煲", "Rice cooker"),
    "prz_jackpot": ("大奖 5000 积分", "Jackpot: 5,000 points"),
}
ART = {"prz_meal": "meal", "prz_coffee": "coffee", "prz_cooker": "rice-cooker", "prz_jackpot": "ingot"}
PRIZES = [
    prize("prz_p5", points=5, units=9000),
    prize("prz_p20", points=20, units=6000),
    prize("prz_again", "turns", units=None),
    prize("prz_again3", "turns", units=None) | {"class": 2},
    prize("prz_p50", points=50, units=4000) | {"class": 2},
    prize("prz_meal", "voucher", units=40, per_member=1, market_value_fen=2500) | {"class": 3},
    prize("prz_jackpot", points=5000, units=20) | {"class": 4},
]
SLOTS = [
    slot("s1", 1, "prz_jackpot", "prz_p50", "prz_p20", "none"),
    slot("s2", 300, "prz_p5", "none"),
    slot("s3", 20, "prz_meal", "prz_p50", "none"),
    slot("s4", 150, "prz_p20", "prz_p5", "none"),
    slot("s5", 100, "prz_again"),
    slot("s6", 200, "prz_p5", "none"),
    slot("s7", 40, "prz_p50", "prz_p20", "none"),
    slot("s8", 189, "none"),
]
BETTER = [
    slot("s1", 2, "prz_jackpot", "prz_p50", "prz_again3"),
    slot("s3", 8, "prz_meal", "prz_p50", "prz_again3"),
    slot("s7", 60, "prz_p50", "prz_again3"),
    slot("g4", 30, "prz_again3"),
]
GUARANTEE = {"class": 2, "misses": 10, "table": 1}
FEW = [prize("prz_coffee", "voucher", units=1, market_value_fen=1500) | {"class": 2}, *PRIZES[:2]]
LAST = [slot("s1", 1, "prz_coffee", "prz_p5", "none"), slot("s2", 1, "prz_coffee", "prz_p5", "none")]


@dataclass(frozen=True)
class Playground(Served):
    """The server. It can be killed and started again; who connects meanwhile waits."""

    nursery: Nursery = field(compare=False)
    database: Path = field(compare=False)

    def member(self, game: str = "", turns: int = 3, **fields: Any) -> str:
        """A member of the brand, with turns in a game: their external id."""
        external_id = f"guest-{secrets.token_hex(4)}"
        self.put(f"/v1/members/{external_id}", {"locale": "zh-CN", "birth_date": ADULT} | fields)
        if game and turns:
            self.give(external_id, game, turns)
        return external_id

    def give(self, external_id: str, game: str, turns: int, **more: Any) -> None:
        """Give a member turns of a game."""
        body = {"game": game, "count": turns, "reason": "test"} | more
        self.post(f"/v1/members/{external_id}/turns", body, self.key, **{"Idempotency-Key": secrets.token_hex(8)})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """What the API answers the brand to a PUT."""
        return self._ask("PUT", path, self.key, body)

    def token(self, external_id: str) -> str:
        """A token of a member."""
        token: str = self.post(f"/v1/members/{external_id}/tokens", {}, self.key)["token"]
        return token

    def change(self, statement: str) -> None:
        """Set something in the database to what it could be."""
        with sqlite3.connect(self.database, timeout=30) as connection:
            connection.execute(statement)

    def sign_in(self, screen: Screen, external_id: str) -> None:
        """Sign a member in on a screen, by the brand's hand-over."""
        browser = screen.context.request
        gone = browser.get("/sign-in?return=/healthz", max_redirects=0)
        state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
        code = self.post(f"/v1/members/{external_id}/handovers", {"state": state}, self.key)["code"]
        assert browser.get(f"/sign-in?code={code}", max_redirects=0).status == 303


@contextmanager
def running_playground() -> Iterator[Playground]:
    """The server for the length of a block, with every game published."""
    with private_folder("playground", {}, in_memory=True) as folder:
        database = folder / "engage.db"
        url = f"sqlite:///{database}"
        migrate.upgrade(url)
        world = World(url, ManualClock(datetime.now(UTC)))
        try:
            _publish_all(world)
            key = world.services.writer.run(lambda work: create_key(work, "playground", SCOPES))
        finally:
            world.close()
        (folder / "api-key.txt").write_text(key, encoding="utf-8")
        nursery = Nursery(url)
        try:
            nursery.start()
            yield Playground(f"http://127.0.0.1:{nursery.port}", folder, nursery, database)
        finally:
            nursery.close()
            shutil.rmtree(folder, ignore_errors=True)


def _publish_all(world: World) -> None:
    now = datetime.now(UTC)
    soon, gone = instant(now + timedelta(hours=2, minutes=3)), instant(now - timedelta(minutes=1))
    _publish(world, rules("gam_festive", PRIZES, SLOTS, BETTER, guarantee=GUARANTEE))
    _publish(world, rules("gam_calm", PRIZES, SLOTS, BETTER, guarantee=GUARANTEE), theme="calm")
    _publish(world, rules("gam_brand", PRIZES, SLOTS, BETTER, guarantee=GUARANTEE), theme="brand")
    _publish(world, rules("gam_scratch", PRIZES, SLOTS), mechanic="scratch")
    _publish(world, rules("gam_brand_card", PRIZES, SLOTS), mechanic="scratch", theme="brand")
    _publish(world, rules("gam_upcoming", PRIZES, SLOTS, opens_at=soon))
    _publish(world, rules("gam_ended", PRIZES, SLOTS, closes_at=gone))
    _publish(world, rules("gam_paused", PRIZES, SLOTS))
    _publish(world, rules("gam_sold_out", FEW, LAST))
    _publish(world, rules("gam_reviewed", PRIZES, SLOTS))
    _publish(world, rules("gam_rules", PRIZES, SLOTS), accept_rules=True)
    _publish(world, rules("gam_age", PRIZES, SLOTS), accept_rules=True, minimum_age=18, declaration=True)
    _publish(world, rules("gam_adults", PRIZES, SLOTS), minimum_age=18)
    _publish(world, rules("gam_invited", PRIZES, SLOTS), only=[["tier", ["gold"]]])
    _publish(world, rules("gam_daily", PRIZES, SLOTS, limits={"per_day": 1, "per_campaign": None}))
    _publish(world, rules("gam_once", PRIZES, SLOTS, limits={"per_day": None, "per_campaign": 1}))
    no_more_turns = [one for one in SLOTS if one["prize"] != "prz_again"]
    _publish(world, rules("gam_free", PRIZES, no_more_turns, turns={"free_per_day": 1}))
    once = prize("prz_coffee", "voucher", units=9, per_member=1, market_value_fen=1500)
    _publish(world, rules("gam_won", [once], [slot("s1", 1, "prz_coffee")]))
    _publish(world, rules("gam_meal", PRIZES, [slot(f"s{n}", 1, "prz_meal", "prz_p50", "none") for n in range(6)]))
    _publish(world, rules("gam_card_meal", PRIZES, [slot("s1", 1, "prz_meal", "prz_p50", "none")]), mechanic="scratch")
    fifty = [slot("s1", 1, "prz_p50", "none")]
    _publish(world, rules("gam_scratch_points", PRIZES, fifty), mechanic="scratch")
    _publish(world, rules("gam_nothing", PRIZES, [slot(f"s{n}", 1, "none") for n in range(4)]))
    _publish(world, rules("gam_last", FEW, LAST))
    _publish(world, rules("gam_last_card", FEW, LAST), mechanic="scratch")
    world.services.writer.run(_set_states)


def _set_states(work: Work) -> None:
    for statement in (STATES, NONE_LEFT):
        work.connection.execute(sa.text(statement))


NONE_LEFT = "UPDATE pool SET units_left = 0 WHERE game = 'gam_sold_out'"
STATES = (
    "UPDATE game SET state = CASE id WHEN 'gam_paused' THEN 'paused' ELSE state END, "
    "sold_out = CASE id WHEN 'gam_sold_out' THEN 1 ELSE 0 END, "
    "under_review = CASE id WHEN 'gam_reviewed' THEN 1 ELSE 0 END"
)


def _publish(
    world: World, document: dict[str, Any], mechanic: str = "wheel", theme: str = "festive", **policy: Any
) -> None:
    ids = [one["id"] for one in document["prizes"]]
    texts = {
        "languages": ["zh-CN", "en"],
        "title": _text("周年庆大转盘", "Anniversary wheel")
        if mechanic == "wheel"
        else _text("焕新刮刮卡", "Service season card"),
        "organiser": {"name": _text("松间小馆", "Pine Lane Kitchen")},
        "prizes": {id_: _text(*NAMES[id_]) for id_ in ids},
    }
    colours = {"brand": "#0b5fa5", "accent": "#f2b134"} if theme == "brand" else None
    look = {"theme": theme, "colours": colours, "art": {id_: ART[id_] for id_ in ids if id_ in ART}}
    world.publish(document, mechanic, texts=texts, turns={"prz_again": 1, "prz_again3": 3}, **policy)
    row = {"game": document["game"], "look": orjson.dumps(look).decode()}
    world.services.writer.run(lambda work: work.connection.execute(sa.insert(game_look).values(row)))


def _text(chinese: str, english: str) -> dict[str, str]:
    return {"zh-CN": chinese, "en": english}
