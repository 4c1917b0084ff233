"""Names of things: a prefix and 26 characters of Crockford's base 32.

`new_id` sorts by time (48 bits of milliseconds, 80 bits of chance, as in a ULID); `random_id` carries no time at all,
for names that must tell nothing, such as a member's ledger id.
"""

from engage.kernel.entropy import random_bytes

EXTERNAL_ID = r"^[!-.0-~]*[!-\-0-~][!-.0-~]*$"
"""How a brand may spell its own id of a member: visible ASCII without `/`, and more than dots."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_TIME_LETTERS = 10
_SHIFTS = tuple(range(120, -10, -10))


def new_id(prefix: str, moment_ms: int) -> str:
    """A fresh id that sorts by `moment_ms` (milliseconds since 1970)."""
    return _spell(prefix, (moment_ms << 80) | int.from_bytes(random_bytes(10)))


def random_id(prefix: str) -> str:
    """A fresh id of 128 random bits."""
    return _spell(prefix, int.from_bytes(random_bytes(16)))


def instant_of(text: str) -> int:
    """The milliseconds since 1970 that an id of `new_id` begins with. ValueError for what is none."""
    number = 0
    for letter in text.partition("_")[2][:_TIME_LETTERS]:
        number = number << 5 | ALPHABET.index(letter)
    return number


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` is spelled as an id of this prefix that was made here."""
    start, _, rest = text.partition("_")
    return start == prefix and len(rest) == len(_SHIFTS) * 2 and set(rest) <= set(ALPHABET)


def _spell(prefix: str, number: int) -> str:
    return prefix + "_" + "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])
