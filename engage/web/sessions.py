"""Sessions of hosted pages: a member's token in a cookie, renewed while it is in use, ended by signing out.

Browsers send a cookie along whoever asks. So a request that has nothing but the cookie, and may change something, has
to show that a page of ours made it: a header that no form and no other site can send, and this very origin.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engage.kernel.clock import Clock
from engage.kernel.ids import random_id
from engage.kernel.refusals import Forbidden, Unauthenticated
from engage.storage.work import Work
from engage.web.cookies import Cookies
from engage.web.credentials import CACHE_SIZE, MAX_TTL_SECONDS, SECOND_MS, TokenSigner
from engage.web.tables import page_session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

COOKIE = "engage"
AUDIENCE = "engage:page"
PAGE_HEADER = "X-Engage-Page"
ANY_PAGE = "1"
HIDDEN = "null"
"""The origin that browsers tell of a form on a page that sends no referrer, such as each of ours."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
RENEW_MS = 600 * SECOND_MS
SESSION_MS = 12 * 3600 * SECOND_MS
LOOK_MS = 30 * SECOND_MS
"""How long a session that was ended on another process may still be taken for alive here."""


@dataclass(frozen=True, slots=True)
class PageSession:
    """A browser in which a member is signed in. Instants are milliseconds.

    The token in its cookie was issued at `issued_ms` and holds until `expires_ms`; renewing it ends with `ends_ms`.
    """

    id: str
    member: str
    issued_ms: int
    expires_ms: int
    ends_ms: int


