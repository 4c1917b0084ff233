"""The edge of every request: who asks, how often, with which key, under which request id."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import orjson
import sqlalchemy as sa
import structlog
from flask import Request, Response, current_app, g, redirect, request
from flask_openapi import OpenAPI, Tag
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from engage.kernel.clock import Clock
from engage.kernel.entropy import random_bytes
from engage.kernel.ids import is_id
from engage.kernel.refusals import (
    Busy,
    Forbidden,
    InvalidRequest,
    KeyReused,
    MalformedRequest,
    Refusal,
    TooFast,
    TooLarge,
    Unauthenticated,
)
from engage.members import was_erased
from engage.settings import Settings
from engage.web.cookies import Cookies
from engage.web.credentials import KEY_PREFIX, ApiKeys, MemberTokens
from engage.web.handovers import HOME, Departure, Doorway, is_own_path
from engage.web.limits import RateLimit
from engage.web.logs import configure_logs, logs_show_variables
from engage.web.problems import MEDIA_TYPE, PROBLEM_SCHEMA, handle_problems, invalid_fields, problem_of
from engage.web.queries import open_queries
from engage.web.sessions import PAGE_HEADER, SAFE_METHODS, PageSession, PageSessions

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

EXTENSION = "engage.edge"
ADDRESS = "address:"
HTML_TYPE = "text/html"
HTML = {"description": "A page", "content": {HTML_TYPE: {"schema": {"type": "string"}}}}
SOCKET_LOOK_MS = 60_000
"""How long the socket of a page may stay open after its member signed out."""
GUESSES = "30/minute"
MAX_BODY = 64 * 1024
MAX_BATCH_BODY = 1024 * 1024
KEY_PATTERN = "^[!-~]{1,255}$"
KEY_HEADER = "Idempotency-Key"
Key = Annotated[
    str,
    Field(
        pattern=KEY_PATTERN,
        description="1 to 255 visible ASCII characters. The same key and request have one effect and one answer.",
    ),
]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
OF_PAGES = (
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000")
"""For a year, browsers come back over https only; neighbouring hosts are not ours to decide about."""

log = structlog.get_logger()
View = Callable[..., Any]


class EdgeRequest(Request):
    """A request whose JSON is read once, strictly: an object, or on batch routes an array."""

    max_content_length = MAX_BODY

    def get_json(self, *_args: Any, **_kwargs: Any) -> Any:  # noqa: ANN401  JSON
        """The body. Refuses with MalformedRequest."""
        try:
            document = orjson.loads(self.get_data() or b"{}")
        except orjson.JSONDecodeError as fault:
            raise MalformedRequest(f"The body is no JSON: {fault.msg}.") from None
        is_batch = isinstance(document, list) and self.endpoint in edge_of(current_app).batch  # type: ignore[arg-type]  # it is an OpenAPI
        if not isinstance(document, dict) and not is_batch:
            raise MalformedRequest("The body must be a JSON object.")
        return document


class Parameters(BaseModel):
    """Headers or a query. Their schema is asked for at every request, so it is made once."""

    _schemas: ClassVar[dict[str, dict[str, Any]]] = {}

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  pydantic's own signature
        """The JSON schema."""
        if args or kwargs:
            return super().model_json_schema(*args, **kwargs)
        return cls._schemas.get(cls.__qualname__) or cls._schemas.setdefault(
            cls.__qualname__, super().model_json_schema()
        )


class KeyRequired(Parameters):
    """The header of a request that must come with a key."""

    model_config = ConfigDict(frozen=True)

    key: Annotated[Key, Field(alias=KEY_HEADER)]


class KeyAllowed(Parameters):
    """The header of a request that may come with a key."""

    model_config = ConfigDict(frozen=True)

    key: Annotated[Key | None, Field(alias=KEY_HEADER)] = None


class KeyAccepted(Parameters):
    """The header of a request that has one effect by itself, however often it is sent: a key changes nothing.

    Such a request either finds what it did before or answers a secret, which is never kept.
    """

    model_config = ConfigDict(frozen=True)

    key: Annotated[Key | None, Field(alias=KEY_HEADER)] = None


@dataclass(frozen=True)
class Access:
    """Who may use a route: `anyone`, a `member`, a `key` with a scope, or `either` of the two.

    A member comes with a token, or from a page with its cookie. A `page` is for a member with the cookie alone; a
    browser without one is led to the brand's sign-in address.
    """

    kind: str
    scope: str = ""

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """The OpenAPI security requirement."""
        kinds = {"anyone": (), "either": ("member", "page", "key"), "member": ("member", "page")}
        return [{kind: []} for kind in kinds.get(self.kind, (self.kind,))]


ANYONE = Access("anyone")
MEMBER = Access("member")
PAGE = Access("page")


def key_with(scope: str) -> Access:
    """Access for an API key with this scope."""
    return Access("key", scope)


def member_or_key_with(scope: str) -> Access:
    """Access for a member, who sees what is theirs, or for an API key with this scope."""
    return Access("either", scope)


class Edge:
    """What stands before every view of one application."""

    def __init__(self, settings: Settings, clock: Clock, reader: sa.Engine) -> None:
        self.clock, self._reader = clock, reader
        self.cookies = Cookies(settings.base_url)
        self.doorway = Doorway(settings.sign_in_url, self.cookies)
        self.tokens = MemberTokens(settings.secret_keys, clock)
        self.sessions = PageSessions(self.tokens.signer, self.cookies, reader, clock)
        self.keys = ApiKeys(clock)
        self.limit = RateLimit(settings.rate_limit, settings.redis_url, clock)
        self.guesses = RateLimit(GUESSES, settings.redis_url, clock)
        self.access: dict[str, Access] = {}
        self.batch: set[str] = set()

    def admit(self) -> BaseResponse | None:
        """Authenticate, then limit. Refuses with Unauthenticated, Forbidden, TooFast.

        Credentials that are refused count for the address that sent them, so that guessing is slow. A page that is
        opened without a session is answered with the way to the brand's sign-in.
        """
        access = self.access.get(request.endpoint or "")
        if access is None:
            return None
        address = f"{ADDRESS}{request.remote_addr}"
        try:
            g.actor = self._identify(access, address)
        except Unauthenticated:
            self.limit.require(address)
            if access.kind == "page" and request.method in SAFE_METHODS:
                return self._lead_to_sign_in()
            raise
        self.limit.require(g.actor)
        return None

    def _identify(self, access: Access, address: str) -> str:
        authorization = request.headers.get("Authorization", "")
        if access.kind == "anyone":
            return address
        is_key = authorization.partition(" ")[2].startswith(KEY_PREFIX)
        if access.kind == "key" or (access.kind == "either" and is_key):
            return self.keys.require(authorization, access.scope).key
        if access.kind == "page" or (not authorization and self.sessions.has_cookie(request.environ)):
            return self._require_page_member()
        return self._require_somebody(self.tokens.require(authorization))

    def _require_page_member(self) -> str:
        session = self.sessions.require(request.environ)
        self._require_somebody(session.member)
        g.page_session = session
        return session.member

    def _require_somebody(self, member: str) -> str:
        """The member, unless they were erased: from then on their credentials are nobody's. Asked anew each time."""
        with self._reader.connect() as connection:
            if was_erased(connection, member):
                raise Unauthenticated("Whoever this was for has been erased.")
        return member

    def find_known_member(self, environ: "WSGIEnvironment") -> str | None:
        """The member whose credential was looked at lately; None says nothing. Whether they were erased is not told."""
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        if authorization:
            return self.tokens.find_known(authorization)
        return self.sessions.find_known(environ)

    def authenticate_socket(self, auth: object, environ: "WSGIEnvironment") -> tuple[str, int]:
        """The member who opens a socket: by `auth["token"]`, else by the cookie of a page of this very origin.

        Such a page may say whom it shows, `auth["member"]`. With the member comes the instant (milliseconds) from which
        on this has to be asked again. Refuses with Unauthenticated, then with Forbidden.
        """
        given = auth if isinstance(auth, dict) else {}
        token, member = (str(given.get(name) or "") for name in ("token", "member"))
        if token:
            found, until = self.tokens.require_until(f"Bearer {token}")
            return self._require_somebody(found), until
        session = self.sessions.require_socket(environ, member)
        until = min(session.expires_ms, self.clock.now_ms() + SOCKET_LOOK_MS)
        return self._require_somebody(session.member), until

    def find_page_member(self) -> str | None:
        """Who is signed in in the browser that asks, on a route for anyone; None if nobody is."""
        try:
            return self._require_page_member()
        except (Unauthenticated, Forbidden):
            return None

    def _lead_to_sign_in(self) -> BaseResponse:
        path = iri_to_uri(request.full_path if request.query_string else request.path)
        return depart(self.doorway.leave(path if is_own_path(path) else HOME, request.headers.get("Cookie", "")))


