"""A served house in which everything that can become of a prize has become of one: for pages, and for tills."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie

import orjson
import sqlalchemy as sa

from engage.app import create_app
from engage.events import SubscriberLoop
from engage.kernel.clock import ManualClock, SystemClock, from_ms
from engage.rewards import Address, claim_goods, get_prize, move_state, reveal_code, use_voucher
from engage.storage import migrate
from engage.web import create_key, edge_of
from engage.web.credentials import revoke_key
from games import feature
from games.seen import See
from tests.support.features import FEATURES
from tests.support.screen import Screen
from tests.support.served import Served
from tests.support.servers import private_folder
from tests.support.servers_of_engage import running_servers
from tests.support.world import Client as WorldClient
from tests.support.world import World, instant, prize, rules, slot

# ruff: noqa: RUF001  Chinese texts have Chinese marks
AGO_DAYS = 60
STORE = "南京路店 Nanjing Road"
HOME = Address("林小雨", "+86 138 0000 0000", "上海市浦东新区演示路 8 号 3 楼")
ORGANISER = {
    "name": {"zh-CN": "松间餐饮管理（上海）有限公司", "en": "Pine Lane Restaurants (Shanghai) Co., Ltd."},
    "contact": {
        "zh-CN": "客服电话 400-000-0000（每天 9:00 至 21:00）",
        "en": "Telephone 400-000-0000 (daily 9:00 to 21:00)",
    },
}
CLAIM = {
    "how": {
        "zh-CN": "券到店出示即用；实物奖品填写地址后 7 个工作日内寄出。",
        "en": "Show vouchers in any shop; goods are sent within 7 working days of your claim.",
    },
    "until_days": 30,
    "forfeiture": {"zh-CN": "逾期视为放弃。", "en": "Unclaimed prizes lapse."},
}
NAMES: dict[str, tuple[str, str, str, int | None]] = {
    "meal": ("voucher", "双人晚餐券", "Dinner for two", 90),
    "tea": ("voucher", "手作奶茶一杯", "A hand-made milk tea", 61),
    "cake": ("voucher", "生日蛋糕七折券", "Birthday cake, 30 % off", 30),
    "kettle": ("goods", "玻璃养生壶", "Glass tea kettle", None),
    "mug": ("goods", "周年纪念马克杯", "Anniversary mug", None),
    "coins": ("points", "五十积分", "50 points", None),
}
FEN = {"meal": 19_800, "tea": 1_800, "cake": 8_800, "kettle": 69_900, "mug": 4_900, "coins": 625}
SHOWN_ABOVE_FEN = 50_000
POINTS_DAYS = 62
WHERE = {"zh-CN": "全国各门店（机场店除外）", "en": "In every shop but at airports"}
ART = {"meal": "meal", "tea": "milk-tea", "cake": "cake", "kettle": "teapot", "mug": "coffee", "coins": "coins"}


@dataclass(frozen=True)
class PrizeHouse(Served):
    """The house; `url` is its database, which tests write into beside the server."""

    url: str = ""

    @contextmanager
    def world(self) -> Iterator[World]:
        """The house from inside, at this moment."""
        world = World(self.url, ManualClock(from_ms(SystemClock().now_ms())))
        try:
            yield world
        finally:
            world.close()

    def sign_in(self, screen: Screen, name: str) -> None:
        """Sign a member in on a screen, as if they had come from the brand's site."""
        with self.world() as world:
            sessions = edge_of(create_app(world.services, FEATURES)).sessions
            session = world.services.writer.run(lambda work: sessions.open(work, f"mem_{name}"))
        cookie = next(iter(SimpleCookie(sessions.cookie_of(session)).values()))
        screen.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])

    def till_key(self, *scopes: str) -> str:
        """An API key of a till."""
        with self.world() as world:
            name = f"till {secrets.token_hex(6)}"
            return world.services.writer.run(lambda work: create_key(work, name, scopes or ("vouchers",)))

    def revoke(self, secret: str) -> None:
        """Take a key back."""
        with self.world() as world:
            row = sa.text("SELECT id FROM api_key WHERE key_hash = :mark")
            with world.services.reader.connect() as connection:
                mark = hashlib.sha256(secret.encode()).hexdigest()
                key: str = connection.execute(row, {"mark": mark}).scalar_one()
            world.services.writer.run(lambda work: revoke_key(work, key))

    def fresh_code(self) -> str:
        """The code of a voucher that a new member has just won and revealed."""
        with self.world() as world:
            member = world.member(f"guest{secrets.token_hex(6)}", nickname="客人")
            grant = _win(world, member.removeprefix("mem_"), "meal")
            return world.services.writer.run(
                partial(reveal_code, sealer=world.services.sealer, member=member, grant_id=grant)
            )

    def win_unseen(self, name: str, slug: str) -> str:
        """A new member wins a prize and has not looked at it yet; the grant."""
        with self.world() as world:
            member, game = world.member(name), f"gam_{slug}"
            world.turns(member, game, 1)
            grant: str = WorldClient(world, member, game).play()["prize"]["grant"]
            return grant

    def use(self, grant: str, store: str) -> None:
        """A till uses a voucher, whose owner reveals it first."""
        with self.world() as world, world.services.reader.connect() as connection:
            member = get_prize(connection, grant).grant.member
            run, sealer = world.services.writer.run, world.services.sealer
            code = run(partial(reveal_code, sealer=sealer, member=member, grant_id=grant))
            run(partial(use_voucher, sealer=sealer, code=code, store=store, actor="key_till"))

    def decline(self, grant: str, note: str) -> None:
        """The brand does not send goods, and says why."""
        with self.world() as world:
            decline = partial(move_state, grant_id=grant, state="declined", note=note, actor="key_brand")
            world.services.writer.run(decline)

    def win_again(self, name: str, slug: str) -> str:
        """A member who is there already wins another prize; the grant."""
        with self.world() as world:
            return _win(world, name, slug)

    def win(self, name: str, *prizes: str) -> list[str]:
        """A new member wins these prizes, in this order; the grants."""
        with self.world() as world:
            world.member(name)
            return [_win(world, name, each) for each in prizes]


