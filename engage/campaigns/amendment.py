"""What may change in a campaign that runs: only what is provably better for members (C2). Anything else is a new game.

Each difference between the file in force and the new one is judged on its own, by the table below or as a typo.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import BaseModel

from engage.campaigns.definition import CampaignDefinition, texts_in
from engage.campaigns.source import Path, spell

TYPO_SHARE = 20
SMALL_TYPO = 2
CONTEXT = 12
_NUMBERS = re.compile("[0-9０-９%％〇零一二三四五六七八九十百千万亿两半]+")  # noqa: RUF001  full-width digits count as well
_WEIGHTY = re.compile(
    "不|无|非|未|没|勿|禁|否|仅|只|除|须|必|应|可|能|不得|或|且"
    r"|\b(?:no|not|never|none|nor|cannot|without|unless|except|only|must|may|can|shall|should|and|or|all|any)\b|n't",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """How a difference is judged. HOUSE is what members never see, such as a larger budget.

    LOOK is presentation: it neither promises nor takes anything, so it is no change for the worse.
    """

    BETTER = "better"
    TYPO = "typo"
    LOOK = "look"
    HOUSE = "house"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One difference: the field as in `games[0].limits.per_day`, how it is judged, and what changes."""

    path: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When a change of a field passes. `demand` ends the sentence of a refusal."""

    verdict: Verdict
    allows: Callable[[Any, Any], bool]
    demand: str


def _grows(old: Any, new: Any) -> bool:  # noqa: ANN401  numbers or instants
    return bool(new > old)


def _shrinks(old: int | None, new: int | None) -> bool:
    return old is not None and new is not None and new < old


def _grows_or_ends(old: int | None, new: int | None) -> bool:
    return new is None or (old is not None and new > old)


LATER = Rule(Verdict.BETTER, _grows, "it may only move later")
MORE = Rule(Verdict.BETTER, _grows, "it may only grow")
FEWER = Rule(Verdict.BETTER, _shrinks, "it may only become less")
MORE_OR_ENDLESS = Rule(Verdict.BETTER, _grows_or_ends, "it may only grow, or become null")
LARGER_BUDGET = Rule(Verdict.HOUSE, _grows, "it may only grow")
ANY_BASIS = Rule(Verdict.HOUSE, lambda _old, _new: True, "")
ANY_LOOK = Rule(Verdict.LOOK, lambda _old, _new: True, "")
FIRST_PICTURE = Rule(
    Verdict.LOOK,
    lambda old, _new: old is None,
    "members were shown what they can win, so a first picture may be added but none replaced or taken away",
)

Rules: TypeAlias = Mapping[str, Rule]
NO_MORE = Rule(Verdict.BETTER, lambda old, new: bool(old and not new), "it may only become false")
CAMPAIGN_RULES: Rules = {
    "points_need_order": NO_MORE,
    "look.theme": ANY_LOOK,
    "look.colours": ANY_LOOK,
    "closes_at": LATER,
    "budget.points": LARGER_BUDGET,
    "budget.money_fen": LARGER_BUDGET,
    "budget.basis": ANY_BASIS,
    "earning.pool": MORE,
}


def compare_campaigns(old: CampaignDefinition, new: CampaignDefinition) -> list[Amendment]:
    """The differences between the campaign's own fields."""
    return compare(old, new, CAMPAIGN_RULES)


def compare(old: BaseModel, new: BaseModel, rules: Rules, path: Path = ()) -> list[Amendment]:
    """The differences between two parts of a file that stand at `path`, each judged.

    By `rules`, whose keys are paths within the part with `[]` for any number; a text as a typo. What no rule names
    can't change; what one names is judged as a whole, whatever it holds.
    """
    before, after = dict(_leaves(old, rules)), dict(_leaves(new, rules))
    texts = {place for place, _ in (*texts_in(old), *texts_in(new))}
    found = []
    for leaf in dict.fromkeys((*before, *after)):
        if leaf in before and leaf in after and before[leaf] == after[leaf]:
            continue
        whole = spell((*path, *leaf))
        if leaf not in before or leaf not in after:
            found.append(Amendment(whole, Verdict.REFUSED, "was added" if leaf in after else "was taken away"))
        elif leaf[:-1] in texts:
            found.append(_judge_text(whole, before[leaf], after[leaf]))
        else:
            found.append(_judge(whole, before[leaf], after[leaf], rules.get(_pattern(leaf))))
    return found


def describe(amendments: Sequence[Amendment]) -> list[str]:
    """Each difference in a line: the field, what changes, and how it is judged."""
    return [f"{each.path}: {each.sentence} ({each.verdict})" for each in amendments]


def is_typo(old: str, new: str) -> bool:
    """Whether a text was only corrected.

    It has the same numbers and the same words that permit, forbid or join, and few letters changed: 2, or a twentieth
    of the text. A machine can't prove that a meaning stayed, so both people see the difference.
    """
    if _NUMBERS.findall(old) != _NUMBERS.findall(new) or _weighty_words(old) != _weighty_words(new):
        return False
    changed = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in _opcodes(old, new) if tag != "equal")
    return changed <= max(SMALL_TYPO, len(old) // TYPO_SHARE)


def show_difference(old: str, new: str) -> str:
    """Two texts as one, with `[-what goes-]` and `{+what comes+}`, and a little around it."""
    parts = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            parts.append(_shorten(old[i1:i2], first=i1 == 0, last=i2 == len(old)))
        else:
            parts.append((f"[-{old[i1:i2]}-]" if i2 > i1 else "") + (f"{{+{new[j1:j2]}+}}" if j2 > j1 else ""))
    return "".join(parts)


def _judge(path: str, old: object, new: object, rule: Rule | None) -> Amendment:
    sentence = f"{_show(old)} → {_show(new)}"
    if rule is None:
        return Amendment(path, Verdict.REFUSED, f"{sentence}: it can't change while the campaign runs")
    if not rule.allows(old, new):
        return Amendment(path, Verdict.REFUSED, f"{sentence}: {rule.demand}")
    return Amendment(path, rule.verdict, sentence)


def _judge_text(path: str, old: str, new: str) -> Amendment:
    shown = show_difference(old, new)
    if is_typo(old, new):
        return Amendment(path, Verdict.TYPO, shown)
    return Amendment(path, Verdict.REFUSED, f"{shown}: it is more than the correction of a typo")


def _leaves(part: BaseModel, rules: Rules) -> Iterator[tuple[Path, Any]]:
    return _walk(part.model_dump(by_alias=True), (), rules)


def _walk(value: object, path: Path, rules: Rules) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value and _pattern(path) not in rules:
        for key, item in value.items():
            yield from _walk(item, (*path, key), rules)
    elif isinstance(value, list | tuple) and value:
        for number, item in enumerate(value):
            yield from _walk(item, (*path, number), rules)
    else:
        yield path, value


def _pattern(path: Path) -> str:
    return re.sub(r"\[\d+\]", "[]", spell(path))


def _show(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return "null" if value is None else str(value)


def _weighty_words(text: str) -> list[str]:
    return [word.lower() for word in _WEIGHTY.findall(text)]


def _opcodes(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _shorten(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * CONTEXT:
        return text
    return ("" if first else text[:CONTEXT]) + "…" + ("" if last else text[-CONTEXT:])