def depart(departure: Departure) -> BaseResponse:
    """Send the browser off to sign in."""
    answer = redirect(departure.location, 303)
    for cookie in departure.cookies:
        answer.headers.add("Set-Cookie", cookie)
    return answer


def edge_of(app: OpenAPI) -> Edge:
    """The edge of an application that `open_edge` made."""
    edge: Edge = app.extensions[EXTENSION]
    return edge


def open_edge(app: OpenAPI, settings: Settings, clock: Clock, reader: sa.Engine) -> Edge:
    """Put the edge before an application: problems, credentials, limits, request ids, headers."""
    if logs_show_variables():
        configure_logs("warning")
    edge = app.extensions[EXTENSION] = Edge(settings, clock, reader)
    app.request_class = EdgeRequest
    open_queries(app, reader)
    handle_problems(app, clock)

    @app.before_request
    def admit() -> BaseResponse | None:
        g.request_id, g.began_ms = _request_id(request.headers.get("X-Request-Id", "")), clock.now_ms()
        if request.endpoint in edge.batch:
            request.max_content_length = MAX_BATCH_BODY
        return edge.admit()

    @app.after_request
    def finish(answer: Response) -> Response:
        session: PageSession | None = g.get("page_session")
        renewed = session and edge.sessions.renew(session)
        if renewed:
            answer.headers.add("Set-Cookie", edge.sessions.cookie_of(renewed))
        for name, value in finish_headers(g.request_id):
            answer.headers.setdefault(name, value)
        for name, value in OF_PAGES if answer.mimetype == HTML_TYPE else ():
            answer.headers.setdefault(name, value)
        if edge.cookies.is_https:
            answer.headers.setdefault(*ONLY_HTTPS)
        _log_answer(answer, clock.now_ms())
        return answer

    return edge


