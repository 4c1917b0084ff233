"""What checking a campaign file found: one sentence a mistake, with its line, its field and the way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

UNCONFIRMED = "Not yet confirmed by a lawyer."


class Level(StrEnum):
    """How much a finding weighs. A FAULT can't be loaded, a BLOCK can't be published; neither can be overridden."""

    FAULT = "FAULT"
    BLOCK = "BLOCK"
    WARN = "WARN"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `line` counts from 1, `path` is the field as in `games[0].prizes[2].units`, empty for the file.

    `source` is where a rule of the field stands (empty for mistakes of the file itself); such a finding is
    `confirmed` only once a named person has signed the profile off.
    """

    level: Level
    code: str
    line: int
    path: str
    sentence: str
    way_out: str
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class UncheckedRule:
    """A rule of the field that the checker doesn't check in a file, with what that means."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings in order of their lines. `profile` is the jurisdiction.

    `elsewhere` are the rules that are kept in another place than the file, `later` those not implemented yet.

    `complete` is false while faults keep the rules of the field from being checked at all.
    """

    items: tuple[Finding, ...]
    elsewhere: tuple[UncheckedRule, ...] = ()
    later: tuple[UncheckedRule, ...] = ()
    profile: str = ""
    complete: bool = False

    def at(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(item for item in self.items if item.level is level)

    @property
    def may_load(self) -> bool:
        """Whether the file can be kept as a draft: no faults."""
        return not self.at(Level.FAULT)

    @property
    def may_publish(self) -> bool:
        """Whether nothing found stands against publishing: neither faults nor blocks."""
        return self.may_load and self.complete and not self.at(Level.BLOCK)


def in_order(items: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings by line, the weightier first on the same line, without doubles."""
    weight = {level: number for number, level in enumerate(Level)}
    return tuple(sorted(dict.fromkeys(items), key=lambda item: (item.line, weight[item.level], item.path, item.code)))


def format_findings(findings: Findings, name: str = "campaign.yaml") -> str:
    """The findings as text for a terminal, ending in one line that sums up and what wasn't checked."""
    parts = [_format_one(item, name) for item in findings.items]
    parts.append(_sum_up(findings))
    if not findings.complete:
        parts.append("The rules of the field (C1 to C29) are checked once the faults above are mended.")
        return "\n".join(parts) + "\n"
    for title, rules in (
        ("Checked elsewhere", findings.elsewhere),
        ("Not implemented yet, so not checked", findings.later),
    ):
        if rules:
            parts.append(f"{title}: {', '.join(rule.code for rule in rules)}")
            parts.extend(f"    {rule.code}: {rule.sentence}" for rule in rules)
    return "\n".join(parts) + "\n"


def _format_one(item: Finding, name: str) -> str:
    lines = [f"{name}:{item.line}: {item.level} {item.code} {item.path or '(the file)'}", f"    {item.sentence}"]
    if item.way_out:
        lines.append(f"    What to do: {item.way_out}")
    if item.source:
        lines.append(f"    Source: {item.source}" + ("" if item.confirmed else f" {UNCONFIRMED}"))
    return "\n".join(lines)


def _sum_up(findings: Findings) -> str:
    words = {
        Level.FAULT: ("fault", "faults"),
        Level.BLOCK: ("block", "blocks"),
        Level.WARN: ("warning", "warnings"),
        Level.INFO: ("note", "notes"),
    }
    counts = [(len(findings.at(level)), *words[level]) for level in Level]
    text = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts)
    verdict = (
        "may be published" if findings.may_publish else "can't be published" if findings.may_load else "can't be loaded"
    )
    return f"{text}: the campaign {verdict}." + (f" Profile {findings.profile}." if findings.profile else "")
