"""The contexts that credentials name, kept here byte for byte and pinned by their hashes. Nothing is ever fetched.

`credentials-v2.json` is the W3C's (vc-data-model, contexts/credentials/v2), `ob-3.0.3.json` is 1EdTech's
(openbadges-specification, ob_v3p0/context-3.0.3.json), `ob-extensions.json` what 1EdTech serves for it.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
ALL = (CREDENTIALS, OPEN_BADGES, EXTENSIONS)
"""What every credential names, in this order."""
PINNED: Mapping[str, tuple[str, str]] = {
    CREDENTIALS: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    OPEN_BADGES: ("ob-3.0.3.json", "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761"),
    EXTENSIONS: ("ob-extensions.json", "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93"),
}


class UnknownContext(ValueError):  # noqa: N818  said of what somebody shows, like a refusal
    """A credential names a context that is not kept here, or that was changed."""


@cache
def read_context(address: str) -> Mapping[str, Any]:
    """A context by its address. UnknownContext for any other, and for one whose bytes are not the pinned ones."""
    if address not in PINNED:
        raise UnknownContext(f"{address} is no context of an Open Badges 3.0 credential.")
    name, pinned = PINNED[address]
    text = (Path(__file__).parent / name).read_bytes()
    if sha256(text).hexdigest() != pinned:
        raise UnknownContext(f"{name} is not what was pinned.")
    document: Mapping[str, Any] = orjson.loads(text)["@context"]
    return document


def terms(addresses: tuple[str, ...]) -> frozenset[str]:
    """The types and properties that contexts define, those inside of their types included."""
    found: set[str] = set()
    for address in addresses:
        _collect(read_context(address), found)
    return frozenset(found)


def _collect(context: Mapping[str, Any], found: set[str]) -> None:
    for term, meaning in context.items():
        if not term.startswith("@"):
            found.add(term)
        if isinstance(meaning, Mapping) and isinstance(meaning.get("@context"), Mapping):
            _collect(meaning["@context"], found)
