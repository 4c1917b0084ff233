"""What can keep a collection from ever being complete: such a promise is blocked before it is made (C4).

Each finding names the badge at its line in the collection, and a way out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from badges.checks import check_doubles, gives_badge, ids_in, instant_at
from badges.definition import BADGE, COLLECTION, BadgeDefinition, CollectionDefinition, EarnedByTasks
from engage.campaigns import Finding, Level, Place, find_part, suggest

CLAIM_DAYS = 3
CHANCE = "play.settled"


def check_collections(section: Place) -> Iterator[Finding]:
    """All faults and blocks of the `collections` section."""
    root = section.source.root()
    yield from check_doubles((each["id"] for each in section.items()), "collection")
    badges = {each["id"].value: find_part(BADGE, each.value) for each in root["badges"].items()}
    for place in section.items():
        collection = find_part(COLLECTION, place.value)
        if collection is not None:
            yield from _check_reward(place["reward"], root)
            yield from _check_names(place["badges"], ids_in(root["badges"]))
            yield from _check_deadline(place["deadline"], collection, root)
            found = [badges.get(name) for name in collection.badges]
            for number, badge in enumerate(found):
                if badge is not None:
                    yield from _check_badge(place["badges"][number], badge)
            yield from _check_together(place, collection, [badge for badge in found if badge is not None])


def _check_reward(reward: Place, root: Place) -> Iterator[Finding]:
    games = ids_in(root["games"])
    if reward["kind"].value == "turns" and reward["game"].value not in games:
        sentence = f"There is no game {reward['game'].value}."
        yield reward["game"].fault("unknown_game", sentence, suggest(reward["game"].value, games) or "Add the game.")


def _check_names(place: Place, known: list[str]) -> Iterator[Finding]:
    seen = set[object]()
    for each in place.items():
        if each.value in seen:
            yield each.fault("duplicate_badge", f"The badge {each.value} is listed twice.", "List it once.")
        elif each.value not in known:
            yield each.fault(
                "unknown_badge", f"There is no badge {each.value}.", suggest(each.value, known) or "Add the badge."
            )
        seen.add(each.value)


def _check_deadline(place: Place, collection: CollectionDefinition, root: Place) -> Iterator[Finding]:
    opens, closes = instant_at(root["opens_at"]), instant_at(root["closes_at"])
    if opens is None or closes is None:
        return
    if collection.deadline > closes:
        sentence = "The deadline lies after the campaign's end, when no badge is awarded and no prize given any more."
        yield place.finding(Level.BLOCK, "deadline_after_end", sentence, "Set it to closes_at or earlier.")
    elif collection.deadline <= opens:
        sentence = "The deadline lies before the campaign opens, so nobody can complete the collection."
        yield place.finding(Level.BLOCK, "deadline_before_start", sentence, "Set a later deadline.")
    elif collection.deadline > closes - timedelta(days=CLAIM_DAYS):
        sentence = f"Who completes it last has less than {CLAIM_DAYS} days to claim the prize: the campaign's end."
        yield place.finding(Level.WARN, "late_deadline", sentence, "Set an earlier deadline, or end later.")


def _check_badge(place: Place, badge: BadgeDefinition) -> Iterator[Finding]:
    if badge.earned.by == "hand":
        sentence = f"The badge {badge.id} is awarded by hand only: nobody can set out to complete this."
        yield place.finding(Level.BLOCK, "only_by_hand", sentence, "Let it be earned by events or tasks.")
    if badge.secret:
        sentence = f"The badge {badge.id} is secret: members are not told how to get it."
        yield place.finding(Level.WARN, "secret_badge", sentence, "Leave it out, or let everybody know it.")
    for task in _tasks_of(place, badge):
        if _is_by_chance(task):
            sentence = f"The badge {badge.id} takes luck in a game without a guarantee (task {task['id'].value})."
            way_out = "Give that game a guarantee, or earn the badge by something that members can do."
            yield place.finding(Level.BLOCK, "only_by_chance", sentence, way_out)


def _tasks_of(place: Place, badge: BadgeDefinition) -> Iterator[Place]:
    """The tasks that a badge can't be had without."""
    tasks = place.source.root()["tasks"]
    if isinstance(badge.earned, EarnedByTasks):
        least = badge.tiers[0].at if badge.tiers else len(badge.earned.tasks)
        if least == len(badge.earned.tasks):
            yield from (task for task in tasks.items() if task["id"].value in badge.earned.tasks)
    elif badge.earned.by == "reward":
        givers = [task for task in tasks.items() if gives_badge(task, badge.id)]
        yield from givers if len(givers) == 1 else ()


def _is_by_chance(task: Place) -> bool:
    """Whether a task counts plays by what came of them, while no game of the file guarantees anything."""
    games = task.source.root()["games"]
    guaranteed = any(isinstance(game["guarantee"].value, dict) for game in games.items())
    return CHANCE in _texts_of(task.value) and _has_filter(task) and not guaranteed


def _has_filter(task: Place) -> bool:
    return any(task[name].value for name in ("filter", "where", "cel"))


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts_of(each)


def _check_together(place: Place, collection: CollectionDefinition, badges: list[BadgeDefinition]) -> Iterator[Finding]:
    """Whether there is an instant before the deadline at which all can be held."""
    root = place.source.root()
    opens, closes = instant_at(root["opens_at"]), instant_at(root["closes_at"])
    if opens is None or closes is None or not badges or collection.deadline <= opens:
        return
    starts = {badge.id: _first(badge, opens) for badge in badges}
    ends = {badge.id: _last(badge, closes) for badge in badges}
    latest = max(starts, key=lambda name: starts[name])
    number = collection.badges.index(latest)
    if starts[latest] >= collection.deadline:
        sentence = f"The badge {latest} can be earned only after the deadline."
        yield place["badges"][number].finding(Level.BLOCK, "too_late", sentence, "Move its window, or the deadline.")
    for badge in badges:
        if badge.expire_days is None:
            continue
        at = place["badges"][collection.badges.index(badge.id)]
        lasts = ends[badge.id] + timedelta(days=badge.expire_days)
        if lasts <= starts[latest]:
            sentence = f"The badge {badge.id} has expired before {latest} can be earned, so nobody ever holds both."
            yield at.finding(Level.BLOCK, "never_together", sentence, "Let it be held for longer.")
        elif starts[badge.id] + timedelta(days=badge.expire_days) < collection.deadline:
            sentence = f"The badge {badge.id} may expire before the deadline, and is not awarded twice."
            yield at.finding(Level.WARN, "expires_early", sentence, "Let it be held for longer, and say so in `how`.")


def _first(badge: BadgeDefinition, opens: datetime) -> datetime:
    """About when a badge can be earned first: days are taken at the offset of the campaign's start."""
    day = badge.window.first
    start = None if day is None else datetime(day.year, day.month, day.day, tzinfo=opens.tzinfo)
    return opens if start is None else max(opens, start)


def _last(badge: BadgeDefinition, closes: datetime) -> datetime:
    day = badge.window.last
    end = None if day is None else datetime(day.year, day.month, day.day, tzinfo=closes.tzinfo) + timedelta(days=1)
    return closes if end is None else min(closes, end)
