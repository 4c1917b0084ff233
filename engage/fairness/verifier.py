"""Check an export of plays offline, trusting nobody: `python verifier.py FILE [--bundle FILE] [--key FINGERPRINT]`.

This one file needs only Python 3.11 and its standard library. It holds every step of `draw/1` and `deck/1`, and the
server draws with the very same functions. Law: what is not proven by what stands in the file is not called proven.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256, sha512
from hmac import digest as hmac_digest
from itertools import accumulate, count
from pathlib import Path
from typing import Any, NamedTuple, TextIO, TypeAlias

MAX_INTEGER = 2**53 - 1
MAX_U32 = 2**32 - 1
MAX_CARDS = 1_000_000
NO_PRIZE = "none"
ZERO_HASH = bytes(32)
LOOK_PARTS = 1_000_000
"""The pointer's place inside a slice is told in millionths of the slice."""

_ALL_WORDS = 2**64

# ---------------------------------------------------------------------------------------------- building blocks


@cache
def tag(label: str) -> bytes:
    """The ASCII bytes of a label, then a zero byte, so that no hash for one purpose can serve another."""
    return label.encode("ascii") + b"\x00"


def lp(*parts: bytes) -> bytes:
    """Each part with its length before it (u32, big-endian), so that no two rows of parts look alike."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


def canonical(value: object) -> bytes:
    """RFC 8785 canonical JSON of a value whose keys are ASCII and whose numbers are integers up to 2^53 − 1.

    For such values Python's order of keys (by code point) and its escapes are those of RFC 8785. TypeError for
    anything else; UnicodeEncodeError for text that is not Unicode (a lone surrogate).
    """
    _require_canonical(value)
    return _canonical(value)


def _require_canonical(value: object) -> None:
    match value:
        case str() | bool() | None:
            return
        case int() if -MAX_INTEGER <= value <= MAX_INTEGER:
            return
        case list() | tuple():
            for item in value:
                _require_canonical(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise TypeError("canonical JSON has ASCII keys only")
                _require_canonical(item)
        case _:
            raise TypeError("canonical JSON holds text, integers up to 2^53 − 1, true, false, null, lists and objects")


_CANONICAL_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def _canonical(value: object) -> bytes:
    """As `canonical`, for a value that is known to have a canonical form."""
    return _CANONICAL_ENCODER.encode(value).encode()


def words(key: bytes, label: str, *parts: bytes) -> Iterator[int]:
    """An endless stream of u64: block k is HMAC-SHA256(key, tag(label) ‖ lp(parts…, u32(k))), four words a block."""
    message = tag(label) + lp(*parts)
    for k in count():
        block = hmac_digest(key, message + lp(u32(k)), "sha256")
        for at in (0, 8, 16, 24):
            yield int.from_bytes(block[at : at + 8], "big")


def below(stream: Iterator[int], n: int) -> int:
    """A number 0 … n − 1, each as likely as any other: the first word below the greatest multiple of n, modulo n."""
    limit = _ALL_WORDS - _ALL_WORDS % n
    return next(word for word in stream if word < limit) % n


def signed_message(label: str, payload: bytes) -> bytes:
    """What is signed: tag(label) ‖ payload, so that no signature can be passed off as one over something else."""
    return tag(label) + payload


# ------------------------------------------------------------------------------------- Merkle trees (RFC 6962 §2.1)

EMPTY_HEAD = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """A tree to which leaves are only added; keeps the roots of its complete subtrees, O(log n) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        position = self.size
        while position & 1:
            leaf = node_hash(self._roots.pop(), leaf)
            position >>= 1
        self._roots.append(leaf)
        self.size += 1

    def head(self) -> bytes:
        """The head of the leaves so far; that of no leaf is the hash of nothing."""
        if not self._roots:
            return EMPTY_HEAD
        head = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            head = node_hash(left, head)
        return head


def tree_head(leaf_hashes: Iterable[bytes]) -> bytes:
    """The head of the tree over these leaves, in order."""
    tree = GrowingTree()
    for leaf in leaf_hashes:
        tree.add(leaf)
    return tree.head()


