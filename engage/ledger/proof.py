"""Whether the books add up: invariants that are checked against all facts, and what does not hold, by its subject.

A proof only reads. It repairs nothing: whoever is touched is put under review until two people have looked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from engage.storage.counters import Counters, describe
from engage.storage.snapshot import snapshot

MAX_TOLD = 20


class Violation(NamedTuple):
    """One thing that does not hold.

    `subject_kind` is `member` or `game`: who has to be put under review. It is empty where nobody can be; then
    `subject` names the place.
    """

    subject_kind: str
    subject: str
    detail: str


@dataclass
class Proof:
    """What one check looked at, in numbers, and what it found."""

    counted: dict[str, int] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """Note that so many more were looked at."""
        self.counted[what] = self.counted.get(what, 0) + number

    def tell(self, subject_kind: str, subject: str, detail: str) -> None:
        """Note something that does not hold."""
        self.violations.append(Violation(subject_kind, subject, detail))


@dataclass(frozen=True)
class Invariant:
    """One law of the books: its number, what it says, and the check of it."""

    code: str
    title: str
    check: Callable[[sa.Connection], Proof]


Proven: TypeAlias = tuple[Invariant, Proof]


def run_proof(connection: sa.Connection, invariants: Sequence[Invariant]) -> list[Proven]:
    """Check everything in one sight of the database, whatever is committed meanwhile."""
    with snapshot(connection):
        return [(invariant, _check(invariant, connection)) for invariant in invariants]


def _check(invariant: Invariant, connection: sa.Connection) -> Proof:
    """Check one; facts that can't even be read are a violation as well."""
    try:
        return invariant.check(connection)
    except (AttributeError, LookupError, TypeError, ValueError) as fault:
        proof = Proof()
        proof.tell("", "facts", f"can't be read: {fault!r}")
        return proof


def format_proof(results: Iterable[Proven]) -> str:
    """A line an invariant with what was counted, the first 20 of its violations, and a last line that sums up."""
    results = list(results)
    lines = [line for invariant, proof in results for line in _lines(invariant, proof)]
    total = sum(len(proof.violations) for _, proof in results)
    lines.append(f"{total:,} violation{'s' if total > 1 else ''}." if total else "Everything adds up.")
    return "\n".join(lines)


def _lines(invariant: Invariant, proof: Proof) -> Iterator[str]:
    counted = ", ".join(f"{number:,} {what}" for what, number in proof.counted.items())
    yield f"{invariant.code:<4} {'FAILED: ' if proof.violations else ''}{invariant.title}: {counted or 'nothing yet'}"
    for found in proof.violations[:MAX_TOLD]:
        yield f"     {f'{found.subject_kind} {found.subject}'.strip()}: {found.detail}"
    if len(proof.violations) > MAX_TOLD:
        yield f"     … and {len(proof.violations) - MAX_TOLD:,} more"


def prove_counters(
    connection: sa.Connection, proof: Proof, counters: Counters, what: str, subject: Callable[..., tuple[str, str]]
) -> None:
    """Compare counters with what the facts say; `subject` makes kind and name out of a row's key."""
    for counted in counters.derive(connection):
        proof.count(what)
        if not counted.agrees:
            proof.tell(*subject(*counted.key), describe(counters, counted))


def prove_none(connection: sa.Connection, proof: Proof, statement: str, kind: str, detail: str) -> None:
    """Expect no row; `detail` is a format for each that comes, whose first column is the subject, {0}."""
    for row in connection.execute(sa.text(statement)):
        proof.tell(kind, str(row[0]), detail.format(*row))


def count_rows(connection: sa.Connection, proof: Proof, what: str, source: str) -> int:
    """Count rows for the proof; `source` is a table's name, or all that follows FROM."""
    number = int(connection.execute(sa.text(f"SELECT count(*) FROM {source}")).scalar_one())  # noqa: S608  names are ours
    proof.count(what, number)
    return number
