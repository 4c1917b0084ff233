"""Handing a member over from the brand's site to a hosted page, without a secret that could be used by anybody else.

The page gives the browser a `state`; the brand's server, which knows the member, asks for a code bound to it; the
browser brings the code back. It works once, within a minute, and only in the browser that holds the state.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from engage.kernel.entropy import random_bytes
from engage.kernel.refusals import Unauthenticated
from engage.storage.work import Work
from engage.web.cookies import Cookies
from engage.web.tables import handover

HOME = "/prizes"
"""Where somebody goes who did not want to go anywhere."""
STATE_COOKIE = "engage-state-"
STATE_SECONDS = 600
STATE_PATTERN = r"^[A-Za-z0-9_-]{32,200}$"
MAX_STATES = 8
CODE_MS = 60_000
CODE_BYTES = 32
MAX_PATH = 512
OWN_PATH = re.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?")
"""A slash and no second one, visible ASCII, no backslash, which browsers take for a slash."""


@dataclass(frozen=True)
class Waiting:
    """A browser that was sent to the brand: its cookie, and where the member wanted to go."""

    cookie: str
    path: str


@dataclass(frozen=True)
class Departure:
    """Where a browser goes to sign in, and the `Set-Cookie` headers it goes with."""

    location: str
    cookies: tuple[str, ...]


def is_own_path(path: str) -> bool:
    """Whether a text is a path on this server, and nothing that a browser could take for another host."""
    return len(path) <= MAX_PATH and OWN_PATH.fullmatch(path) is not None


class Doorway:
    """Sends browsers to the brand's sign-in address and knows those that come back."""

    def __init__(self, sign_in_url: str, cookies: Cookies) -> None:
        self._url, self._cookies = sign_in_url, cookies

    def leave(self, path: str, cookie_header: str, *, switch: bool = False) -> Departure:
        """Send a browser off that wants to go to `path`, which has to be an own one.

        With `switch` the brand is asked to let the member be somebody else. Refuses with Unauthenticated where no
        sign-in address is set.
        """
        assert is_own_path(path), "whoever calls this has looked"
        if not self._url:
            raise Unauthenticated("Open this page from the brand's app or site, which signs you in.")
        state = urlsafe_b64encode(random_bytes(32)).rstrip(b"=").decode()
        asked = {"return": path, "state": state} | ({"switch": "1"} if switch else {})
        joint = "&" if urlsplit(self._url).query else "?"
        value = f"{state}.{urlsafe_b64encode(path.encode()).decode()}"
        name = self._cookies.name(STATE_COOKIE + state[:8])
        return Departure(
            f"{self._url}{joint}{urlencode(asked)}",
            (self._cookies.keep(name, value, STATE_SECONDS), *self._forget_crowd(cookie_header)),
        )

    def find_waiting(self, cookie_header: str) -> dict[str, Waiting]:
        """The states that this browser was sent off with, by their hashes, as the browser puts them: oldest first."""
        found = {}
        for name, value in self._cookies.find_all(cookie_header, STATE_COOKIE):
            state, _, packed = value.partition(".")
            path = _unpack(packed)
            if re.fullmatch(STATE_PATTERN, state) and is_own_path(path):
                found[_hash(state)] = Waiting(name, path)
        return found

    def forget(self, waiting: Waiting) -> str:
        """The `Set-Cookie` header that takes a state away, since it has been used."""
        return self._cookies.keep(waiting.cookie, "", 0)

    def _forget_crowd(self, cookie_header: str) -> list[str]:
        """A browser that is sent off again and again keeps its last few states, so that its headers stay short."""
        names = [name for name, _ in self._cookies.find_all(cookie_header, STATE_COOKIE)]
        return [self._cookies.keep(name, "", 0) for name in names[: max(0, len(names) - MAX_STATES + 1)]]


def _unpack(packed: str) -> str:
    try:
        return urlsafe_b64decode(packed).decode()
    except (NotBase64, UnicodeDecodeError, ValueError):
        return ""


def create_code(work: Work, member: str, state: str) -> tuple[str, int]:
    """A code that signs this member in, once, within 60 s, in the browser that holds `state`; and when it ends (ms)."""
    code, expires_at = random_bytes(CODE_BYTES).hex(), work.now_ms + CODE_MS
    row = {"code_hash": _hash(code), "state_hash": _hash(state), "member": member, "expires_at": expires_at}
    work.connection.execute(handover.insert().values(row))
    return code, expires_at


def use_code(work: Work, code: str, waiting: Mapping[str, Waiting]) -> tuple[str, Waiting] | None:
    """The member of a code, and the browser's state that it was made for; None if it is of no use in this browser.

    Whoever asks first uses it up, wherever they ask from, since the row is gone with the asking.
    """
    taken = handover.delete().where(handover.c.code_hash == _hash(code))
    row = work.connection.execute(
        taken.returning(handover.c.member, handover.c.state_hash, handover.c.expires_at)
    ).one_or_none()
    if row is None or work.now_ms >= row.expires_at or row.state_hash not in waiting:
        return None
    return row.member, waiting[row.state_hash]


def forget_codes_of(work: Work, member: str) -> None:
    """Have the codes of a member sign nobody in."""
    work.connection.execute(handover.delete().where(handover.c.member == member))


def forget_old_codes(work: Work) -> None:
    """Remove the codes whose minute is over."""
    work.connection.execute(handover.delete().where(handover.c.expires_at <= work.now_ms))


def _hash(secret: str) -> str:
    """What is stored of a secret of 256 random bits, of which a plain hash tells nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
