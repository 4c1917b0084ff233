"""How pages reach a browser: policy, nonce, language, start data, built files, and problems that people can read."""

import gzip
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, request
from werkzeug.test import TestResponse

from engage.web import LANGUAGE_COOKIE, open_pages, pages_of
from tests.support.server import Client, code_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
CHINESE = BROWSER | {"Accept-Language": "zh-CN,zh;q=0.9"}
HOSTILE = "</script><script>alert(1)</script><!--\u2028&"
MANIFEST = """{
  "play/main.ts": {"file": "assets/play-1.js", "isEntry": true, "css": ["assets/play-1.css"],
    "imports": ["_lit.js", "_base.js"], "dynamicImports": ["_later.js"]},
  "_base.js": {"file": "assets/base-1.js", "css": ["assets/base-1.css"], "imports": ["_lit.js"]},
  "_lit.js": {"file": "assets/lit-1.js"},
  "_later.js": {"file": "assets/later-1.js", "css": ["assets/later-1.css"]}
}"""


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    """An application with one page and built files of its own."""
    root = Path(__file__).parents[2]
    built = tmp_path / "dist" / "assets"
    built.mkdir(parents=True)
    (tmp_path / "dist" / "manifest.json").write_text(MANIFEST)
    (tmp_path / "dist" / "manifest.zh-CN.json").write_text(MANIFEST.replace("play-1.js", "play-zh-1.js"))
    (built / "play-1.js").write_text("plain")
    (built / "play-1.js.br").write_text("brotli")
    (built / "play-1.js.gz").write_text("gzip")
    (tmp_path / "plain.css").write_text("body{}")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static", template_folder=root / "templates")
    open_pages(app, {"mem_english": "en", "mem_chinese": "zh-CN"}.__getitem__)

    @app.get("/page")
    def get_page() -> Any:
        if "member" in request.args:
            g.page_session = SimpleNamespace(member=request.args["member"])
        return pages_of(app).render("base.html", title=HOSTILE, entry="play/main.ts", data={"text": HOSTILE})

    return app


def ask(site: Flask, path: str = "/page", **headers: str) -> TestResponse:
    return site.test_client(use_cookies=False).get(path, headers=headers, buffered=True)


def policy_of(answer: TestResponse) -> dict[str, str]:
    """The directives of the content security policy."""
    return dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))


def test_a_page_runs_its_own_scripts_only_and_each_answer_has_a_nonce_of_its_own(site: Flask) -> None:
    answer = ask(site)
    policy = policy_of(answer)
    nonce = re.fullmatch(r"'nonce-([0-9a-f]{32})' 'strict-dynamic'", policy["script-src"])
    assert nonce
    assert policy["style-src"] == f"'self' 'nonce-{nonce[1]}'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "lit-html"
    assert policy["connect-src"] == "'self' ws://localhost wss://localhost"
    scripts = re.findall(r"<script\b[^>]*>", answer.get_data(as_text=True))
    assert all(f'nonce="{nonce[1]}"' in script or "application/json" in script for script in scripts)
    assert policy_of(ask(site))["script-src"] != policy["script-src"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer.headers


def test_a_strange_host_gets_into_no_policy(site: Flask) -> None:
    assert policy_of(ask(site, Host="x;script-src *"))["connect-src"] == "'self'"


def test_start_data_and_titles_break_out_of_nothing(site: Flask) -> None:
    text = ask(site).get_data(as_text=True)
    assert "<script>alert" not in text
    assert "<title>&lt;/script&gt;" in text
    (data,) = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', text)
    assert not set(data) & set("<>&\u2028")
    assert json.loads(data) == {"text": HOSTILE}


def test_a_page_loads_styles_in_order_then_modules_then_the_script_of_its_language(site: Flask) -> None:
    text = ask(site, **{"Accept-Language": "zh-CN"}).get_data(as_text=True)
    loaded = re.findall(r'<(?:link rel="(?:stylesheet|modulepreload)" href|script type="module" src)="([^"]+)"', text)
    assert [name.removeprefix("/static/dist/assets/") for name in loaded] == [
        "base-1.css",
        "play-1.css",
        "lit-1.js",
        "base-1.js",
        "play-zh-1.js",
    ]
    assert "play-1.js" in ask(site).get_data(as_text=True)


def test_a_page_says_its_language_and_keeps_the_one_that_was_chosen(site: Flask) -> None:
    chinese = ask(site, **{"Accept-Language": "zh-TW"})
    assert '<html lang="zh-CN" dir="ltr">' in chinese.get_data(as_text=True)
    assert chinese.headers["Content-Language"] == "zh-CN"
    assert "Set-Cookie" not in chinese.headers
    chosen = ask(site, "/page?language=en", **{"Accept-Language": "zh-CN"})
    assert '<html lang="en"' in chosen.get_data(as_text=True)
    assert chosen.headers["Set-Cookie"].startswith(f"{LANGUAGE_COOKIE}=en; ")
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("query", "cookie", "spoken"),
    [
        ("?member=mem_chinese", "", "zh-CN"),
        ("?member=mem_chinese", f"{LANGUAGE_COOKIE}=en", "en"),
        ("?member=mem_english&language=zh", f"{LANGUAGE_COOKIE}=en", "zh-CN"),
        ("?member=mem_chinese&language=fr", "", "zh-CN"),
        ("?member=mem_chinese", f"{LANGUAGE_COOKIE}=../../etc", "zh-CN"),
        ("", "", "en"),
    ],
)
def test_a_choice_goes_before_the_profile_which_goes_before_the_browser(
    site: Flask, query: str, cookie: str, spoken: str
) -> None:
    answer = ask(site, f"/page{query}", **{"Accept-Language": "en-GB", "Cookie": cookie})
    assert answer.headers["Content-Language"] == spoken