def audit_path(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` up to the head, from the leaf up. IndexError if there is no such leaf."""
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"no leaf {index} among {len(leaf_hashes)}")
    path, level = [], list(leaf_hashes)
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level = _level_above(level)
        index >>= 1
    return path


def _level_above(level: list[bytes]) -> list[bytes]:
    """The next level of the tree; a node without a sibling is carried up as it is."""
    above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return above + level[len(level) - len(level) % 2 :]


def path_head(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The head to which a path leads from a leaf in a tree of `size` leaves (RFC 9162 §2.1.3.2).

    None if the path has another length than a path from there has, or if there is no such leaf.
    """
    if not 0 <= index < size:
        return None
    head, last, rest = leaf, size - 1, iter(path)
    while last:
        if index & 1 or index < last:
            sibling = next(rest, None)
            if sibling is None:
                return None
            head = node_hash(sibling, head) if index & 1 else node_hash(head, sibling)
        index >>= 1
        last >>= 1
    return head if next(rest, None) is None else None


def consistency_path(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree over these leaves begins with its first `old_size` ≥ 1 leaves (RFC 6962 §2.1.2).

    IndexError if there are not so many leaves.
    """
    if not 0 < old_size <= len(leaf_hashes):
        raise IndexError(f"no tree of {old_size} among {len(leaf_hashes)} leaves")
    start, end, path, is_known = 0, len(leaf_hashes), [], True
    while end > old_size:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old_size <= middle:
            path.append(tree_head(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(tree_head(leaf_hashes[start:middle]))
            start, is_known = middle, False
    if not is_known:
        path.append(tree_head(leaf_hashes[start:end]))
    return path[::-1]


def check_consistency(old_size: int, old_head: bytes, new_size: int, new_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree of the new head begins with that of the old (RFC 9162 §2.1.4.2).

    Every tree begins with the empty one, which needs no path.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size in {0, new_size}:
        return not path and old_head == (new_head if old_size else EMPTY_HEAD)
    old_last, new_last = old_size - 1, new_size - 1
    while old_last & 1:
        old_last >>= 1
        new_last >>= 1
    rest = iter(path if old_last else (old_head, *path))
    old = new = next(rest, b"")
    for sibling in rest:
        if not new_last:
            return False
        if old_last & 1 or old_last == new_last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while old_last and not old_last & 1:
                old_last >>= 1
                new_last >>= 1
        else:
            new = node_hash(new, sibling)
        old_last >>= 1
        new_last >>= 1
    return (old, new, new_last) == (old_head, new_head, 0)


# ---------------------------------------------------------------------------------------------- rules and epochs


def rules_hash(rules: bytes) -> bytes:
    """R: the hash of the canonical bytes of a rules document."""
    return sha256(tag("draw/1 rules") + rules).digest()


def client_commitment(client_seed: bytes) -> bytes:
    """Cc: what a member's page sends of its seed before the server makes its own."""
    return sha256(tag("draw/1 client") + client_seed).digest()


def server_commitment(  # noqa: PLR0913  these are what an epoch consists of
    game: str, rules_hash: bytes, member: str, epoch: str, client_commitment: bytes, server_seed: bytes
) -> bytes:
    """Cs: binds the server's seed to one epoch of one member under these very rules, after Cc was known."""
    bound = lp(game.encode(), rules_hash, member.encode(), epoch.encode(), client_commitment, server_seed)
    return sha256(tag("draw/1 server") + bound).digest()


# ------------------------------------------------------------------------------------------------------- a play


def draw_ticket(  # noqa: PLR0913  a draw depends on these and on nothing else
    server_seed: bytes, rules_hash: bytes, epoch: str, client_seed: bytes, nonce: int, total_weight: int
) -> int:
    """r: the ticket of play `nonce` of an epoch, 0 … total_weight − 1, where the total is less than 2^32."""
    return _pick(server_seed, "draw/1 spin", (rules_hash, epoch.encode(), client_seed, u64(nonce)), total_weight)


def look_ppm(server_seed: bytes, rules_hash: bytes, epoch: str, client_seed: bytes, nonce: int) -> int:
    """Where the pointer rests inside the slice, in millionths of the slice. Decides nothing."""
    return _pick(server_seed, "draw/1 look", (rules_hash, epoch.encode(), client_seed, u64(nonce)), LOOK_PARTS)


def deck_start(  # noqa: PLR0913  a draw depends on these and on nothing else
    server_seed: bytes, rules_hash: bytes, epoch: str, client_seed: bytes, nonce: int, cards: int
) -> int:
    """The serial, 0 … cards − 1, from which play `nonce` of an epoch looks for the first unsold card."""
    return _pick(server_seed, "deck/1 pick", (rules_hash, epoch.encode(), client_seed, u64(nonce)), cards)


def _pick(key: bytes, label: str, parts: tuple[bytes, ...], n: int) -> int:
    """below(words(key, label, parts…), n), which hardly ever needs more than the first word."""
    block = hmac_digest(key, tag(label) + lp(*parts, b"\x00\x00\x00\x00"), "sha256")
    word = int.from_bytes(block[:8], "big")
    return word % n if word < _ALL_WORDS - n else below(words(key, label, *parts), n)


def slot_of(cumulative_weights: Sequence[int], ticket: int) -> int | None:
    """The place of the first slot whose cumulative weight is greater than the ticket; None if there is none."""
    return next((place for place, bound in enumerate(cumulative_weights) if bound > ticket), None)


# ------------------------------------------------------------------------------------------------ sealed decks


def deck_rules_hash(deck: str, counts: Sequence[Sequence[str | int]], n: int) -> bytes:
    """RD: the hash of what a deck is made of. `counts`: pairs of a prize and how many cards hold it."""
    document = {"alg": "deck/1", "counts": counts, "deck": deck, "n": n}
    return sha256(tag("deck/1 rules") + canonical(document)).digest()


def deck_commitment(deck: str, deck_rules: bytes, deck_seed: bytes) -> bytes:
    """Cd: what is published of a deck's seed before the first sale."""
    return sha256(tag("deck/1 seed") + lp(deck.encode(), deck_rules, deck_seed)).digest()


def deck_key(deck_rules: bytes, deck_seed: bytes) -> bytes:
    """K: the key of a deck's order and salts."""
    return hmac_digest(deck_seed, tag("deck/1 key") + lp(deck_rules), "sha256")


def deck_order(key: bytes, deck: str, counts: Iterable[tuple[str, int]]) -> list[str]:
    """The prize of each serial: Fisher–Yates over the expanded counts, from the last card down."""
    order = [prize for prize, k in counts for _ in range(k)]
    stream = words(key, "deck/1 shuffle", deck.encode())
    for i in range(len(order) - 1, 0, -1):
        j = below(stream, i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def card_salt(key: bytes, serial: int) -> bytes:
    """The secret that hides what a card holds until it is sold."""
    return hmac_digest(key, tag("deck/1 salt") + u32(serial), "sha256")


def card_leaf(deck: str, serial: int, prize: str, salt: bytes) -> bytes:
    """The leaf of a card in the tree whose root is published before the first sale."""
    return leaf_hash(lp(deck.encode(), u32(serial), prize.encode(), salt))


class Shelf:
    """The unsold cards of a deck of n: a union-find in which each sold serial points to one after it.

    Serial n is an end that is never sold. Paths are halved as they are walked, so a sale takes O(log n) amortised.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self._next = list(range(n + 1))

    def first_unsold(self, start: int) -> int | None:
        """The first unsold serial ≥ start, wrapping around; None if all are sold."""
        serial = self._from(start)
        if serial == self.n:
            serial = self._from(0)
        return serial if serial < self.n else None

    def sell(self, serial: int) -> None:
        """Mark a serial 0 … n − 1 as sold."""
        self._next[serial] = serial + 1

    def _from(self, serial: int) -> int:
        after = self._next
        while after[serial] != serial:
            after[serial] = after[after[serial]]
            serial = after[serial]
        return serial


# ---------------------------------------------------------------------------------------------------- receipts


def receipt_leaf(receipt: dict[str, Any]) -> bytes:
    """The leaf of a receipt without its seal, which the next receipt of its game names as `prev`."""
    return leaf_hash(canonical(receipt))


def receipts_message(size: int, root: bytes) -> bytes:
    """What is signed over the receipts of one commit: their number and the root of their tree."""
    return signed_message("engage receipts", u32(size) + root)


# ------------------------------------------------------------------------------------------- Ed25519 (RFC 8032)

_P = 2**255 - 19
"""The field's prime."""
_L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point."""
_D = -121665 * pow(121666, -1, _P) % _P
"""The curve is −x² + y² = 1 + d·x²·y²."""
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)

_PUBLIC_BYTES = 32
_SIGNATURE_BYTES = 64

_Extended: TypeAlias = tuple[int, int, int, int]
"""A point (x, y) as X = x·Z, Y = y·Z, Z, T = x·y·Z (RFC 8032 §5.1.4)."""
_Prepared: TypeAlias = tuple[int, int, int]
"""A point (x, y) as y + x, y − x, 2·d·x·y: what an addition needs of it."""
_NEUTRAL: _Extended = (0, 1, 1, 0)


class PublicKey:
    """An Ed25519 public key from its 32 bytes. ValueError if they are not the canonical encoding of a point."""

    def __init__(self, public: bytes) -> None:
        _decode_point(public)
        self.public = public
        self.fingerprint = sha256(public).hexdigest()

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether S·B = R + k·A, without cofactor; False for S ≥ L and for encodings that are not canonical.

        R is compared as it is encoded, so another encoding of the same point is refused. A key's first call makes a
        table in about 50 ms; after that a signature takes about 0.5 ms.
        """
        if len(signature) != _SIGNATURE_BYTES:
            return False
        s = int.from_bytes(signature[32:], "little")
        if s >= _L:
            return False
        k = int.from_bytes(sha512(signature[:32] + self.public + message).digest(), "little") % _L
        point = _add_multiples(_add_multiples(_NEUTRAL, _base_table(), s), _negated_table(self.public), k)
        return _encode_point(point) == signature[:32]


def _decode_point(encoded: bytes) -> tuple[int, int]:
    """The point (x, y) that 32 bytes stand for (RFC 8032 §5.1.3). ValueError if they are not its one encoding."""
    number = int.from_bytes(encoded, "little")
    y, x_is_odd = number & (2**255 - 1), number >> 255
    if len(encoded) != _PUBLIC_BYTES or y >= _P:
        raise ValueError("not the canonical encoding of a point")
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT_OF_MINUS_1 % _P
    if v * x * x % _P != u or (x == 0 and x_is_odd):
        raise ValueError("not the canonical encoding of a point")
    return (_P - x if x & 1 != x_is_odd else x), y


def _encode_point(point: _Extended) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


def _add(point: _Extended, other: _Prepared) -> _Extended:
    """The sum of two points; right for all of them (RFC 8032 §5.1.4, with what the other needs prepared)."""
    x, y, z, t = point
    plus, minus, product = other
    a, b, c, d = (y - x) * minus % _P, (y + x) * plus % _P, t * product % _P, z + z
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _add_multiples(point: _Extended, table: list[list[_Prepared]], scalar: int) -> _Extended:
    """The point plus `scalar` times the table's: one addition for each byte of the scalar."""
    for row, byte in zip(table, scalar.to_bytes(32, "little"), strict=True):
        if byte:
            point = _add(point, row[byte])
    return point


def _multiples(x: int, y: int) -> list[list[_Prepared]]:
    """For i = 0 … 31 the multiples 0 … 255 of 256^i times a point."""
    table = []
    for _ in range(32):
        one = _prepare(x, y)
        points = [_NEUTRAL]
        for _ in range(256):
            points.append(_add(points[-1], one))
        *affines, (x, y) = _to_affine(points)
        table.append([_prepare(*affine) for affine in affines])
    return table


def _prepare(x: int, y: int) -> _Prepared:
    return (y + x) % _P, (y - x) % _P, 2 * _D * x * y % _P


def _to_affine(points: list[_Extended]) -> list[tuple[int, int]]:
    """Divide by Z in every point, with one inversion for all of them."""
    products = list(accumulate((z for _, _, z, _ in points), lambda a, b: a * b % _P, initial=1))
    inverse, affines = pow(products[-1], -1, _P), []
    for (x, y, z, _), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        one = inverse * before % _P
        affines.append((x * one % _P, y * one % _P))
        inverse = inverse * z % _P
    return affines[::-1]


@cache
def _base_table() -> list[list[_Prepared]]:
    """The multiples of the base point, whose y is 4/5 and whose x is even."""
    return _multiples(*_decode_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")))


@lru_cache(16)
def _negated_table(public: bytes) -> list[list[_Prepared]]:
    """The multiples of −A; kept, since an export and its bundle are signed by the same few keys."""
    x, y = _decode_point(public)
    return _multiples(-x, y)


# ------------------------------------------------------------------------- the format: what an export may hold

_Check: TypeAlias = Callable[[Any], str]
"""Says what is wrong with a value, as the end of a sentence; nothing if it is as it should be."""

_HEX_OF_32_BYTES = re.compile("[0-9a-f]{64}")
_BASE64URL_OF_64_BYTES = re.compile("[0-9A-Za-z_-]{86}")
_BASE64URL_OF_32_BYTES = re.compile("[0-9A-Za-z_-]{43}")
_TIME = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])[.]([0-9]{3})Z")
_DAY_MS = 86_400_000


def _text(value: object) -> str:
    if type(value) is not str or not value:
        return "is not a non-empty text"
    return "" if value.isascii() or _is_unicode(value) else "is not Unicode"


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _matching(pattern: re.Pattern[str], what: str) -> _Check:
    def check(value: object) -> str:
        return "" if type(value) is str and pattern.fullmatch(value) else f"is not {what}"

    return check


def _integer(low: int, high: int = MAX_INTEGER) -> _Check:
    def check(value: object) -> str:
        return "" if type(value) is int and low <= value <= high else f"is not an integer from {low} to {high}"

    return check


def _word(*allowed: str) -> _Check:
    def check(value: object) -> str:
        return "" if type(value) is str and value in allowed else f"is not {' or '.join(allowed)}"

    return check


def _nullable(inner: _Check) -> _Check:
    def check(value: object) -> str:
        return "" if value is None else inner(value)

    return check


def _list_of(inner: _Check) -> _Check:
    def check(value: object) -> str:
        if type(value) is not list:
            return "is not a list"
        return next((f"[{place}] {fault}" for place, item in enumerate(value) if (fault := inner(item))), "")

    return check


def _pair(first: _Check, second: _Check) -> _Check:
    def check(value: object) -> str:
        return first(value[0]) or second(value[1]) if type(value) is list and len(value) == 2 else "is not a pair"  # noqa: PLR2004  a pair is two

    return check


def _object(fields: dict[str, _Check]) -> _Check:
    """An object with exactly these keys."""
    names = frozenset(fields)

    def check(value: object) -> str:
        if type(value) is not dict:
            return "is not an object"
        if value.keys() != names:
            return _wrong_keys(value, names)
        return next((f"{name} {fault}" for name, inner in fields.items() if (fault := inner(value[name]))), "")

    return check


def _wrong_keys(value: dict[Any, Any], names: frozenset[str]) -> str:
    lacking = sorted(names - value.keys())
    unknown = sorted(str(name) for name in value.keys() - names)
    return f"has an unknown key {_cut(unknown[0])}" if unknown else f"lacks the key {lacking[0]}"


def _cut(text: str) -> str:
    """As much of somebody's text as a sentence can bear."""
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004  a line has about so many characters


def _time(value: object) -> str:
    is_time = type(value) is str and _TIME.fullmatch(value) and _days(value[:10]) is not None
    return "" if is_time else "is not a time written YYYY-MM-DDThh:mm:ss.sssZ"


@lru_cache(4096)
def _days(day: str) -> int | None:
    """The number of a day; None if no calendar has it."""
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return None


def _milliseconds(moment: str) -> int:
    """A time, which was found to be one, as milliseconds since the year 1."""
    days = _days(moment[:10])
    assert days is not None, "its format was checked"
    seconds = 3600 * int(moment[11:13]) + 60 * int(moment[14:16]) + int(moment[17:19])
    return days * _DAY_MS + 1000 * seconds + int(moment[20:23])


_hash = _matching(_HEX_OF_32_BYTES, "64 lower-case hexadecimal digits")
_signature = _matching(_BASE64URL_OF_64_BYTES, "a signature of 64 bytes in base64url")
_whole = _integer(0)
_positive = _integer(1)
_serial = _integer(0, MAX_CARDS - 1)

_check_rules = _object(
    {
        "alg": _word("draw/1", "deck/1"),
        "game": _text,
        "revision": _positive,
        "opens_at": _time,
        "closes_at": _time,
        "time_zone": _text,
        "prizes": _list_of(
            _object(
                {
                    "id": _text,
                    "kind": _word("points", "voucher", "goods", "turns"),
                    "points": _nullable(_whole),
                    "market_value_fen": _whole,
                    "units": _nullable(_whole),
                    "class": _positive,
                    "per_member": _nullable(_positive),
                }
            )
        ),
        "tables": _list_of(
            _object(
                {
                    "id": _whole,
                    "slots": _list_of(
                        _object(
                            {"slot": _text, "prize": _text, "else": _list_of(_text), "weight": _integer(1, MAX_U32)}
                        )
                    ),
                }
            )
        ),
        "guarantee": _nullable(_object({"class": _positive, "misses": _positive, "table": _whole})),
        "turns": _object({"free_per_day": _whole}),
        "limits": _object({"per_day": _nullable(_whole), "per_campaign": _nullable(_whole)}),
        "when_out": _word("end"),
        "deck": _nullable(
            _object(
                {
                    "id": _text,
                    "n": _integer(1, MAX_CARDS),
                    "counts": _list_of(_pair(_text, _integer(1, MAX_CARDS))),
                    "seed_commitment": _hash,
                    "root": _hash,
                }
            )
        ),
        "texts_hash": _hash,
    }
)

_check_epoch = _object(
    {
        "answer": _object(
            {
                "epoch": _text,
                "member": _text,
                "game": _text,
                "rules_hash": _hash,
                "client_commitment": _hash,
                "server_commitment": _hash,
                "opened_at": _time,
                "signature": _signature,
            }
        ),
        "client_seed": _nullable(_hash),
        "server_seed": _nullable(_hash),
    }
)

_CLAIMS: dict[str, _Check] = {
    "game": _text,
    "game_seq": _positive,
    "revision": _positive,
    "member": _text,
    "member_seq": _positive,
    "epoch": _text,
    "nonce": _whole,
    "prize": _text,
    "guarantee": _nullable(_object({"before": _whole, "after": _whole})),
    "played_at": _time,
}
"""What of a receipt is needed to check the receipts after it."""

_check_receipt = _object(
    _CLAIMS
    | {
        "v": _integer(1, 1),
        "play": _text,
        "alg": _word("draw/1", "deck/1"),
        "prev": _hash,
        "rules_hash": _hash,
        "nonce": _integer(0, 999),
        "client_seed": _hash,
        "table": _nullable(_whole),
        "ticket": _integer(0, MAX_U32 - 1),
        "slot": _nullable(_text),
        "passed": _list_of(_object({"prize": _text, "why": _word("out", "limit")})),
        "deck": _nullable(_object({"start": _serial, "salt": _hash, "path": _list_of(_hash)})),
        "seal": _object(
            {
                "index": _integer(0, MAX_U32),
                "size": _integer(1, MAX_U32),
                "path": _list_of(_hash),
                "signature": _signature,
            }
        ),
    }
)

_check_deck = _object({"id": _text, "seed": _hash, "sales": _list_of(_pair(_whole, _whole))})

_check_close = _object(
    {
        "game": _text,
        "plays": _whole,
        "head": _hash,
        "epochs": _whole,
        "rules": _list_of(_hash),
        "ended_at": _time,
        "signature": _signature,
    }
)


def _anything(_value: object) -> str:
    return ""


def _listed_key(value: object) -> str:
    """A JWK (RFC 8037 §2); it may have more members than an Ed25519 key needs, and other kinds are passed over."""
    if type(value) is not dict:
        return "is not an object"
    if (value.get("kty"), value.get("crv")) != ("OKP", "Ed25519"):
        return ""
    x = value.get("x")
    return "" if type(x) is str and _BASE64URL_OF_32_BYTES.fullmatch(x) else "x is not 32 bytes in base64url"


def _key_set(value: object) -> str:
    if type(value) is not dict or "keys" not in value:
        return "is not a set of keys"
    fault = _list_of(_listed_key)(value["keys"])
    return f"keys {fault}" if fault else ""


_check_export = _object(
    {
        "format": _word("engage-export/1"),
        "exported_at": _time,
        "keys": _key_set,
        "rules": _list_of(_anything),
        "epochs": _list_of(_anything),
        "receipts": _list_of(_anything),
        "decks": _list_of(_anything),
        "closes": _list_of(_anything),
    }
)


def _fault_of_rules(rules: Any) -> str:  # noqa: ANN401  any JSON may stand there
    """What is wrong with a rules document, taken for itself."""
    if fault := _check_rules(rules):
        return fault
    names = [prize["id"] for prize in rules["prizes"]]
    if len(set(names)) < len(names) or NO_PRIZE in names:
        return "has a prize twice, or one that is called none"
    if any(prize["units"] is None and prize["kind"] != "turns" for prize in rules["prizes"]):
        return "has a prize without end that is not turns"
    return _fault_of_tables(rules) if rules["alg"] == "draw/1" else _fault_of_counts(rules)


def _fault_of_tables(rules: dict[str, Any]) -> str:
    """What is wrong with the tables and the guarantee of a game by odds."""
    tables = {table["id"]: table["slots"] for table in rules["tables"]}
    if rules["deck"] is not None:
        return "has a deck beside its odds"
    if len(tables) < len(rules["tables"]) or 0 not in tables:
        return "has a table twice, or no table 0"
    known = {prize["id"] for prize in rules["prizes"]} | {NO_PRIZE}
    for number, slots in tables.items():
        if not slots or len({slot["slot"] for slot in slots}) < len(slots):
            return f"table {number} has no slot, or one twice"
        if sum(slot["weight"] for slot in slots) > MAX_U32:
            return f"the weights of table {number} add up to 2^32 or more"
        if any(prize not in known for slot in slots for prize in _chain(slot)):
            return f"table {number} names a prize that is not there"
    return _fault_of_guarantee(rules, tables)


def _fault_of_guarantee(rules: dict[str, Any], tables: dict[int, list[dict[str, Any]]]) -> str:
    guarantee = rules["guarantee"]
    if guarantee is None:
        return ""
    if guarantee["table"] not in tables:
        return "the guarantee names a table that is not there"
    classes = {prize["id"]: prize["class"] for prize in rules["prizes"]}
    promised = [prize for slot in tables[guarantee["table"]] for prize in _chain(slot)]
    if any(classes.get(prize, 0) < guarantee["class"] for prize in promised):
        return "the guarantee's table can pay less than the guarantee promises"
    return ""


def _chain(slot: dict[str, Any]) -> list[str]:
    """The prizes of a slot in the order in which it pays them."""
    return [slot["prize"], *slot["else"]]


def _fault_of_counts(rules: dict[str, Any]) -> str:
    """What is wrong with the deck of a deck game."""
    deck = rules["deck"]
    if deck is None or rules["tables"] or rules["guarantee"] is not None:
        return "has no deck, or tables or a guarantee beside it"
    counts = dict(deck["counts"])
    if len(counts) < len(deck["counts"]) or sum(counts.values()) != deck["n"]:
        return "the deck's counts name a prize twice or do not add up to n"
    if any(prize["per_member"] is not None for prize in rules["prizes"]):
        return "has a prize with a limit per member in a deck"
    units = {prize["id"]: prize["units"] for prize in rules["prizes"]}
    counts.pop(NO_PRIZE, None)
    if units != counts:
        return "the units of the prizes are not their counts in the deck"
    return ""


# ------------------------------------------------------------------------------------------ the parts of an export


class _Table(NamedTuple):
    """A table of slots. `bounds`: the cumulative weights, the last of which is the total."""

    slots: list[dict[str, Any]]
    bounds: list[int]

    @property
    def total(self) -> int:
        return self.bounds[-1]


class _Rules:
    """A rules document. `fault` is its own; `clash` is one with another document, which its hash does not show."""

    def __init__(self, place: str, document: Any) -> None:  # noqa: ANN401
        self.document = document
        self.place = place
        self.hash = _find_rules_hash(document)
        self.fault = _fault_of_rules(document)
        self.clash = ""
        if self.fault:
            return
        self.place = f"{document['game']} revision {document['revision']}"
        self.game: str = document["game"]
        self.revision: int = document["revision"]
        self.opens_ms = _milliseconds(document["opens_at"])
        self.closes_ms = _milliseconds(document["closes_at"])
        self.guarantee: dict[str, int] | None = document["guarantee"]
        self.deck: dict[str, Any] | None = document["deck"]
        self.prizes: dict[str, dict[str, Any]] = {prize["id"]: prize for prize in document["prizes"]}
        self.tables = {
            table["id"]: _Table(table["slots"], list(accumulate(slot["weight"] for slot in table["slots"])))
            for table in document["tables"]
        }

    def knows(self, prize: str) -> bool:
        """Whether this can be what a play came to."""
        return prize == NO_PRIZE or prize in self.prizes

    def class_of(self, prize: str) -> int:
        """The class of a prize; none has class 0."""
        return self.prizes[prize]["class"] if prize in self.prizes else 0

    def of_prize(self, prize: str, name: str) -> int | None:
        """How many `units` there are, or how often one member may win it (`per_member`); None is without end."""
        number: int | None = self.prizes[prize][name] if prize in self.prizes else None
        return number


def _find_rules_hash(document: object) -> str | None:
    """R in hex; None for what has no canonical form."""
    try:
        return rules_hash(canonical(document)).hex()
    except (TypeError, ValueError, RecursionError):
        return None


class _Epoch:
    """An epoch of an export: what was signed, and the seeds that are shown. `faults` are kept by step once found."""

    def __init__(self, place: str, document: Any) -> None:  # noqa: ANN401
        self.fault = _check_epoch(document)
        self.id = _text_in(document, "answer", "epoch")
        self.place = self.id or place
        self.faults: dict[str, str] = {}
        if self.fault:
            return
        self.answer: dict[str, Any] = document["answer"]
        self.game: str = self.answer["game"]
        self.rules_hash: str = self.answer["rules_hash"]
        self.opened_ms = _milliseconds(self.answer["opened_at"])
        self.client_seed: str | None = document["client_seed"]
        self.server_seed: str | None = document["server_seed"]


class _Receipt:
    """A receipt of an export. `can_be_followed`: what the receipts after it need of it can be read.

    `is_repeated`: the very same one stands before it.
    """

    def __init__(self, place: str, document: Any) -> None:  # noqa: ANN401
        self.document = document
        self.fault = _check_receipt(document)
        self.place = _text_in(document, "play") or place
        self.game = _text_in(document, "game")
        self.epoch = _text_in(document, "epoch")
        self.rules_hash = _text_in(document, "rules_hash")
        self.leaf = _find_leaf(document)
        self.can_be_followed = not self.fault or _can_be_followed(document)
        self.is_repeated = False


class _Deck:
    """The seed and the sales of a deck, which are shown once its game is over."""

    def __init__(self, place: str, document: Any) -> None:  # noqa: ANN401
        self.fault = _check_deck(document)
        self.id = _text_in(document, "id")
        self.place = self.id or place
        if self.fault:
            return
        self.seed = bytes.fromhex(document["seed"])
        self.sales: list[list[int]] = document["sales"]


class _Close:
    """The signed end of a game."""

    def __init__(self, place: str, document: Any) -> None:  # noqa: ANN401
        self.document = document
        self.fault = _check_close(document)
        self.place = _text_in(document, "game") or place


def _text_in(document: Any, *names: str) -> str:  # noqa: ANN401
    """The text under these names; nothing if there is none."""
    for name in names:
        document = document.get(name) if type(document) is dict else None
    return document if type(document) is str else ""


def _can_be_followed(receipt: Any) -> bool:  # noqa: ANN401
    if type(receipt) is not dict or not receipt.keys() >= _CLAIMS.keys():
        return False
    return not any(check(receipt[name]) for name, check in _CLAIMS.items())


def _find_leaf(receipt: Any) -> bytes:  # noqa: ANN401
    """The leaf of a receipt; nothing for what has no canonical form."""
    try:
        return receipt_leaf(_without(receipt, "seal"))
    except (TypeError, ValueError, RecursionError, AttributeError):
        return b""


def _without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != name}


class _File:
    """An export taken apart, whatever it is; each part knows what is wrong with its own form."""

    def __init__(self, export: Any) -> None:  # noqa: ANN401
        self.fault = _check_export(export)
        self.keys = export.get("keys") if type(export) is dict else None
        at = _text_in(export, "exported_at")
        self.exported_ms = None if _time(at) else _milliseconds(at)
        self.rules = [_Rules(*part) for part in _parts(export, "rules")]
        self.epochs = [_Epoch(*part) for part in _parts(export, "epochs")]
        self.receipts = [_Receipt(*part) for part in _parts(export, "receipts")]
        self.decks = [_Deck(*part) for part in _parts(export, "decks")]
        self.closes = [_Close(*part) for part in _parts(export, "closes")]
        self._name_parts()
        _find_clashes(self.rules)
        _find_repeated(self.receipts)
        self.plays = Counter(receipt.game for receipt in self.receipts if not receipt.is_repeated)

    def _name_parts(self) -> None:
        self.rules_by_hash = {rules.hash: rules for rules in reversed(self.rules) if rules.hash}
        self.epochs_by_id = {epoch.id: epoch for epoch in self.epochs if epoch.id}
        self.decks_by_id = {deck.id: deck for deck in self.decks if deck.id}
        self.complete = {close.document["game"] for close in self.closes if not close.fault}
        self.played = {receipt.epoch for receipt in self.receipts if receipt.epoch}
        self.referred = {receipt.rules_hash for receipt in self.receipts}

    def unplayed_epochs(self) -> list[_Epoch]:
        """The epochs that no receipt refers to."""
        return [epoch for epoch in self.epochs if epoch.id not in self.played]

    def is_before(self, moment_ms: int) -> bool:
        """Whether the export claims to have been made before a time."""
        return self.exported_ms is not None and self.exported_ms < moment_ms


def _parts(export: Any, name: str) -> list[tuple[str, Any]]:  # noqa: ANN401
    """Each item of a list of the export, with its place."""
    items = export.get(name) if type(export) is dict else None
    return [(f"{name}[{i}]", item) for i, item in enumerate(items)] if type(items) is list else []


def _find_clashes(documents: list[_Rules]) -> None:
    """Mark the rules documents that don't agree with others of their game."""
    by_game: defaultdict[str, list[_Rules]] = defaultdict(list)
    for rules in documents:
        if not rules.fault:
            by_game[rules.game].append(rules)
    for group in by_game.values():
        revisions = Counter(rules.revision for rules in group)
        decks = {_canonical(rules.deck) for rules in group}
        for rules in group:
            if revisions[rules.revision] > 1:
                rules.clash = f"there are two rules documents of {_cut(rules.game)} revision {rules.revision}"
            elif len(decks) > 1:
                rules.clash = f"two revisions of {_cut(rules.game)} have different decks"


def _find_repeated(receipts: list[_Receipt]) -> None:
    """Mark the receipts that the file has before, word for word."""
    known: set[tuple[str, bytes]] = set()
    for receipt in receipts:
        receipt.is_repeated = bool(receipt.leaf) and (receipt.place, receipt.leaf) in known
        known.add((receipt.place, receipt.leaf))


class _Keys:
    """The keys by which an export may be signed: those that it lists and, if some are pinned, only these."""

    def __init__(self, listed: Any, pinned: Iterable[str] | None) -> None:  # noqa: ANN401
        found = {} if _key_set(listed) else {key.fingerprint: key for key in _read_keys(listed["keys"])}
        self._keys = [key for name, key in found.items() if pinned is None or name in pinned]
        self._signers: dict[tuple[bytes, str], str] = {}

    @property
    def fingerprints(self) -> list[str]:
        """The keys that signed something, or all of them as long as none did."""
        used = set(self._signers.values())
        return [key.fingerprint for key in self._keys if key.fingerprint in used or not any(used)]

    def all_fingerprints(self) -> frozenset[str]:
        """All keys by which this may be signed."""
        return frozenset(key.fingerprint for key in self._keys)

    def have_signed(self, message: bytes, signature: str) -> bool:
        """Whether one of the keys made this signature (base64url). What was asked before is remembered."""
        known = (message, signature)
        if known not in self._signers:
            data = urlsafe_b64decode(f"{signature}==")
            is_canonical = _base64url(data) == signature
            signers = (key.fingerprint for key in self._keys if is_canonical and key.verify(message, data))
            self._signers[known] = next(signers, "")
        return bool(self._signers[known])


def _read_keys(listed: list[dict[str, Any]]) -> Iterator[PublicKey]:
    """The Ed25519 keys of a JWK set; what is no point of the curve can't have signed anything."""
    for jwk in listed:
        if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
            continue
        public = urlsafe_b64decode(f"{jwk['x']}=")
        try:
            key = PublicKey(public)
        except ValueError:
            continue
        if _base64url(public) == jwk["x"]:
            yield key


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


# ------------------------------------------------------------------------------------------------- the verdicts

FAILED = "FAILED"
CARD_PROVEN = "card proven"
NOT_YET_REVEALED = "not yet revealed"
PROVEN = "proven"

_EPOCH_LIFE_MS = 30 * _DAY_MS
_REVEAL_WITHIN_MS = 7 * _DAY_MS


class Result(NamedTuple):
    """What was found about one subject: a play, an epoch without one, a game's close, or rules and decks."""

    subject: str
    verdict: str
    step: str | None = None
    detail: str = ""

    def __str__(self) -> str:
        """One line, for people."""
        found = f"{self.verdict} {_cut(self.subject)}"
        return f"{found}, step {self.step}: {self.detail}." if self.step else f"{found}."


@dataclass(frozen=True)
class Report:
    """All results in the order of the report: each receipt has one, anything else only if it failed.

    `fingerprints`: the keys that signed. `is_pinned`: whether they were named beforehand. `not_covered`: the games
    that have no close in the bundle. `complete`: the games that are closed here, so that nothing of them can be
    missing. `receipts`: how many there are. `compared`: how many of them are of games that the bundle closes; None
    without a bundle.
    """

    results: list[Result]
    fingerprints: list[str]
    is_pinned: bool
    not_covered: list[str]
    complete: list[str]
    receipts: int
    compared: int | None

    @property
    def is_uncovered(self) -> bool:
        """Whether there was a bundle, but of other games: nothing could be compared."""
        return self.compared == 0 and bool(self.not_covered)

    @property
    def failed(self) -> list[Result]:
        """What does not agree."""
        return [result for result in self.results if result.verdict == FAILED]

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each verdict."""
        return dict(Counter(result.verdict for result in self.results))


def verify_export(export: Any, bundle: Any = None, key: str | None = None) -> Report:  # noqa: ANN401  any JSON
    """Check an export, a member's or a campaign's bundle; any JSON may be given, and nothing is raised for it.

    `bundle`: a campaign's bundle, which must itself check out under the same keys and must hold the very same receipts,
    rules and epochs of the games that it closes. `key`: the fingerprint of the only key that may have signed.
    """
    file = _File(export)
    keys = _Keys(file.keys, None if key is None else [key.lower()])
    if bundle is None:
        return _report(file, keys, _Audit(file, keys, None).results(), None, is_pinned=key is not None)
    whole = _File(bundle)
    failed = [one for one in _Audit(whole, _Keys(whole.keys, keys.all_fingerprints()), None).results() if one.step]
    fault = f"the bundle itself does not check out: {failed[0]}".rstrip(".") if failed else ""
    results = [Result("bundle", FAILED, "bundle", fault)] if fault else []
    results += _Audit(file, keys, whole).results()
    return _report(file, keys, results, whole.complete, is_pinned=key is not None)


def _report(file: _File, keys: _Keys, results: list[Result], closed: set[str] | None, *, is_pinned: bool) -> Report:
    """`closed`: the games that the bundle closes; None without a bundle."""
    played = [one.game for one in file.receipts if not one.fault]
    games = dict.fromkeys([*played, *(one.game for one in file.epochs if not one.fault)])
    return Report(
        results,
        keys.fingerprints,
        is_pinned,
        not_covered=[] if closed is None else [game for game in games if game not in closed],
        complete=sorted(file.complete),
        receipts=len(file.receipts),
        compared=None if closed is None else sum(game in closed for game in played),
    )


@dataclass(slots=True)
class _GameSoFar:
    """The receipts of a game up to the one that is checked."""

    game_seq: int = 0
    revision: int = 0
    played_at: str = ""
    latest_play: str = ""
    leaf: bytes = ZERO_HASH
    wins: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _MemberSoFar:
    """The receipts of a member in a game up to the one that is checked."""

    member_seq: int = 0
    receipts: int = 0
    misses: int | None = 0
    wins: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _EpochSoFar:
    """The receipts of an epoch up to the one that is checked. `offset`: the last one's member_seq − nonce."""

    nonce: int = -1
    offset: int | None = None


@dataclass(slots=True)
class _Play:
    """A receipt of the right form, with all it refers to and all that came before it."""

    receipt: dict[str, Any]
    leaf: bytes
    rules: _Rules
    epoch: _Epoch
    of_game: _GameSoFar
    of_member: _MemberSoFar
    of_epoch: _EpochSoFar
    is_complete: bool


_Step: TypeAlias = tuple[str, Callable[[_Play], str]]


class _Audit:
    """The check of one export, step by step as it is published. Each step says what does not agree, or nothing."""

    def __init__(self, file: _File, keys: _Keys, bundle: _File | None) -> None:
        self._file = file
        self._keys = keys
        self._bundle = _Bundle(bundle) if bundle is not None else None
        self._play_ids = Counter(receipt.place for receipt in file.receipts if not receipt.is_repeated)
        self._epoch_ids = Counter(epoch.id for epoch in file.epochs)
        self._deck_ids = Counter(deck.id for deck in file.decks)
        self._commitments = Counter(epoch.answer["client_commitment"] for epoch in file.epochs if not epoch.fault)
        self._latest_close = _find_latest_closes(file)
        self._games: defaultdict[str, _GameSoFar] = defaultdict(_GameSoFar)
        self._members: defaultdict[tuple[str, str], _MemberSoFar] = defaultdict(_MemberSoFar)
        self._epochs: defaultdict[str, _EpochSoFar] = defaultdict(_EpochSoFar)
        self._opened: dict[str, _OpenedDeck] = {}
        self._checked_sales: Counter[str] = Counter()
        self._epoch_checks: dict[str, Callable[[_Epoch], str]] = {
            "format": self._epoch_format,
            "signature": self._epoch_signature,
            "commitment": self._epoch_commitment,
            "sequence": self._epoch_sequence,
            "bundle": self._epoch_bundle,
            "overdue": self._epoch_overdue,
        }
        self._steps: tuple[_Step, ...] = (
            ("signature", self._signature),
            ("commitment", self._commitment),
            ("sequence", self._sequence),
            ("table", self._table),
            ("ticket", self._ticket),
            ("outcome", self._outcome),
            ("card", self._card),
            ("deck", self._deck),
            ("stock", self._stock),
            ("bundle", self._same_in_bundle),
            ("overdue", self._overdue),
        )

    def results(self) -> list[Result]:
        """All results, in the order of the report."""
        return [
            *([Result("export", FAILED, "format", f"the file {self._file.fault}")] if self._file.fault else []),
            *self._judge_closes(),
            *self._judge_unplayed_epochs(),
            *self._judge_receipts(),
            *self._judge_ends(),
            *self._judge_rest(),
        ]

    # ---- closes and epochs

    def _judge_closes(self) -> Iterator[Result]:
        """The form and the signatures of the closes."""
        games = Counter(close.place for close in self._file.closes)
        for close in self._file.closes:
            if close.fault:
                yield Result(close.place, FAILED, "format", f"the close {close.fault}")
            elif games[close.place] > 1:
                yield Result(close.place, FAILED, "format", "there are two closes of the game")
            elif self._file.is_before(_milliseconds(close.document["ended_at"])):
                yield Result(close.place, FAILED, "format", "the file claims to have been made before the game ended")
            elif not self._is_signed("engage close", close.document):
                yield Result(close.place, FAILED, "signature", "no listed key has signed the close")

    def _is_signed(self, label: str, document: dict[str, Any]) -> bool:
        message = signed_message(label, _canonical(_without(document, "signature")))
        return self._keys.have_signed(message, document["signature"])

    def _judge_unplayed_epochs(self) -> Iterator[Result]:
        """The epochs that no receipt refers to; those with one are checked there."""
        for epoch in self._file.unplayed_epochs():
            for step in self._epoch_checks:
                if fault := self._fault_of_epoch(epoch, step):
                    yield Result(epoch.place, FAILED, step, fault)
                    break

    def _fault_of_epoch(self, epoch: _Epoch, step: str) -> str:
        if step not in epoch.faults:
            epoch.faults[step] = self._epoch_checks[step](epoch)
        return epoch.faults[step]

    def _epoch_format(self, epoch: _Epoch) -> str:
        if epoch.fault:
            return f"the epoch {epoch.fault}"
        if self._epoch_ids[epoch.id] > 1:
            return "there are two epochs of this id"
        rules = self._file.rules_by_hash.get(epoch.rules_hash)
        if rules is None:
            return "no rules in the file have the hash that the epoch names"
        if epoch.id not in self._file.played and rules.fault:
            return f"the rules document {rules.fault}"
        if self._file.is_before(epoch.opened_ms):
            return "the file claims to have been made before the epoch was opened"
        return ""

    def _epoch_signature(self, epoch: _Epoch) -> str:
        return "" if self._is_signed("engage epoch", epoch.answer) else "no listed key has signed the epoch's answer"

    def _epoch_commitment(self, epoch: _Epoch) -> str:
        answer, committed = epoch.answer, bytes.fromhex(epoch.answer["client_commitment"])
        if self._commitments[answer["client_commitment"]] > 1:
            return "another epoch has the same client_commitment"
        if epoch.client_seed is not None and client_commitment(bytes.fromhex(epoch.client_seed)) != committed:
            return "the client_seed is not what client_commitment says"
        if epoch.server_seed is None:
            return ""
        made = server_commitment(
            epoch.game,
            bytes.fromhex(epoch.rules_hash),
            answer["member"],
            answer["epoch"],
            committed,
            bytes.fromhex(epoch.server_seed),
        )
        return "" if made.hex() == answer["server_commitment"] else "the server_seed is not what server_commitment says"

    def _epoch_sequence(self, epoch: _Epoch) -> str:
        is_early = epoch.opened_ms < self._file.rules_by_hash[epoch.rules_hash].opens_ms
        return "the epoch was opened before the game opened" if is_early else ""

    def _epoch_bundle(self, epoch: _Epoch) -> str:
        if self._bundle is None or epoch.game not in self._bundle.games:
            return ""
        if epoch.rules_hash not in self._bundle.rules:
            return "the bundle does not have the rules of the epoch"
        return "" if _canonical(epoch.answer) in self._bundle.answers else "the bundle does not have the epoch's answer"

    def _epoch_overdue(self, epoch: _Epoch) -> str:
        if epoch.server_seed is not None:
            return ""
        rules = self._file.rules_by_hash[epoch.rules_hash]
        return "the server_seed is still not shown" if self._is_over(epoch.game, rules) else ""

    def _is_over(self, game: str, rules: _Rules) -> bool:
        """Whether all seeds of a game must be shown by now, by the rules its plays refer to, or else by these."""
        exported_ms, closes_ms = self._file.exported_ms, self._latest_close.get(game, rules.closes_ms)
        is_late = exported_ms is not None and exported_ms - closes_ms > _REVEAL_WITHIN_MS
        return is_late or game in self._file.complete

    # ---- receipts

    def _judge_receipts(self) -> Iterator[Result]:
        """Each receipt by the first step that does not agree; then the next is checked with what this one claims.

        One that is there twice is one fault: the first is checked as if it stood alone.
        """
        for receipt in self._file.receipts:
            fault = self._format(receipt)
            yield Result(receipt.place, FAILED, "format", fault) if fault else self._judge(receipt)
            if receipt.can_be_followed and not receipt.is_repeated:
                self._follow(receipt)

    def _format(self, receipt: _Receipt) -> str:
        if receipt.fault:
            return f"the receipt {receipt.fault}"
        if receipt.is_repeated or self._play_ids[receipt.place] > 1:
            return "there are two receipts of this play"
        return self._fault_of_references(receipt) or self._fault_of_claims(receipt)

    def _fault_of_references(self, receipt: _Receipt) -> str:
        """Whether the receipt's rules and epoch are here, and fit."""
        rules = self._file.rules_by_hash.get(receipt.rules_hash)
        epoch = self._file.epochs_by_id.get(receipt.epoch)
        if rules is None or epoch is None:
            return f"the file does not have the {'epoch' if rules else 'rules'} that the receipt names"
        if rules.fault or rules.clash:
            return rules.clash or f"the rules document {rules.fault}"
        if any(receipt.document[name] != rules.document[name] for name in ("alg", "game", "revision")):
            return "alg, game or revision are not those of its rules"
        if fault := self._fault_of_epoch(epoch, "format"):
            return fault
        return "the epoch has a play, but its client_seed is not shown" if epoch.client_seed is None else ""

    def _fault_of_claims(self, receipt: _Receipt) -> str:
        claims, rules = receipt.document, self._file.rules_by_hash[receipt.rules_hash]
        if self._file.is_before(_milliseconds(claims["played_at"])):
            return "the file claims to have been made before the play"
        return _format_of_draw(claims, rules) if rules.deck is None else self._format_of_card(claims, rules.deck)

    def _format_of_card(self, document: dict[str, Any], deck: dict[str, Any]) -> str:
        """What is wrong with the form of a receipt of a deck game."""
        names = ("table", "slot", "passed", "guarantee")
        if [document[name] for name in names] != [None, None, [], None] or document["deck"] is None:
            return "the receipt of a card has no deck, or a table, slot, passed or guarantee"
        if max(document["ticket"], document["deck"]["start"]) >= deck["n"]:
            return f"ticket or start are not serials of a deck of {deck['n']}"
        if document["prize"] not in dict(deck["counts"]):
            return "the deck has no such prize"
        revealed = self._file.decks_by_id.get(deck["id"])
        return "" if revealed is None else self._fault_of_revealed(revealed)

    def _fault_of_revealed(self, deck: _Deck) -> str:
        if deck.fault:
            return f"the revealed deck {deck.fault}"
        return "the revealed deck is there twice" if self._deck_ids[deck.id] > 1 else ""

    def _judge(self, receipt: _Receipt) -> Result:
        document = receipt.document
        play = _Play(
            document,
            receipt.leaf,
            self._file.rules_by_hash[receipt.rules_hash],
            self._file.epochs_by_id[receipt.epoch],
            self._games[receipt.game],
            self._members[receipt.game, document["member"]],
            self._epochs[receipt.epoch],
            receipt.game in self._file.complete,
        )
        for step, check in self._steps:
            if fault := check(play):
                return Result(receipt.place, FAILED, step, fault)
        return Result(receipt.place, self._verdict(play))

    def _verdict(self, play: _Play) -> str:
        if play.rules.deck is not None and play.rules.deck["id"] not in self._file.decks_by_id:
            return CARD_PROVEN
        return NOT_YET_REVEALED if play.epoch.server_seed is None else PROVEN

    def _follow(self, receipt: _Receipt) -> None:
        """Remember what a receipt claims, right or wrong."""
        claims, game = receipt.document, self._games[receipt.game]
        member, epoch = self._members[receipt.game, claims["member"]], self._epochs[receipt.epoch]
        game.game_seq, game.revision, game.played_at = claims["game_seq"], claims["revision"], claims["played_at"]
        game.latest_play = max(game.latest_play, game.played_at)
        game.leaf = receipt.leaf
        game.wins[claims["prize"]] += 1
        member.member_seq = claims["member_seq"]
        member.receipts += 1
        member.misses = claims["guarantee"]["after"] if claims["guarantee"] else None
        member.wins[claims["prize"]] += 1
        epoch.nonce, epoch.offset = claims["nonce"], claims["member_seq"] - claims["nonce"]

    # ---- the steps of a receipt, in their order

    def _signature(self, play: _Play) -> str:
        seal = play.receipt["seal"]
        root = path_head(play.leaf, seal["index"], seal["size"], [bytes.fromhex(node) for node in seal["path"]])
        if root is None:
            return "the seal's path is not one of a tree of its size"
        if not self._keys.have_signed(receipts_message(seal["size"], root), seal["signature"]):
            return "no listed key has signed the receipt"
        return self._fault_of_epoch(play.epoch, "signature")

    def _commitment(self, play: _Play) -> str:
        claims = play.receipt
        for name in ("rules_hash", "game", "member"):
            if claims[name] != play.epoch.answer[name]:
                return f"the {name} is not the one of the epoch"
        if claims["client_seed"] != play.epoch.client_seed:
            return "the client_seed is not the one of the epoch"
        return self._fault_of_epoch(play.epoch, "commitment")

    def _sequence(self, play: _Play) -> str:
        return (
            _fault_of_order(play)
            or _fault_of_numbers(play)
            or _fault_of_times(play)
            or self._fault_of_epoch(play.epoch, "sequence")
            or _fault_of_count(play)
        )

    def _table(self, play: _Play) -> str:
        guarantee = play.rules.guarantee
        if play.rules.deck is not None:
            return ""
        is_due = guarantee is not None and play.receipt["guarantee"]["before"] >= guarantee["misses"]
        due = guarantee["table"] if guarantee is not None and is_due else 0
        return "" if play.receipt["table"] == due else f"the play was due table {due}, not {play.receipt['table']}"

    def _ticket(self, play: _Play) -> str:
        if play.epoch.server_seed is None:
            return ""
        claims, deck = play.receipt, play.rules.deck
        server_seed, client_seed = bytes.fromhex(play.epoch.server_seed), bytes.fromhex(claims["client_seed"])
        rules, epoch, nonce = bytes.fromhex(claims["rules_hash"]), claims["epoch"], claims["nonce"]
        if deck is None:
            total = play.rules.tables[claims["table"]].total
            name, claimed = "ticket", claims["ticket"]
            drawn = draw_ticket(server_seed, rules, epoch, client_seed, nonce, total)
        else:
            name, claimed = "start", claims["deck"]["start"]
            drawn = deck_start(server_seed, rules, epoch, client_seed, nonce, deck["n"])
        return "" if drawn == claimed else f"the seeds give {name} {drawn}, not {claimed}"

    def _outcome(self, play: _Play) -> str:
        return "" if play.rules.deck is not None else _fault_of_slot(play) or _fault_of_limits(play)

    def _card(self, play: _Play) -> str:
        claims, deck = play.receipt, play.rules.deck
        if deck is None:
            return ""
        leaf = card_leaf(deck["id"], claims["ticket"], claims["prize"], bytes.fromhex(claims["deck"]["salt"]))
        root = path_head(leaf, claims["ticket"], deck["n"], [bytes.fromhex(node) for node in claims["deck"]["path"]])
        return "" if root is not None and root.hex() == deck["root"] else "the card does not lead to the deck's root"

    def _deck(self, play: _Play) -> str:
        if play.rules.deck is None or (opened := self._open_deck(play.rules)) is None:
            return ""
        number = play.receipt["game_seq"]
        self._checked_sales[play.rules.game] = max(self._checked_sales[play.rules.game], number)
        return opened.fault_up_to(0) or opened.fault_of_sale(play.receipt) or opened.fault_up_to(number)

    def _open_deck(self, rules: _Rules) -> _OpenedDeck | None:
        """The revealed deck of a game, opened once."""
        assert rules.deck is not None, "only a deck game has a deck"
        revealed = self._file.decks_by_id.get(rules.deck["id"])
        if revealed is None:
            return None
        if rules.game not in self._opened:
            plays = self._file.plays[rules.game] if rules.game in self._file.complete else None
            self._opened[rules.game] = _OpenedDeck(rules.deck, revealed, plays)
        return self._opened[rules.game]

    def _stock(self, play: _Play) -> str:
        if not play.is_complete:
            return ""
        for passed in play.receipt["passed"]:
            name, why = passed["prize"], passed["why"]
            units = play.rules.of_prize(name, "units")
            is_out = units is not None and play.of_game.wins[name] >= units
            if is_out != (why == "out"):
                left = "had no unit left" if is_out else "had units left"
                return f"{_cut(name)} was passed over as {why}, but {left}"
        prize = play.receipt["prize"]
        units = play.rules.of_prize(prize, "units")
        is_too_much = units is not None and play.of_game.wins[prize] >= units
        return f"more units of {_cut(prize)} were won than there are" if is_too_much else ""

    def _same_in_bundle(self, play: _Play) -> str:
        if self._bundle is None or play.rules.game not in self._bundle.games:
            return ""
        if play.leaf not in self._bundle.leaves:
            return "the bundle does not have this very receipt"
        return self._fault_of_epoch(play.epoch, "bundle")

    def _overdue(self, play: _Play) -> str:
        deck = play.rules.deck
        is_hidden = deck is not None and deck["id"] not in self._file.decks_by_id
        if is_hidden and self._is_over(play.rules.game, play.rules):
            return "the deck's seed is still not shown"
        return self._fault_of_epoch(play.epoch, "overdue")

    # ---- the ends of games, and what nothing refers to

    def _judge_ends(self) -> Iterator[Result]:
        """Each close against what is here."""
        for close in self._file.closes:
            if close.fault:
                continue
            if fault := self._fault_of_end(close.document):
                yield Result(close.place, FAILED, "sequence", fault)
            elif self._lacks_unsold_deck(close.document["game"]):
                yield Result(close.place, FAILED, "overdue", "the deck's seed is still not shown")

    def _fault_of_end(self, close: dict[str, Any]) -> str:
        game = self._games[close["game"]]
        rules = sorted((one.revision, one.hash or "") for one in self._sound_rules() if one.game == close["game"])
        epochs = sum(not epoch.fault and epoch.game == close["game"] for epoch in self._file.epochs)
        plays = self._file.plays[close["game"]]
        if (close["plays"], close["epochs"]) != (plays, epochs):
            return (
                f"the close says {close['plays']} plays and {close['epochs']} epochs, but here are {plays} and {epochs}"
            )
        if close["head"] != game.leaf.hex():
            return "the head is not the leaf of the last receipt"
        if close["rules"] != [digest for _, digest in rules]:
            return "the rules are not the revisions that are here"
        return "a play is later than the end" if game.latest_play > close["ended_at"] else ""

    def _sound_rules(self) -> Iterator[_Rules]:
        return (rules for rules in self._file.rules if not rules.fault)

    def _lacks_unsold_deck(self, game: str) -> bool:
        """Whether a game without a play doesn't show its deck; with plays, each of them says so."""
        decks = [rules.deck["id"] for rules in self._sound_rules() if rules.game == game and rules.deck is not None]
        return not self._file.plays[game] and any(deck not in self._file.decks_by_id for deck in decks)

    def _judge_rest(self) -> Iterator[Result]:
        """Rules and decks that no play refers to, and sales that come after those of all plays that are here."""
        of_epochs = {epoch.rules_hash for epoch in self._file.unplayed_epochs() if not epoch.fault}
        for rules in self._file.rules:
            if rules.hash not in self._file.referred:
                fault = "" if rules.hash in of_epochs else rules.fault
                if fault or rules.clash:
                    yield Result(rules.place, FAILED, "format", rules.clash or f"the rules document {fault}")
        for deck in self._file.decks:
            games = [rules for rules in self._sound_rules() if rules.deck is not None and rules.deck["id"] == deck.id]
            is_referred = any(rules.hash in self._file.referred for rules in games)
            if fault := "" if is_referred else self._fault_of_unsold_deck(deck, games):
                yield Result(deck.place, FAILED, "format", fault)
            elif not self._fault_of_revealed(deck) and (fault := self._fault_of_rest_of_deck(games[0])):
                yield Result(deck.place, FAILED, "deck", fault)

    def _fault_of_unsold_deck(self, deck: _Deck, games: list[_Rules]) -> str:
        return self._fault_of_revealed(deck) or ("" if games else "no rules in the file have this deck")

    def _fault_of_rest_of_deck(self, rules: _Rules) -> str:
        """What no play has reported yet: a fault of a deck without plays here, or of a sale after all of them."""
        opened, checked = self._open_deck(rules), self._checked_sales[rules.game]
        assert opened is not None, "the deck is revealed"
        return opened.fault_up_to(len(opened.sales)) if not opened.fault_up_to(checked) or not checked else ""


class _Bundle:
    """What a bundle holds of the games that it closes."""

    def __init__(self, file: _File) -> None:
        self.games = file.complete
        self.leaves = {receipt.leaf for receipt in file.receipts if not receipt.fault}
        self.rules = {rules.hash for rules in file.rules if not rules.fault}
        self.answers = {_canonical(epoch.answer) for epoch in file.epochs if not epoch.fault}


class _OpenedDeck:
    """A revealed deck, built again and sold again.

    Its root being that of the rules, no card can be another than the one that led there.
    """

    def __init__(self, deck: dict[str, Any], revealed: _Deck, plays: int | None) -> None:
        self.sales = revealed.sales
        self._fault = _fault_of_seed(deck, revealed.seed)
        if not self._fault and plays is not None and len(self.sales) > plays:
            self._fault = f"the deck has {len(self.sales)} sales, but the game had {plays} plays"
        self._first_wrong_sale = _find_wrong_sale(self.sales, deck["n"])

    def fault_up_to(self, number: int) -> str:
        """What is wrong with the deck, or with the first `number` of its sales."""
        if self._fault:
            return self._fault
        is_wrong = self._first_wrong_sale <= number
        return f"the replay of the sales gives another card at sale {self._first_wrong_sale}" if is_wrong else ""

    def fault_of_sale(self, claims: dict[str, Any]) -> str:
        """Whether the sale of a receipt is another than the deck says."""
        number = claims["game_seq"]
        is_same = self.sales[number - 1 : number] == [[claims["deck"]["start"], claims["ticket"]]]
        return "" if is_same else f"sale {number} of the deck is not this play's"


def _fault_of_seed(deck: dict[str, Any], seed: bytes) -> str:
    """Whether the seed makes the deck that was published."""
    rules = deck_rules_hash(deck["id"], deck["counts"], deck["n"])
    if deck_commitment(deck["id"], rules, seed).hex() != deck["seed_commitment"]:
        return "the deck's seed is not what seed_commitment says"
    key = deck_key(rules, seed)
    order = deck_order(key, deck["id"], deck["counts"])
    leaves = (card_leaf(deck["id"], i, prize, card_salt(key, i)) for i, prize in enumerate(order))
    return "" if tree_head(leaves).hex() == deck["root"] else "the deck that the seed makes has another root"


def _find_wrong_sale(sales: list[list[int]], n: int) -> int:
    """The number of the first sale, counted from 1, that the rule would have made otherwise; a later one if none."""
    shelf = Shelf(n)
    for number, (start, serial) in enumerate(sales, 1):
        if start >= n or shelf.first_unsold(start) != serial:
            return number
        shelf.sell(serial)
    return len(sales) + 1


def _find_latest_closes(file: _File) -> dict[str, int]:
    """The latest closing time of each game among the rules that a receipt refers to, in milliseconds."""
    latest: dict[str, int] = {}
    for rules in file.rules:
        if not rules.fault and rules.hash in file.referred:
            latest[rules.game] = max(rules.closes_ms, latest.get(rules.game, 0))
    return latest


def _format_of_draw(claims: dict[str, Any], rules: _Rules) -> str:
    """What is wrong with the form of a receipt of a game by odds."""
    if claims["table"] is None or claims["slot"] is None or claims["deck"] is not None:
        return "the receipt of a draw has no table or no slot, or a deck"
    if claims["table"] not in rules.tables:
        return f"the rules have no table {claims['table']}"
    if claims["ticket"] >= rules.tables[claims["table"]].total:
        return f"the ticket is not below {rules.tables[claims['table']].total}, the sum of the weights"
    if (claims["guarantee"] is None) != (rules.guarantee is None):
        return "the receipt and its rules do not both have a guarantee"
    if not all(rules.knows(prize) for prize in (claims["prize"], *(passed["prize"] for passed in claims["passed"]))):
        return "the receipt names a prize that its rules do not have"
    return ""


def _fault_of_order(play: _Play) -> str:
    """What does not rise, or falls, or has a gap where there can be none."""
    claims, game = play.receipt, play.of_game
    if claims["revision"] < game.revision or claims["played_at"] < game.played_at:
        return "the revision or the time falls within the game"
    has_all = play.is_complete or play.epoch.server_seed is not None
    return (
        _fault_of_number("game_seq", claims["game_seq"], game.game_seq, has_all=play.is_complete)
        or _fault_of_number("member_seq", claims["member_seq"], play.of_member.member_seq, has_all=play.is_complete)
        or _fault_of_number("nonce", claims["nonce"], play.of_epoch.nonce, has_all=has_all)
    )


def _fault_of_number(name: str, number: int, last: int, *, has_all: bool) -> str:
    if number <= last:
        return f"{name} {number} does not come after {last}"
    return (
        f"{name} leaps to {number}, though the receipts before it must all be here"
        if has_all and number > last + 1
        else ""
    )


def _fault_of_numbers(play: _Play) -> str:
    """Whether the epoch's plays follow each other in the member's count, and the game's plays form one chain."""
    claims, game, epoch = play.receipt, play.of_game, play.of_epoch
    if epoch.offset not in {None, claims["member_seq"] - claims["nonce"]}:
        return "member_seq and nonce do not go on together within the epoch"
    if claims["game_seq"] == game.game_seq + 1 and claims["prev"] != game.leaf.hex():
        return "prev is not the leaf of the receipt before this one"
    return ""


def _fault_of_times(play: _Play) -> str:
    played_ms, rules = _milliseconds(play.receipt["played_at"]), play.rules
    if not play.epoch.opened_ms <= played_ms <= play.epoch.opened_ms + _EPOCH_LIFE_MS:
        return "the play is not within 30 days after the epoch was opened"
    return "" if rules.opens_ms <= played_ms < rules.closes_ms else "the play is not between opens_at and closes_at"


def _fault_of_count(play: _Play) -> str:
    """What is wrong with the count of plays in a row without a prize of the guarantee's class."""
    counted, guarantee, member = play.receipt["guarantee"], play.rules.guarantee, play.of_member
    if guarantee is None:
        return ""
    is_next = play.receipt["member_seq"] == member.member_seq + 1
    if is_next and member.misses not in {None, counted["before"]}:
        return f"the guarantee counted {member.misses} misses, and here it begins with {counted['before']}"
    is_win = play.rules.class_of(play.receipt["prize"]) >= guarantee["class"]
    after = 0 if is_win else counted["before"] + 1
    return "" if counted["after"] == after else f"the guarantee counts {counted['after']} misses, but they are {after}"


def _fault_of_slot(play: _Play) -> str:
    """Whether the slot is the ticket's, and the prize the chain's first after those passed over."""
    claims = play.receipt
    table = play.rules.tables[claims["table"]]
    place = slot_of(table.bounds, claims["ticket"])
    assert place is not None, "the ticket is below the total"
    slot = table.slots[place]
    if slot["slot"] != claims["slot"]:
        return f"ticket {claims['ticket']} is slot {_cut(slot['slot'])}, not {_cut(claims['slot'])}"
    walked = [*(passed["prize"] for passed in claims["passed"]), claims["prize"]]
    if _chain(slot)[: len(walked)] != walked:
        return f"the chain of slot {_cut(slot['slot'])} does not come to {_cut(claims['prize'])} this way"
    return ""


def _fault_of_limits(play: _Play) -> str:
    """Whether the reasons for passing over are possible. Each receipt of the member that is missing may be a win."""
    member, rules = play.of_member, play.rules
    missing = max(0, play.receipt["member_seq"] - 1 - member.receipts)
    for passed in play.receipt["passed"]:
        name = passed["prize"]
        number = rules.of_prize(name, "units" if passed["why"] == "out" else "per_member")
        if number is None:
            return f"{_cut(name)} was passed over as {passed['why']}, which it can never be"
        if passed["why"] == "limit" and member.wins[name] + missing < number:
            return f"{_cut(name)} was passed over as limit, but the member had not won it {number} times"
    prize = play.receipt["prize"]
    limit = rules.of_prize(prize, "per_member")
    is_too_often = limit is not None and member.wins[prize] >= limit
    return f"the member won {_cut(prize)} more than {limit} times" if is_too_often else ""


# ------------------------------------------------------------------------------------------------ the command


def main(arguments: Sequence[str] | None = None, program: str | None = None) -> int:
    """Check a file and say what was found. `program`: what the command is called; by default as it was started.

    Exit status 0 without FAILED, 1 with or if the bundle covers nothing of the file, 2 if a file can't be read.
    """
    parser = argparse.ArgumentParser(program, description="Check an export of plays offline, trusting nobody.")
    parser.add_argument("file", metavar="FILE", type=Path, help="an export")
    parser.add_argument("--bundle", metavar="FILE", type=Path, help="the campaign's bundle, to compare with")
    parser.add_argument("--key", metavar="FINGERPRINT", type=_fingerprint, help="the only key that may have signed")
    asked = parser.parse_args(arguments)
    try:
        export = read_export(asked.file)
        bundle = None if asked.bundle is None else read_export(asked.bundle)
    except UnreadableError as fault:
        _say(sys.stderr, str(fault))
        return 2
    report = verify_export(export, bundle, asked.key)
    for line in describe(report):
        _say(sys.stdout, line)
    return 1 if report.failed or report.is_uncovered else 0


class UnreadableError(Exception):
    """A file that is not there or is not JSON as an export is written."""


def read_export(path: Path) -> Any:  # noqa: ANN401  any JSON
    """The JSON in a file. UnreadableError also for doubled keys and for integers that are written in another way."""
    try:
        return json.loads(
            path.read_bytes().decode(),
            object_pairs_hook=_object_of_pairs,
            parse_int=_parse_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except OSError as fault:
        raise UnreadableError(f"{path} can't be read: {fault.strerror}.") from fault
    except RecursionError as fault:
        raise UnreadableError(f"{path} can't be read: it is nested too deeply.") from fault
    except ValueError as fault:
        raise UnreadableError(f"{path} can't be read: {fault}.") from fault


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _parse_integer(text: str) -> int:
    return int(text) if text != "-0" else _refuse_number(text)


def _refuse_number(text: str) -> int:
    raise ValueError(f"{_cut(text)} is not an integer as an export writes it")


def _fingerprint(text: str) -> str:
    if not _HEX_OF_32_BYTES.fullmatch(text.lower()):
        raise argparse.ArgumentTypeError("a fingerprint has 64 hexadecimal digits")
    return text.lower()


def describe(report: Report) -> Iterator[str]:
    """The report in plain sentences, the verdict first."""
    if report.is_uncovered:
        yield "The bundle covers NOTHING of this file: none of its results could be compared. It is of other games."
    yield _verdict_of(report)
    if report.compared and not report.failed:
        yield f"Compared with the bundle: all {report.compared} are in it, none of yours is missing."
    for fingerprint in report.fingerprints:
        advice = "pinned" if report.is_pinned else "not pinned: compare it with the one published elsewhere"
        yield f"Key {fingerprint}: {advice}."
    if not report.fingerprints:
        yield f"The file does not list {'the pinned key' if report.is_pinned else 'a key that could be checked with'}."
    for game in () if report.failed else report.complete:
        yield f"Game {_cut(game)}: closed in this file, so nothing of it can be missing."
    if not report.complete:
        yield "No game is closed in this file: what was left out of it can't be seen here."
    for game in report.not_covered:
        yield f"Game {_cut(game)}: not covered by the bundle."
    for result in report.failed:
        yield str(result)


def _verdict_of(report: Report) -> str:
    counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(report.counts.items()))
    if report.failed:
        return f"This file does NOT check out: {counts}."
    if not report.receipts:
        return "There are no results in this file, and nothing in it is wrong."
    so_far = "" if report.counts.keys() == {PROVEN} else " as far as they can be checked yet"
    what = "The one result checks" if report.receipts == 1 else f"All {report.receipts} results check"
    return f"{what} out{so_far}: {counts}."


def _say(stream: TextIO, line: str) -> None:
    """Write a line. What is in the file can't move the cursor, begin a line of its own or fail on a narrow terminal."""
    shown = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
    encoding = stream.encoding or "utf-8"
    stream.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
