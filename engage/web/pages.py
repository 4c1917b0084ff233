"""Pages for people: rendered with a nonce under a strict policy, in the language of whoever asks.

A refusal or a fault that a browser meets on its way to a page is a page too, with the sentence of its problem.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
from babel import Locale
from flask import Flask, Response, current_app, g, render_template, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from engage.kernel.entropy import random_bytes
from engage.web.assets import Manifest, NotBuilt, serve_assets
from engage.web.problems import MEDIA_TYPE as PROBLEM_TYPE
from engage.web.problems import is_api, say_plainly
from engage.web.words import (
    ENGLISH,
    LANGUAGE_COOKIE,
    PROFILE,
    format_date,
    format_datetime,
    format_number,
    gettext,
    language,
    languages,
    match_language,
    ngettext,
)

EXTENSION = "engage.pages"
HTML_TYPE = "text/html"
WORTH_BYTES = 1400  # what fits into one packet gets no quicker
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
YEAR_SECONDS = 365 * 86_400
KEPT_OF_PROBLEMS = ("Allow", "Retry-After", "WWW-Authenticate")
NO_DEVICES = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
PLAIN_ENTRY = "plain/main.ts"
PLAIN_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
UNSAFE_IN_SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


class LanguageQuery(BaseModel):
    """In which language; by default as the member's profile says, else as the browser does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field(default="", max_length=35)


class Pages:
    """Renders the pages of one application."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifests = {each: Manifest(folder, each) for each in languages()}
        self._workers = {each: Manifest(folder, f"worker.{each}") for each in languages()}

    def render(  # noqa: PLR0913  a page has these parts
        self,
        template: str,
        *,
        title: str,
        entry: str,
        data: object = None,
        status: int = 200,
        policy: Mapping[str, str] | None = None,
        devices: str = NO_DEVICES,
        **context: Any,  # noqa: ANN401  whatever the template needs
    ) -> Response:
        """A page out of a template that extends `base.html`.

        `entry` is the page's script and styles, such as `play/main.ts`; `data` is what the script starts from, as JSON
        in the element `page-data`; `policy` changes directives of the content security policy, `devices` is the
        Permissions-Policy. A language in the query is kept as what this person chose.
        """
        nonce = random_bytes(16).hex()
        spoken = language()
        text = render_template(
            template,
            title=title,
            entry=entry,
            data=data,
            nonce=nonce,
            language=spoken,
            languages=languages(),
            direction=Locale.parse(spoken, sep="-").text_direction,
            **context,
        )
        answer = current_app.response_class(text, status, mimetype=HTML_TYPE)
        answer.headers["Content-Security-Policy"] = content_policy(nonce, request.host, policy or {})
        answer.headers["Permissions-Policy"] = devices
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers["Content-Language"] = spoken
        # A nonce is good for one answer, so there is nothing to revalidate; yet "back" may show the page at once.
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.headers["Vary"] = "Accept-Language, Cookie"
        if match_language(request.args.get("language", "")):
            answer.set_cookie(LANGUAGE_COOKIE, spoken, max_age=YEAR_SECONDS, secure=request.is_secure, samesite="Lax")
        return answer

    def render_plain(
        self,
        template: str,
        *,
        title: str,
        spoken: str,
        theme: str = "",
        **context: Any,  # noqa: ANN401  whatever the template needs
    ) -> Response:
        """A page to read and to print, out of a template that extends `plain.html`, in the language `spoken`.

        It runs nothing and asks for nothing but its own styles, fonts and icon.
        """
        styles = self._manifests[language()].entry(PLAIN_ENTRY).styles
        direction = Locale.parse(spoken, sep="-").text_direction
        text = render_template(
            template, title=title, language=spoken, direction=direction, theme=theme, styles=styles, **context
        )
        answer = current_app.response_class(text, mimetype=HTML_TYPE)
        answer.headers["Content-Security-Policy"] = PLAIN_POLICY
        answer.headers["Content-Language"] = spoken
        return answer

    def find_fault(self) -> str | None:
        """That the pages are not built, and how to build them; None if they are there in every language."""
        try:
            for manifest in self._manifests.values():
                manifest.read()
        except NotBuilt as fault:
            return str(fault)
        return None

    def address(self, entry: str) -> str:
        """Where the script of a worker lies, in the language of the page that starts it."""
        return self._workers[language()].entry(entry).script

    def script(self, entry: str) -> str:
        """The built script of an entry that is no page of its own: a service worker, which has no language."""
        built = self._manifests[languages()[0]].entry(entry)
        return (self._folder / built.script.removeprefix("/static/")).read_text(encoding="utf-8")

    @pass_context
    def tags(self, context: Context, entry: str) -> Markup:
        """The tags of an entry in the page's language, for its head: styles, modules to load ahead, the script."""
        built = self._manifests[context["language"]].entry(entry)
        script = Markup('<script type="module" src="{}" nonce="{}"></script>').format(built.script, context["nonce"])
        return Markup("\n  ").join(
            [
                *(Markup('<link rel="stylesheet" href="{}">').format(style) for style in built.styles),
                *(Markup('<link rel="modulepreload" href="{}">').format(module) for module in built.preloads),
                script,
            ]
        )

    def render_problem(self, answer: Response) -> Response:
        """A problem as a page. What a program or a browser has to know of it stays in its headers.

        A detail that there are no words for in the page's language is folded away, as it was written.
        """
        problem = orjson.loads(answer.get_data())
        detail = problem["detail"]
        is_translated = language() == ENGLISH or gettext(detail) != detail
        page = self.render(
            "problem.html",
            title=gettext(problem["title"]),
            entry="base/main.ts",
            status=answer.status_code,
            sentence=gettext(detail if is_translated else say_plainly(answer.status_code)),
            detail="" if is_translated else detail,
            code=problem["code"],
            request_id=g.request_id,
            sign_in=problem.get("sign_in", ""),
        )
        page.headers.extend((name, value) for name, value in answer.headers.items() if name in KEPT_OF_PROBLEMS)
        page.headers["Cache-Control"] = "no-store"
        page.headers["Vary"] = "Accept, Accept-Language, Cookie"
        return page