@pytest.mark.parametrize(
    ("accepted", "sent", "encoding"),
    [
        ("gzip, deflate, br, zstd", b"brotli", "br"),
        ("gzip", b"gzip", "gzip"),
        ("br;q=0, gzip", b"gzip", "gzip"),
        ("identity", b"plain", None),
        ("", b"plain", None),
    ],
)
def test_a_built_file_is_sent_as_small_as_the_browser_can_take_it_and_kept(
    site: Flask, accepted: str, sent: bytes, encoding: str | None
) -> None:
    answer = ask(site, "/static/dist/assets/play-1.js", **{"Accept-Encoding": accepted})
    assert answer.get_data() == sent
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = ask(
        site,
        "/static/dist/assets/play-1.js",
        **{"Accept-Encoding": accepted, "If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_every_other_file_is_asked_for_again_and_answered_in_short(site: Flask) -> None:
    answer = ask(site, "/static/plain.css")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/css", "no-cache")
    assert ask(site, "/static/plain.css", **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["../manifest.json", "..%2f..%2fpyproject.toml", "dist/assets/../../../secret.txt"])
def test_no_file_from_elsewhere_is_sent(site: Flask, path: str) -> None:
    assert ask(site, f"/static/{path}").status_code == 404


def test_pages_that_were_never_built_say_how_to_build_them(site: Flask, tmp_path: Path) -> None:
    (tmp_path / "dist" / "manifest.json").unlink()
    answer = ask(site)
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert "Build them: make demo" in answer.get_data(as_text=True)


def test_a_long_page_is_compressed_for_browsers_that_take_it(client: Client) -> None:
    plain = client.get("/docs/problems")
    packed = client.get("/docs/problems", {"Accept-Encoding": "gzip, br"})
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.content_length == len(packed.get_data()) < len(plain.get_data()) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert client.get("/docs", {"Accept-Encoding": "gzip"}).headers.get("Content-Encoding") is None


@pytest.mark.parametrize("path", ["/nowhere", "/g/gam_nothing/rules"])
def test_a_browser_that_meets_a_refusal_gets_a_page_with_its_sentence(client: Client, path: str) -> None:
    code_of(client.get(path))
    problem = client.get(path).get_json()
    answer = client.get(path, BROWSER)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert problem["detail"] in text
    assert problem["code"] in text
    assert answer.headers["X-Request-Id"] in text
    assert answer.headers["Cache-Control"] == "no-store"
    assert policy_of(answer)["frame-ancestors"] == "'none'"


def test_the_page_of_a_refusal_is_told_in_the_reader_s_language(client: Client) -> None:
    text = client.get("/g/gam_nothing/rules", CHINESE).get_data(as_text=True)
    assert '<html lang="zh-CN"' in text
    assert "没有这个游戏。" in text


def test_a_detail_without_words_in_the_reader_s_language_is_folded_below_a_sentence_that_has_them(
    client: Client,
) -> None:
    path = f"/c/cmp_none/rules?language={'x' * 40}"
    detail = client.get(path).get_json()["detail"]
    told = client.get(path, CHINESE).get_data(as_text=True)
    above, folded = told.split("<details")
    assert "地址或填写的内容有误。请返回后重试。" in above
    assert (detail in above, f'<p lang="en">{detail}</p>' in folded) == (False, True)
    assert "<details" not in client.get(path, BROWSER).get_data(as_text=True)


def test_the_api_answers_programs_whatever_they_accept(client: Client) -> None:
    assert code_of(client.get("/v1/nothing", BROWSER)) == (404, "not_found")
    assert code_of(client.get("/v1/me", BROWSER)) == (401, "unauthenticated")


def test_a_method_that_a_page_does_not_know_keeps_its_header(client: Client) -> None:
    answer = client.send("POST", "/g/gam_nothing/rules", {}, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert "GET" in answer.headers["Allow"]
