"""What badges in a campaign file can get wrong beyond their types; each check needs only the fields that it names.

A badge that nobody can get is blocked, with its line and a way out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from badges.definition import BADGE, BadgeDefinition, EarnedByEvents, EarnedByTasks
from engage.campaigns import Finding, Instant, Level, Place, find_part, suggest
from engage.events import KINDS

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
VISITED, REFUNDED = "share.visited", "order.refunded"


def check_badges(section: Place) -> Iterator[Finding]:
    """All faults and blocks of the `badges` section."""
    yield from check_doubles((badge["id"] for badge in section.items()), "badge")
    for place in section.items():
        yield from _check_looks(place)
        badge = find_part(BADGE, place.value)
        if badge is not None:
            yield from _check_earned(place, badge)
            yield from _check_tiers(place, badge)
            yield from _check_window(place, badge)


def check_doubles(names: Iterable[Place], what: str) -> Iterator[Finding]:
    """A fault for each name that was there before."""
    seen = set[object]()
    for name in names:
        if isinstance(name.value, str) and name.value in seen:
            yield name.fault("duplicate_id", f"Another {what} is called {name.value} already.", "Pick another id.")
        seen.add(name.value if isinstance(name.value, str) else id(name))


def ids_in(section: Place) -> list[str]:
    """The ids in a section, as far as they are texts."""
    return [each["id"].value for each in section.items() if isinstance(each["id"].value, str)]


def instant_at(place: Place) -> datetime | None:
    """An instant of the file; None if it is none, which is reported elsewhere."""
    found: datetime | None = find_part(_INSTANT, place.value)
    return found


def gives_badge(task: Place, badge: str) -> bool:
    """Whether a task's reward is this badge."""
    reward = task["reward"]
    return reward["kind"].value == "badge" and reward["badge"].value == badge


def _check_looks(place: Place) -> Iterator[Finding]:
    if place["icon"].value is not None and place["picture"].value is not None:
        sentence = "This badge has both an icon and a picture; only one can be drawn."
        yield place["icon"].fault("art_twice", sentence, "Delete one of them.")


def _check_earned(place: Place, badge: BadgeDefinition) -> Iterator[Finding]:
    match badge.earned:
        case EarnedByEvents() as earned:
            yield from _check_events(place["earned"], earned)
        case EarnedByTasks() as earned:
            yield from _check_tasks(place["earned"], earned)
        case earned if earned.by == "reward":
            tasks = place.source.root()["tasks"]
            if not any(gives_badge(task, badge.id) for task in tasks.items()):
                sentence = f"No task has the badge {badge.id} as its reward, so nobody can get it."
                way_out = f"Write reward: {{kind: badge, badge: {badge.id}}} at a task, or earn it otherwise."
                yield place["earned"].finding(Level.BLOCK, "unreachable_badge", sentence, way_out)


def _check_events(place: Place, earned: EarnedByEvents) -> Iterator[Finding]:
    if earned.type == VISITED:
        sentence = "Visits of shared pages earn nothing by themselves (C22): anybody can click."
        way_out = "Count distinct verified visitors with a task, and earn the badge by that task."
        yield place["type"].finding(Level.BLOCK, "C22", sentence, way_out)
    if earned.type == REFUNDED:
        yield place["type"].fault("undoes", "A refund takes back what counted; it counts for nothing.", "Count orders.")
    model = KINDS.get(earned.type)
    if model is None:
        return
    fields = model.model_fields
    named: list[tuple[Place, str]] = [(place["where"][n]["field"], each.field) for n, each in enumerate(earned.where)]
    if earned.sum is not None:
        named.append((place["sum"], earned.sum))
    for at, name in named:
        if name not in fields:
            sentence = f"{earned.type} has no field {name}, so nothing would ever count."
            yield at.fault("unknown_field", sentence, suggest(name, fields))
        elif at.path[-1] == "sum" and not _is_whole(fields[name].annotation):
            yield at.fault("not_a_number", f"{name} of {earned.type} is no number.", "Sum up a whole number.")


def _is_whole(annotation: Any) -> bool:  # noqa: ANN401  what pydantic found at a field
    return annotation is int or int in getattr(annotation, "__args__", ())


def _check_tasks(place: Place, earned: EarnedByTasks) -> Iterator[Finding]:
    known = ids_in(place.source.root()["tasks"])
    for number, task in enumerate(earned.tasks):
        at = place["tasks"][number]
        if task not in known:
            yield at.fault("unknown_task", f"There is no task {task}.", suggest(task, known) or "Add the task.")
        elif task in earned.tasks[:number]:
            yield at.fault("duplicate_task", f"The task {task} is listed twice.", "List it once.")


def _check_tiers(place: Place, badge: BadgeDefinition) -> Iterator[Finding]:
    yield from check_doubles((tier["id"] for tier in place["tiers"].items()), "tier of this badge")
    for number, tier in enumerate(badge.tiers):
        at = place["tiers"][number]["at"]
        if number and tier.at <= badge.tiers[number - 1].at:
            yield at.fault("tiers_not_rising", "A tier has to take more than the one before.", "Raise `at`.")
        if isinstance(badge.earned, EarnedByTasks) and tier.at > len(badge.earned.tasks):
            sentence = f"This tier takes {tier.at} tasks; there are {len(badge.earned.tasks)}."
            yield at.finding(Level.BLOCK, "unreachable_tier", sentence, "Lower `at`, or list more tasks.")
    if len(badge.tiers) > 1 and badge.earned.by == "reward":
        sentence = "A task gives the first tier only, so the others can't be reached."
        yield place["tiers"].finding(Level.BLOCK, "unreachable_tier", sentence, "Keep one tier.")


def _check_window(place: Place, badge: BadgeDefinition) -> Iterator[Finding]:
    root = place.source.root()
    opens, closes = instant_at(root["opens_at"]), instant_at(root["closes_at"])
    if opens is None or closes is None:
        return
    first, last = badge.window.first, badge.window.last
    sentence = "These days lie outside of the campaign's time, so nothing would ever count."
    if first is not None and first > closes.date():
        yield place["window"]["first"].finding(Level.BLOCK, "window_outside", sentence, "Move them inside.")
    if last is not None and last < opens.date():
        yield place["window"]["last"].finding(Level.BLOCK, "window_outside", sentence, "Move them inside.")