class PageSessions:
    """Reads the cookies of hosted pages."""

    def __init__(self, signer: TokenSigner, cookies: Cookies, reader: sa.Engine, clock: Clock) -> None:
        self._signer, self._cookies, self._reader, self._clock = signer, cookies, reader, clock
        self._known: dict[str, tuple[PageSession, int]] = {}

    def has_cookie(self, environ: "WSGIEnvironment") -> bool:
        """Whether the request comes with the cookie of a session, of whatever worth."""
        return bool(self._cookie(environ))

    def require(self, environ: "WSGIEnvironment") -> PageSession:
        """The session of a request of a page.

        Refuses with Unauthenticated, also if the page names another member than the cookie, then with Forbidden unless
        it is safe or a page of this server made it.
        """
        session = self._require_alive(self._cookie(environ))
        _require_same_member(environ.get("HTTP_X_ENGAGE_PAGE", ANY_PAGE), session.member)
        if environ["REQUEST_METHOD"] not in SAFE_METHODS:
            self._require_own_page(environ)
        return session

    def require_socket(self, environ: "WSGIEnvironment", member: str) -> PageSession:
        """The session of a socket that is being opened by a page, which may name its member.

        Refuses with Unauthenticated, then with Forbidden unless the page is one of this server: a WebSocket takes
        cookies along from anywhere.
        """
        session = self._require_alive(self._cookie(environ))
        _require_same_member(member or ANY_PAGE, session.member)
        if not self.is_own_origin(environ):
            raise Forbidden(f"A socket with a cookie is for pages of {self._cookies.origin} only.")
        return session

    def find_known(self, environ: "WSGIEnvironment") -> str | None:
        """The member, if `require` would give a session that was looked at lately and needs no renewal."""
        known = self._known.get(self._cookie(environ))
        if known is None:
            return None
        session, until = known
        now = self._clock.now_ms()
        if now >= until or now >= session.issued_ms + RENEW_MS:
            return None
        named = environ.get("HTTP_X_ENGAGE_PAGE")
        is_ours = named in (ANY_PAGE, session.member) and self.is_own_origin(environ)
        return session.member if is_ours else None

    def is_own_origin(self, environ: "WSGIEnvironment") -> bool:
        """Whether the browser says that a page of this very origin made the request.

        On http, which is for the own machine, that is whatever name the machine was called by.
        """
        origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
        if site not in (None, "same-origin"):
            return False
        if origin in (None, HIDDEN):
            return site is not None
        if origin == self._cookies.origin:
            return True
        return not self._cookies.is_https and origin == f"http://{environ.get('HTTP_HOST', '')}"

    def open(self, work: Work, member: str) -> PageSession:
        """Begin a session, within the transaction of `work`."""
        ends_ms = work.now_ms + SESSION_MS
        id_ = random_id("ses")
        row = {"id": id_, "member": member, "began_at": work.now_ms, "ends_at": ends_ms}
        work.connection.execute(page_session.insert().values(row))
        return PageSession(id_, member, work.now_ms, _expiry(work.now_ms, ends_ms), ends_ms)

    def cookie_of(self, session: PageSession) -> str:
        """The `Set-Cookie` header that carries a session."""
        claims: dict[str, str | int] = {
            "sid": session.id,
            "sub": session.member,
            "iat": session.issued_ms // SECOND_MS,
            "exp": session.expires_ms // SECOND_MS,
            "end": session.ends_ms // SECOND_MS,
        }
        seconds = (session.expires_ms - session.issued_ms) // SECOND_MS
        return self._cookies.keep(self._cookies.name(COOKIE), self._signer.sign(AUDIENCE, claims), seconds)

    def renew(self, session: PageSession) -> PageSession | None:
        """The session with a token of now, if the old one is ten minutes old and a new one lasts longer."""
        now = self._clock.now_ms() // SECOND_MS * SECOND_MS
        expires_ms = _expiry(now, session.ends_ms)
        if now < session.issued_ms + RENEW_MS or expires_ms < session.expires_ms + RENEW_MS:
            return None
        return PageSession(session.id, session.member, now, expires_ms, session.ends_ms)

    def end(self, work: Work, environ: "WSGIEnvironment") -> None:
        """End the session whose cookie comes with a request, if there is one."""
        value = self._cookie(environ)
        self._known.pop(value, None)
        session = self._find(value)
        if session is not None:
            work.connection.execute(page_session.delete().where(page_session.c.id == session.id))

    @property
    def forgotten(self) -> str:
        """The `Set-Cookie` header that takes the cookie away."""
        return self._cookies.keep(self._cookies.name(COOKIE), "", 0)

    def _cookie(self, environ: "WSGIEnvironment") -> str:
        return self._cookies.find(environ.get("HTTP_COOKIE", ""), COOKIE)

    def _require_alive(self, value: str) -> PageSession:
        now = self._clock.now_ms()
        session, until = self._known.get(value, (None, 0))
        if session is not None and now < until:
            return session
        session = self._find(value)
        if session is None or not self._is_kept(session):
            self._known.pop(value, None)
            raise Unauthenticated("You are not signed in any more. Sign in again.")
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[value] = (session, min(now + LOOK_MS, session.expires_ms))
        return session

    def _is_kept(self, session: PageSession) -> bool:
        query = sa.select(page_session.c.member).where(page_session.c.id == session.id)
        with self._reader.connect() as connection:
            return connection.execute(query).scalar_one_or_none() == session.member

    def _find(self, value: str) -> PageSession | None:
        """What a cookie says, if it was made here and has not expired."""
        claims = self._signer.read(AUDIENCE, value)
        if claims is None:
            return None
        issued, expires, ends = (int(claims[name]) * SECOND_MS for name in ("iat", "exp", "end"))
        if self._clock.now_ms() >= expires:
            return None
        return PageSession(claims["sid"], claims["sub"], issued, expires, ends)

    def _require_own_page(self, environ: "WSGIEnvironment") -> None:
        if "HTTP_X_ENGAGE_PAGE" not in environ:
            raise Forbidden(f"With a cookie this takes the header {PAGE_HEADER}: 1, which only pages of ours send.")
        if not self.is_own_origin(environ):
            raise Forbidden(
                f"With a cookie this is for pages of {self._cookies.origin} only. "
                "If that is not the address that members use, set ENGAGE_BASE_URL."
            )


def end_sessions_of(work: Work, member: str) -> None:
    """End all sessions of a member, on whatever device; a device notices within seconds."""
    work.connection.execute(page_session.delete().where(page_session.c.member == member))


def forget_ended_sessions(work: Work) -> None:
    """Remove the sessions whose time is over."""
    work.connection.execute(page_session.delete().where(page_session.c.ends_at <= work.now_ms))


def _expiry(now_ms: int, ends_ms: int) -> int:
    """When a token of now ends: with the hour, or with the session."""
    return min(now_ms + MAX_TTL_SECONDS * SECOND_MS, ends_ms)


def _require_same_member(named: str, member: str) -> None:
    if named not in (ANY_PAGE, member):
        raise Unauthenticated("Somebody else is signed in in this browser now. Load the page again.", changed=True)
