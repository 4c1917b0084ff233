"""What other sites and people without a session get of a game: tags, pictures and a way in; nothing of any member."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from PIL import Image

from engage.campaigns import kill, publish
from games.ending import ended_ms
from tests.support.bureau import CAMPAIGN, CARDS, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.server import Client, code_of, open_client, page_of

if TYPE_CHECKING:
    from games.revisions import Revision
    from games.tables import Game

PERIOD = "landing-period"
CHINESE = {"Accept-Language": "zh-CN"}
ENGLISH = {"Accept-Language": "en"}
HOSTILE = '\\"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


class Tags(HTMLParser):
    """What a crawler reads: elements with their attributes, and the text of each `p`, `h1` and `title`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def meta(self, name: str) -> str:
        """The content of the only tag of this name."""
        (content,) = (
            attributes["content"]
            for tag, attributes in self.elements
            if tag == "meta"
            and name in (attributes.get("property"), attributes.get("name"), attributes.get("itemprop"))
        )
        assert content is not None
        return content


def tags_of(client: Client, game: str = WHEEL, headers: dict[str, str] | None = None) -> Tags:
    answer = client.get(f"/g/{game}", headers or CHINESE)
    assert answer.status_code == 200
    return Tags(answer.get_data(as_text=True))


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The posters that were drawn, here and not in a child process; as small pictures of one colour."""
    posters: list[Any] = []

    def draw(poster: Any, _program: str) -> bytes:
        posters.append(poster)
        out = BytesIO()
        Image.new("RGB", (4, 4)).save(out, poster.kind.upper())
        return out.getvalue()

    monkeypatch.setattr("engage.posters.workshop.draw_in_child", draw)
    return posters


def test_a_crawler_gets_tags_and_a_person_a_way_in(house: Client) -> None:
    tags = tags_of(house)
    assert tags.meta("og:title") == tags.meta("twitter:title") == "转盘"
    assert tags.meta("og:site_name") == "松间"
    assert tags.meta("og:description").startswith("春天 · ")
    assert tags.meta("og:url") == f"http://127.0.0.1:8000/g/{WHEEL}"
    assert tags.meta("og:image").startswith(f"http://127.0.0.1:8000/share/g/{WHEEL}.png?")
    assert (tags.meta("og:image:width"), tags.meta("og:image:height")) == ("1200", "630")
    assert tags.meta("twitter:card") == "summary_large_image"
    links = [attributes["href"] for tag, attributes in tags.elements if tag == "a"]
    assert f"/sign-in?return=%2Fg%2F{WHEEL}" in links
    assert any(link and link.startswith(f"/g/{WHEEL}/rules") for link in links)


def test_tags_speak_the_organiser_s_languages(house: Client) -> None:
    assert tags_of(house, headers=ENGLISH).meta("og:title") == "Wheel"
    assert tags_of(house, headers=ENGLISH).meta("og:locale") == "en"
    assert tags_of(house, headers={"Accept-Language": "fr"}).meta("og:title") == "Wheel"
    assert tags_of(house, CARDS).meta("og:title") == "刮刮卡"


def test_a_game_that_speaks_no_language_of_ours_is_told_in_its_own(bureau: Bureau) -> None:
    text = PLAYABLE.replace("[zh-CN, en]", "[zh-CN]").replace(", en: Spring}", "}")
    text = "\n".join(line.partition(", en:")[0] + "}" if ", en:" in line else line for line in text.split("\n"))
    bureau.publish_campaign(text)
    tags = tags_of(open_client(bureau), headers=ENGLISH)
    assert (tags.meta("og:title"), tags.meta("og:locale")) == ("转盘", "zh_CN")


def test_the_picture_of_the_tags_is_kept_for_good_and_another_look_has_another_address(bureau: Bureau) -> None:
    bureau.publish_campaign()
    client = open_client(bureau)
    address = tags_of(client).meta("og:image").removeprefix("http://127.0.0.1:8000")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(f"/share/g/{WHEEL}.png").headers["Cache-Control"] == "public, max-age=600"
    again = client.get(address, {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    bureau.load(changed("games:\n", "look: {theme: calm}\ngames:\n", PLAYABLE))
    publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert tags_of(client).meta("og:image").removeprefix("http://127.0.0.1:8000") != address


def test_a_picture_is_drawn_once_for_everybody(house: Client, drawn: list[Any]) -> None:
    for _ in range(3):
        assert house.get(f"/share/g/{WHEEL}.png?language=zh-CN").status_code == 200
    assert len(drawn) == 1
    assert house.get(f"/share/g/{WHEEL}/long.png?language=zh-CN").status_code == 200
    assert house.get(f"/share/g/{WHEEL}.png?language=en").status_code == 200
    assert [(poster.shape, poster.title) for poster in drawn] == [("wide", "转盘"), ("tall", "转盘"), ("wide", "Wheel")]


def test_a_poster_says_what_the_organiser_says_and_nothing_of_a_member(house: Client, drawn: list[Any]) -> None:
    alice = house.member(house.world.member("alice"))
    for client in (house, alice):
        assert client.get(f"/share/g/{WHEEL}/long.png?language=en").status_code == 200
    (poster,) = drawn
    assert (poster.title, poster.subtitle, poster.organiser) == ("Wheel", "Spring", "Pine Lane")
    period = "November 1, 2026 to November 30, 2026, for people of 18 or older"
    assert poster.period.replace("\u00a0", " ") == period
    assert poster.address == f"http://127.0.0.1:8000/g/{WHEEL}"
    assert len(poster.art) == 3
    assert "alice" not in repr(poster)


@pytest.mark.parametrize("path", ["/share/g/gam_none.png", "/share/g/gam_none/long.png", "/share/g/gam_none.webp"])
def test_a_game_that_is_not_there_has_no_picture(house: Client, path: str) -> None:
    assert code_of(house.get(path)) == (404, "not_found")


def test_a_query_that_nobody_knows_is_refused(house: Client) -> None:
    for query in ("?size=9000", f"?v={'x' * 65}", f"?language={'x' * 36}"):
        assert house.get(f"/share/g/{WHEEL}.png{query}").status_code == 422


def test_texts_of_a_campaign_are_never_markup_of_the_page(bureau: Bureau) -> None:
    text = PLAYABLE.replace("zh-CN: 转盘", f'zh-CN: "{HOSTILE}"').replace("zh-CN: 春天", f'zh-CN: "{HOSTILE}"')
    bureau.publish_campaign(text.replace("name: {zh-CN: 松间", f'name: {{zh-CN: "{HOSTILE}"'))
    client = open_client(bureau)
    tags = tags_of(client)
    said = HOSTILE.replace('\\"', '"')
    assert tags.meta("og:title") == tags.meta("og:site_name") == tags.meta("twitter:image:alt") == said
    plain = tags_of(client, CARDS)
    assert [tag for tag, _ in tags.elements] == [tag for tag, _ in plain.elements]
    for _, attributes in tags.elements:
        assert not [name for name in attributes if name.startswith("on")]
    assert client.get(f"/share/g/{WHEEL}.png").status_code == 200


def test_a_game_that_was_stopped_asks_nobody_in_and_says_when_it_really_ended(bureau: Bureau, drawn: list[Any]) -> None:
    bureau.publish_campaign()
    client = open_client(bureau)
    assert PERIOD in client.get(f"/g/{WHEEL}", ENGLISH).get_data(as_text=True)
    alice = page_of(client, "alice", WHEEL)
    assert alice.client.get(f"/v1/games/{WHEEL}").get_json()["ended_at"] is None
    kill(bureau.office, CAMPAIGN, "Carol")
    landing = open_client(bureau).get(f"/g/{WHEEL}", ENGLISH).get_data(as_text=True)
    links = [attributes.get("href") for tag, attributes in Tags(landing).elements if tag == "a"]
    assert "/prizes" in links
    assert not [link for link in links if link and link.startswith("/sign-in")]
    said = "The organiser ended this game on November 10, 2026."
    assert (said in landing, PERIOD in landing) == (True, False)
    assert said in client.get(f"/g/{WHEEL}/rules?language=en").get_data(as_text=True)
    assert alice.client.get(f"/v1/games/{WHEEL}").get_json()["ended_at"][:10] == "2026-11-10"
    client.get(f"/share/g/{WHEEL}/long.png?language=en")
    assert (drawn[-1].call, drawn[-1].period) == ("This game is over", said)
    assert said in Tags(landing).meta("og:description")


@pytest.mark.parametrize(
    ("ended_at", "sold_out_at", "now_ms", "over"),
    [(None, None, 99, None), (40, None, 99, 40), (None, 30, 99, 30), (None, None, 100, 100), (140, None, 150, 100)],
)
def test_a_game_is_over_when_it_was_stopped_sold_out_or_closed(
    ended_at: int | None, sold_out_at: int | None, now_ms: int, over: int | None
) -> None:
    row, revision = SimpleNamespace(ended_at=ended_at), SimpleNamespace(closes_ms=100)
    assert ended_ms(cast("Game", row), cast("Revision", revision), sold_out_at, now_ms) == over
