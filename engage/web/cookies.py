"""Cookies of the hosted pages: never read by scripts, never sent along by other sites, never shared with other hosts.

Over https their names begin with `__Host-`, so that no neighbouring host can plant one. A browser takes such a name
only over https; on http, which is for the own machine, names are plain.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from werkzeug.http import dump_cookie

SECURE_PREFIX = "__Host-"
DEFAULT_PORTS = {"http": 80, "https": 443}


class Cookies:
    """The cookies of one deployment, which members reach at `base_url`."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self.is_https = address.scheme == "https"
        self._prefix = SECURE_PREFIX if self.is_https else ""
        self.origin = _origin(address.scheme, address.hostname or "", address.port)

    def name(self, plain: str) -> str:
        """What a cookie is called here."""
        return self._prefix + plain

    def find_all(self, header: str, plain: str) -> Iterator[tuple[str, str]]:
        """Name and value of each cookie in a `Cookie` header whose name begins with this one."""
        start = self.name(plain)
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            if name.startswith(start):
                yield name, value

    def find(self, header: str, plain: str) -> str:
        """The value of this cookie, empty if there is none. Browsers put `; ` between two."""
        start = f"{self._prefix}{plain}="
        if not header.startswith(start):
            _, found, header = header.partition("; " + start)
            if not found:
                return ""
            start = ""
        return header[len(start) :].partition(";")[0].rstrip()

    def keep(self, name: str, value: str, seconds: int) -> str:
        """The `Set-Cookie` header that keeps a value for so long; 0 seconds forget it."""
        return dump_cookie(name, value, max_age=seconds, path="/", secure=self.is_https, httponly=True, samesite="Lax")


def _origin(scheme: str, host: str, port: int | None) -> str:
    """An origin as browsers write it: without the port that goes without saying, IPv6 addresses in brackets."""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port in (None, DEFAULT_PORTS.get(scheme)) else f"{scheme}://{shown}:{port}"