def finish_headers(request_id: str) -> list[tuple[str, str]]:
    """What every answer carries: the request's id, the client's own if it is a sane one, and the security headers."""
    return [("X-Request-Id", _request_id(request_id)), *HEADERS]


def _request_id(sent: str) -> str:
    return sent if REQUEST_ID.fullmatch(sent) else random_bytes(12).hex()


def _log_answer(answer: Response, now_ms: int) -> None:
    """Tell of a request by its route: a path may name a member by the brand's own id, and addresses are people's."""
    who = g.get("actor", "")
    log.info(
        "request_answered",
        request_id=g.request_id,
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=answer.status_code,
        actor=None if who.startswith(ADDRESS) else who or None,
        took_ms=now_ms - g.began_ms,
    )


def is_member(who: str) -> bool:
    """Whether an actor is a member, not a key or an address."""
    return who.startswith("mem_")


def is_page() -> bool:
    """Whether a page asks, for a member who looks at it: such a page is told nothing that this member has not seen yet.

    A page comes with its cookie, or says that it is one; a program with a token is told everything.
    """
    return PAGE_HEADER in request.headers or "Authorization" not in request.headers


def actor() -> str:
    """The member's or the key's id of this request."""
    found: str = g.actor
    return found


def require_cursor(cursor: str, prefix: str) -> None:
    """Refuses with InvalidRequest unless a list's cursor is empty or the id of something that it lists."""
    if cursor and not is_id(cursor, prefix):
        errors = [{"field": "cursor", "message": "unknown"}]
        raise InvalidRequest("cursor is not one that this list gave.", errors=errors)


def json_answer(document: object, status: int = 200) -> Response:
    """A JSON response."""
    return current_app.response_class(orjson.dumps(document), status, mimetype="application/json")


def refuse_invalid(fault: ValidationError) -> Response:
    """The answer to a request that the models don't accept."""
    return problem_of(invalid_fields(fault), request.path, 0)


def _describe_refusals(kinds: Sequence[type[Refusal]]) -> dict[str, Any]:
    """The answer of one status: which refusals it can be."""
    codes = sorted({kind.code for kind in kinds})
    told = {kind.code: kind.title for kind in kinds}
    schema = {"allOf": [PROBLEM_SCHEMA], "properties": {"code": {"enum": codes}}}
    return {
        "description": "; ".join(f"`{code}`: {told[code]}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


class Routes:
    """Registers views with who may use them, and documents what they answer and refuse."""

    def __init__(self, app: OpenAPI, tag: str, description: str) -> None:
        self._app, self._tag, self._edge = app, Tag(name=tag, description=description), edge_of(app)

    def add(  # noqa: PLR0913  a route has these parts
        self,
        method: str,
        rule: str,
        access: Access,
        answers: Mapping[int, type[BaseModel] | dict[str, Any]],
        refusals: Sequence[type[Refusal]] = (),
        *,
        batch: bool = False,
        **options: Any,  # noqa: ANN401  werkzeug's own options of a rule
    ) -> Callable[[View], View]:
        """Register a view for one method and path. What every such route refuses is documented by itself."""

        def keep(view: View) -> View:
            kinds = [*refusals, *_common_refusals(method, access, view)]
            responses: dict[str | int, Any] = {str(status): model for status, model in answers.items()}
            for status in sorted({kind.status for kind in kinds}):
                responses[str(status)] = _describe_refusals([kind for kind in kinds if kind.status == status])
            register = getattr(self._app, method)
            documented = {"tags": [self._tag], "security": access.security, "responses": responses}
            registered: View = register(rule, **documented, **options)(view)
            self._edge.access[view.__name__] = access
            if batch:
                self._edge.batch.add(view.__name__)
            return registered

        return keep

    def page(
        self, rule: str, access: Access = ANYONE, refusals: Sequence[type[Refusal]] = ()
    ) -> Callable[[View], View]:
        """Register a view that answers with a page. What it refuses is shown to browsers as a page, too."""
        return self.add("get", rule, access, {200: HTML}, refusals)


def _common_refusals(method: str, access: Access, view: View) -> list[type[Refusal]]:
    """What any route of this method and access may refuse."""
    kinds: list[type[Refusal]] = [TooFast, InvalidRequest, Busy]
    if method != "get":
        kinds += [MalformedRequest, TooLarge]
    if access.kind != "anyone":
        kinds.append(Unauthenticated)
    if access.kind in ("key", "either") or (access.kind in ("member", "page") and method != "get"):
        kinds.append(Forbidden)
    if view.__annotations__.get("header") in (KeyRequired, KeyAllowed):
        kinds.append(KeyReused)
    return kinds