def pages_of(app: Flask) -> Pages:
    """The pages of an application that `open_pages` made."""
    pages: Pages = app.extensions[EXTENSION]
    return pages


def open_pages(app: Flask, language_of: Callable[[str], str]) -> Pages:
    """Let an application have pages: its static files, its templates' words, and problems that people can read.

    `language_of` a member is that of the profile; pages speak it to whom they found signed in.
    """
    pages = app.extensions[EXTENSION] = Pages(Path(str(app.static_folder)))
    app.extensions[PROFILE] = lambda: language_of(g.page_session.member) if "page_session" in g else None
    serve_assets(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "_": gettext,
        "format_date": format_date,
        "format_datetime": format_datetime,
        "format_number": format_number,
        "ngettext": ngettext,
        "page_data": page_data,
        "vite": pages.tags,
    }

    @app.after_request
    def shrink(answer: Response) -> Response:
        return compress(answer) if answer.mimetype == HTML_TYPE and not answer.is_streamed else answer

    @app.errorhandler(NotBuilt)
    def say(fault: NotBuilt) -> Response:
        return Response(f"{fault}\n", 503, mimetype="text/plain")

    @app.after_request
    def show(answer: Response) -> Response:
        if answer.mimetype != PROBLEM_TYPE or not _wants_page():
            return answer
        try:
            return pages.render_problem(answer)
        except NotBuilt:
            return answer

    return pages


def compress(answer: Response) -> Response:
    """A page as gzip, if it is worth it and the browser takes it. No page repeats what its address was given."""
    answer.vary.add("Accept-Encoding")
    if len(answer.get_data()) >= WORTH_BYTES and request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(answer.get_data(), compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _wants_page() -> bool:
    """Whether a person waits: the address is none of the API, and the browser likes a page better than a problem."""
    liked = request.accept_mimetypes.best_match([PROBLEM_TYPE, HTML_TYPE])
    return liked == HTML_TYPE and not is_api(request.path)


def page_data(data: object) -> Markup:
    """A document as JSON that is safe inside a script element."""
    return Markup(orjson.dumps(data).decode().translate(UNSAFE_IN_SCRIPT))  # noqa: S704  its markup has just been taken


def content_policy(nonce: str, host: str, changes: Mapping[str, str]) -> str:
    """The content security policy of a page: its own scripts by nonce, nothing from elsewhere, in nobody's frame.

    The page's socket is named beside `'self'`, which older Safaris don't let it open.
    """
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    directives = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}' 'strict-dynamic'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "connect-src": f"'self'{sockets}",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html",
        **changes,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