def _win(world: World, name: str, slug: str) -> str:
    """A member plays the game that gives nothing but this prize, and looks at what came; the grant, if it is one."""
    member, game = f"mem_{name}", f"gam_{slug}"
    world.turns(member, game, 1)
    played = WorldClient(world, member, game).play()
    world.submit(See(member, played["play"]))
    grant: str = played["prize"].get("grant", "")
    return grant


def _pass(world: World, **time: int) -> None:
    """Time goes by, and whoever reads the log has read it."""
    readers = SubscriberLoop(world.services.writer, world.services.reader, feature.subscribers(world.services))
    readers.catch_up()
    world.clock.move(timedelta(**time))


def _publish(world: World, slug: str) -> None:
    """A game that gives nothing but this prize."""
    kind, chinese, english, use_by_days = NAMES[slug]
    now = from_ms(world.clock.now_ms())
    names = {f"prz_{slug}": {"zh-CN": chinese, "en": english}}
    texts = {
        "title": {"zh-CN": f"{chinese}大放送", "en": f"{english}: the game"},
        "prizes": names,
        "where": {f"prz_{slug}": WHERE} if kind == "voucher" else {},
        "organiser": ORGANISER,
        "claim": CLAIM,
        "tax_note": {"zh-CN": "个人所得税由主办方承担。", "en": "The organiser pays the tax."},
        "prize_terms": {f"prz_{slug}": {"address": slug != "mug"}},
        "languages": ["zh-CN", "en"],
    }
    times = {"opens_at": instant(now), "closes_at": instant(now + timedelta(days=AGO_DAYS + 90))}
    won = prize(f"prz_{slug}", kind, units=200, market_value_fen=FEN[slug])
    document = rules(f"gam_{slug}", [won], [slot("s1", 1, f"prz_{slug}")], **times)
    world.publish(
        document,
        texts=texts,
        use_by_days={f"prz_{slug}": use_by_days},
        points_days=POINTS_DAYS,
        winners_above_fen=SHOWN_ABOVE_FEN,
    )
    look = orjson.dumps({"theme": "festive", "colours": None, "art": {f"prz_{slug}": ART[slug]}}).decode()
    insert = sa.text("INSERT INTO game_look (game, look) VALUES (:game, :look)")
    world.services.writer.run(
        lambda work: work.connection.execute(insert, {"game": f"gam_{slug}", "look": look}).rowcount
    )


def _live(world: World) -> None:
    """Lin wins one of each kind and has gone every way with them that there is."""
    services, member = world.services, world.member("lin", nickname="林小雨")
    run, sealer = services.writer.run, services.sealer

    def reveal(grant: str) -> str:
        return run(partial(reveal_code, sealer=sealer, member=member, grant_id=grant))

    def move(grant: str, state: str, note: str | None = None) -> None:
        run(partial(move_state, grant_id=grant, state=state, note=note, actor="key_brand"))

    def claim(grant: str) -> None:
        run(partial(claim_goods, sealer=sealer, member=member, grant_id=grant, to=HOME))

    reveal(_win(world, "lin", "cake"))
    _win(world, "lin", "coins")
    _pass(world, hours=20)
    reveal(_win(world, "lin", "tea"))
    _pass(world, days=AGO_DAYS - 5)
    _win(world, "lin", "coins")
    used = _win(world, "lin", "meal")
    run(partial(use_voucher, sealer=sealer, code=reveal(used), store=STORE, actor="key_till"))
    revoked, declined, delivered = (_win(world, "lin", each) for each in ("meal", "kettle", "mug"))
    move(revoked, "revoked", "订单已退款 The order was refunded")
    move(declined, "declined", "收件地址无法送达 We can not deliver there")
    _pass(world, days=1)
    for grant in (delivered, shipped := _win(world, "lin", "kettle"), _win(world, "lin", "mug")):
        claim(grant)
    move(delivered, "shipped")
    move(delivered, "delivered")
    move(shipped, "shipped", "顺丰 SF Express 1234567890")
    _pass(world, days=2)
    for name in ("张三丰", "Alice Chen", "138 0000 0000", "王小明"):
        _win(world, world.member(f"winner{name[0]}", nickname=name).removeprefix("mem_"), "kettle")
    _pass(world, minutes=10)
    for slug in ("kettle", "meal", "coins"):
        _win(world, "lin", slug)
    _pass(world, minutes=1)


@contextmanager
def running_prizes() -> Iterator[PrizeHouse]:
    """The house for the length of a block."""
    with private_folder("prizes", {}, in_memory=True) as folder:
        url = f"sqlite:///{folder / 'engage.db'}"
        migrate.upgrade(url)
        world = World(url, ManualClock(from_ms(SystemClock().now_ms()) - timedelta(days=AGO_DAYS)))
        for slug in NAMES:
            _publish(world, slug)
        _live(world)
        world.member("new", nickname="小新")
        world.prove()
        world.close()
        with running_servers(url) as (port,):
            yield PrizeHouse(f"http://127.0.0.1:{port}", folder, url)
