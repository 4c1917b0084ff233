"""Signing in on hosted pages: the brand hands a member over, the browser trades the code for a session, signs out."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from flask import Response, g, redirect, request
from flask_openapi import OpenAPI
from pydantic import ConfigDict, Field
from werkzeug.wrappers import Response as BaseResponse

from engage.api.shapes import Answer, Instant, MemberPath, Request
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Forbidden, InvalidRequest, NotFound, TooFast, Unauthenticated
from engage.members import access_member
from engage.storage.work import Work
from engage.web import (
    ANYONE,
    HOME,
    LANGUAGE_COOKIE,
    PAGE,
    STATE_PATTERN,
    Edge,
    KeyAccepted,
    PageSession,
    Parameters,
    Routes,
    Waiting,
    actor,
    create_code,
    depart,
    edge_of,
    is_own_path,
    json_answer,
    key_with,
    use_code,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SEE_OTHER = {303: {"description": "To the brand's sign-in address, or signed in to where the member wanted to go"}}
GONE = {204: {"description": "Signed out"}}


class HandoverRequest(Request):
    """The `state` that the browser came to the brand's sign-in address with, as it came."""

    state: Annotated[str, Field(pattern=STATE_PATTERN)]


class HandoverAnswer(Answer):
    """A code that signs the member in once, within 60 seconds, in that browser alone; send it to `location`."""

    code: str
    location: str
    expires_at: Instant


class SignInQuery(Parameters):
    """Come back with a `code`, or begin: `return` is the path to open then, `switch` asks to be somebody else.

    A link of a page of ours with `switch` signs out, too: other sites can't have anybody signed out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Annotated[str, Field(max_length=200)] = ""
    back: Annotated[str, Field(alias="return", max_length=2000)] = HOME
    switch: Annotated[str, Field(pattern="^1?$")] = ""


def _last_path(waiting: dict[str, Waiting]) -> str:
    """Where this browser wanted to go when it was sent off the last time."""
    return next((each.path for each in reversed(waiting.values())), HOME)


class Porter:
    """Lets members in and out of the hosted pages of one application."""

    def __init__(self, services: Services, edge: Edge) -> None:
        self._services, self._edge = services, edge

    def let_in(self, code: str) -> BaseResponse:
        """Trade a code for a session. Refuses with TooFast, then Unauthenticated."""
        edge = self._edge
        edge.guesses.require_room(actor())
        waiting, environ = edge.doorway.find_waiting(request.headers.get("Cookie", "")), request.environ
        found = self._services.writer.run(lambda work: self._trade(work, code, waiting, environ))
        if found is None:
            edge.guesses.count(actor())
            raise Unauthenticated(
                "This sign-in has expired, was used already, or was begun in another browser. "
                "If it happens again, allow cookies for this page.",
                sign_in=f"/sign-in?{urlencode({'return': _last_path(waiting)})}",
            )
        session, origin = found
        answer = redirect(origin.path, 303)
        answer.headers.add("Set-Cookie", edge.doorway.forget(origin))
        answer.headers.add("Set-Cookie", edge.sessions.cookie_of(session))
        return answer

    def _trade(
        self, work: Work, code: str, waiting: dict[str, Waiting], environ: "WSGIEnvironment"
    ) -> tuple[PageSession, Waiting] | None:
        """The Writer decides in a greenlet of its own, where there is no request."""
        found = use_code(work, code, waiting)
        if found is None:
            return None
        member, origin = found
        self._edge.sessions.end(work, environ)
        return self._edge.sessions.open(work, member), origin

    def send_off(self, query: SignInQuery) -> BaseResponse:
        """Send the browser to the brand. Refuses with InvalidRequest, then Unauthenticated where there is no address.

        Who wants to be somebody else is signed out, if a page of ours asks for it.
        """
        if not is_own_path(query.back):
            errors = [{"field": "return", "message": "no path on this server"}]
            raise InvalidRequest("return must be a path on this server, such as /prizes.", errors=errors)
        cookies = request.headers.get("Cookie", "")
        answer = depart(self._edge.doorway.leave(query.back, cookies, switch=bool(query.switch)))
        if query.switch and self._edge.sessions.is_own_origin(request.environ):
            self.let_out(answer)
        return answer

    def let_out(self, answer: BaseResponse) -> None:
        """End the session of this request, and have the browser forget it with this answer."""
        environ = request.environ
        self._services.writer.run(lambda work: self._edge.sessions.end(work, environ))
        g.page_session = None
        answer.headers.add("Set-Cookie", self._edge.sessions.forgotten)
        answer.delete_cookie(LANGUAGE_COOKIE)


def register(app: OpenAPI, services: Services) -> None:
    """Add the routes of the hand-over."""
    routes, porter = Routes(app, "sign-in", "Signing in on hosted pages."), Porter(services, edge_of(app))
    base_url = services.settings.base_url.rstrip("/")

    @routes.add("post", "/v1/members/<ext>/handovers", key_with("tokens"), {201: HandoverAnswer}, [NotFound])
    def post_handover(path: MemberPath, body: HandoverRequest, header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """Hand a member over to the page that this browser came from."""
        code, expires = services.writer.run(
            lambda work: create_code(work, access_member(work.connection, path.ext).id, body.state)
        )
        location = f"{base_url}/sign-in?code={code}"
        return json_answer({"code": code, "location": location, "expires_at": render_ms(expires)}, 201)

    @routes.add("get", "/sign-in", ANYONE, SEE_OTHER, [Unauthenticated, InvalidRequest, TooFast])
    def get_sign_in(query: SignInQuery) -> BaseResponse:
        """Sign in through the brand's site, and come back from it."""
        return porter.let_in(query.code) if query.code else porter.send_off(query)

    @routes.add("post", "/sign-out", PAGE, GONE, [Forbidden])
    def post_sign_out(header: KeyAccepted) -> Response:  # noqa: ARG001  documented
        """Sign out: this session ends, and the browser forgets it."""
        answer = Response(status=204)
        porter.let_out(answer)
        return answer
