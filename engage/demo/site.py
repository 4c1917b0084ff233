"""The demo brand's site: pick somebody and play, the brand's sign-in page, and how the hand-over works.

It plays the brand's part and nothing more: what it knows of a page of Engage is the address that browsers come with.
"""

from shlex import quote
from typing import Annotated
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, redirect, request
from flask_openapi import OpenAPI
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.wrappers import Response as BaseResponse

from engage.demo.brand import NEW_GUEST, Brand, name_of
from engage.demo.games import demo_games
from engage.demo.house import KEY_FILE, SIGN_IN_PATH
from engage.feature import Services
from engage.kernel.refusals import Forbidden, InvalidRequest
from engage.web import edge_of, gettext, is_own_path, language, pages_of, request_connection

COOKIE = "demo-brand"
COOKIE_SECONDS = 7 * 86_400
ENTRY = "demo/main.ts"


class Pick(BaseModel):
    """Who somebody wants to be, and where to: to a page, or back to one that waits with its `state`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: Annotated[str, Field(pattern="^(alice|bob|guest|me)$")]
    to: Annotated[str, Field(max_length=512)] = "/"
    state: Annotated[str, Field(max_length=200)] = ""


class Site:
    """The views, over the brand's server."""

    def __init__(self, app: OpenAPI, services: Services) -> None:
        self._app, self._edge, self._pages = app, edge_of(app), pages_of(app)
        self._data = services.settings.data_dir.absolute()
        self._brand = Brand(app, self._data / KEY_FILE, [game.id for game in demo_games()])

    def show_welcome(self) -> Response:
        """Pick a game and somebody, and play."""
        return self._pages.render(
            "demo/welcome.html",
            title=gettext("Pick a game and play"),
            entry=ENTRY,
            games=demo_games(),
            over=_read_over(),
            people=self._others(),
            me=self._me(),
            has_paid=bool(request.args.get("paid")),
        )

    def show_sign_in(self) -> BaseResponse:
        """The brand's sign-in address: who is signed in here goes on at once, others say who they are."""
        path, state = request.args.get("return", ""), request.args.get("state", "")
        if not state:
            return redirect("/", 303)
        me = self._signed_in()
        if me is not None and not request.args.get("switch"):
            return self._hand_over(me, state)
        waiting = next((game for game in demo_games() if path.split("?")[0] == f"/g/{game.id}"), None)
        return self._pages.render(
            "demo/sign-in.html",
            title=gettext("Sign in at the demo brand"),
            entry=ENTRY,
            people=self._people(),
            state=state,
            waiting=waiting,
        )

    def pick(self) -> BaseResponse:
        """Be somebody at the brand, then open a page, or go back to the one that waits."""
        pick = self._read_form()
        me = self._signed_in()
        who = me if pick.who == "me" and me else NEW_GUEST if pick.who == "me" else pick.who
        external_id = self._brand.welcome(who, language())
        if pick.state:
            answer = self._hand_over(external_id, pick.state)
        else:
            answer = redirect(f"/sign-in?{urlencode({'return': pick.to if is_own_path(pick.to) else '/'})}", 303)
        answer.headers.add("Set-Cookie", self._cookie(self._brand.sign_in(external_id), COOKIE_SECONDS))
        return answer

    def pay(self) -> BaseResponse:
        """Pretend that whoever is signed in has paid an order."""
        self._require_own_form()
        me = self._signed_in()
        if me is None:
            return redirect("/", 303)
        self._brand.pay_order(me)
        return redirect("/?paid=1#me", 303)

    def leave(self) -> BaseResponse:
        """Sign out at the brand."""
        self._require_own_form()
        self._brand.sign_out(self._session())
        answer = redirect("/", 303)
        answer.headers.add("Set-Cookie", self._cookie("", 0))
        return answer

    def show_hand_over(self) -> Response:
        """How the hand-over works, for whoever builds the brand's part."""
        return self._pages.render(
            "demo/hand-over.html",
            title=gettext("How a member is handed over"),
            entry=ENTRY,
            address=request.host_url.rstrip("/"),
            key_file=quote(str(self._data / KEY_FILE)),
        )

    def _hand_over(self, external_id: str, state: str) -> BaseResponse:
        """Send the browser back with a code: to a path, since this machine may have been called by several names."""
        return redirect(f"/sign-in?{urlencode({'code': self._brand.hand_over(external_id, state)})}", 303)

    def _read_form(self) -> Pick:
        self._require_own_form()
        try:
            return Pick.model_validate(request.form.to_dict())
        except ValidationError:
            raise InvalidRequest("This form is not one of this site.") from None

    def _require_own_form(self) -> None:
        if not self._edge.sessions.is_own_origin(request.environ):
            raise Forbidden("This form was sent by another site.")

    def _people(self) -> list[dict[str, str]]:
        people = [{"who": who, "name": name_of(who)} for who in ("alice", "bob")]
        return [*people, {"who": NEW_GUEST, "name": gettext("a new guest")}]

    def _others(self) -> list[dict[str, str]]:
        """Who else one may be; "Play now" is for a new guest as long as nobody is signed in."""
        present = self._signed_in() or NEW_GUEST
        return [person for person in self._people() if person["who"] != present]

    def _me(self) -> str | None:
        me = self._signed_in()
        return name_of(me) if me else None

    def _signed_in(self) -> str | None:
        return self._brand.find_signed_in(self._session())

    def _session(self) -> str:
        return self._edge.cookies.find(request.headers.get("Cookie", ""), COOKIE)

    def _cookie(self, value: str, seconds: int) -> str:
        return self._edge.cookies.keep(self._edge.cookies.name(COOKIE), value, seconds)


def _read_over() -> frozenset[str]:
    """The games that nobody can play any more."""
    over = request_connection().execute(sa.text("SELECT id FROM game WHERE state = 'ended' OR sold_out > 0"))
    return frozenset(over.scalars())


def register_site(app: OpenAPI, services: Services) -> None:
    """Add the brand's site, in demo mode only."""
    site = Site(app, services)
    for method, path, view in (
        ("GET", "/", site.show_welcome),
        ("GET", SIGN_IN_PATH, site.show_sign_in),
        ("POST", SIGN_IN_PATH, site.pick),
        ("POST", "/demo/orders", site.pay),
        ("POST", "/demo/sign-out", site.leave),
        ("GET", "/demo/hand-over", site.show_hand_over),
    ):
        app.add_url_rule(path, f"demo_{view.__name__}", view, methods=[method])
