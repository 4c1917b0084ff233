"""What tasks in a campaign file can get wrong beyond their types: each finding names the field and the way out."""

from collections.abc import Iterator, Mapping
from typing import Any

from engage.campaigns import Finding, Level, Place, find_part, suggest
from engage.tasks.definition import OPERATORS, TASK, Counted, TaskDefinition
from engage.tasks.filters import find_fault, find_type_fault
from engage.tasks.templates import SAMPLES, VISITED

UNDOES = "order.refunded"


def check_tasks(section: Place) -> Iterator[Finding]:
    """All faults and blocks of the `tasks` section."""
    tasks = [(place, find_part(TASK, place.value)) for place in section.items()]
    known = {place["id"].value: place["requires"].value for place, _ in tasks}
    seen: set[object] = set()
    for place, task in tasks:
        name = place["id"].value
        if isinstance(name, str) and name in seen:
            yield place["id"].fault("duplicate_id", f"Another task is called {name} already.", "Pick another id.")
        seen.add(name if isinstance(name, str) else id(place))
        if task is not None:
            yield from _check_task(place, task, known)


def _check_task(place: Place, task: TaskDefinition, known: Mapping[Any, Any]) -> Iterator[Finding]:
    yield from _check_requires(place, task, known)
    yield from _check_whole(place, task)
    yield from _check_reward(place, task)
    for number, part in enumerate(task.counted()):
        yield from _check_counted(place["steps"][number] if task.steps else place, part)


def _check_requires(place: Place, task: TaskDefinition, known: Mapping[Any, Any]) -> Iterator[Finding]:
    for number, name in enumerate(task.requires):
        at = place["requires"][number]
        if name not in known:
            yield at.fault(
                "unknown_task", f"There is no task {name}.", suggest(name, map(str, known)) or "Add the task."
            )
        elif _leads_to(name, task.id, known, set()):
            sentence = f"{task.id} waits for {name}, which waits for {task.id}: neither could ever be completed."
            yield at.fault("cycle", sentence, "Take one of them out of `requires`.")


def _leads_to(start: str, wanted: str, known: Mapping[Any, Any], seen: set[str]) -> bool:
    if start == wanted:
        return True
    seen.add(start)
    after = known.get(start)
    names = [name for name in after if isinstance(name, str)] if isinstance(after, list) else []
    return any(_leads_to(name, wanted, known, seen) for name in names if name not in seen)


def _check_whole(place: Place, task: TaskDefinition) -> Iterator[Finding]:
    """What only the fields of a task together can get wrong."""
    kinds = {part.aggregate for part in task.counted()}
    window = task.said("window")
    if window is None:
        yield place.fault(
            "missing", "`window` is missing.", "Say in which time, such as window: month, or use a template."
        )
    if (window == "rolling" or "streak" in kinds) and task.steps:
        sentence = "A rolling window or a streak has one step only."
        yield place["steps"].fault("one_step", sentence, "Make a task of each step and join them by `requires`.")
    if "streak" in kinds and window != "campaign":
        sentence = "A streak runs through the whole campaign."
        yield place["window"].fault("streak_window", sentence, "Write window: campaign, or leave it out.")
    if task.streak is not None and "streak" not in kinds:
        yield place["streak"].fault(
            "no_streak", "This task counts no streak.", "Write aggregate: streak, or delete it."
        )
    if task.template == "questionnaire" and not task.questions:
        yield place.fault("no_questions", "The questionnaire asks nothing.", "Add `questions`.")
    if task.questions and task.template != "questionnaire":
        yield place["questions"].fault("no_questionnaire", "Nobody asks these.", "Write template: questionnaire.")
    yield from _check_questions(place["questions"], task)


def _check_questions(place: Place, task: TaskDefinition) -> Iterator[Finding]:
    names = [question.id for question in task.questions]
    if len(set(names)) < len(names):
        yield place.fault("duplicate_id", "Two questions have the same id.", "Give each its own.")
    for number, question in enumerate(task.questions):
        if question.kind == "scale" and question.least >= question.most:
            sentence = f"From {question.least} to {question.most} there is nothing to choose."
            yield place[number]["most"].fault("empty_scale", sentence, "Make `most` larger than `least`.")
        elif question.kind == "choice" and len({each.id for each in question.choices}) < len(question.choices):
            yield place[number]["choices"].fault("duplicate_id", "Two choices have one id.", "Give each its own.")


def _check_counted(place: Place, part: Counted) -> Iterator[Finding]:
    for name, example in (("on", "[order.completed]"), ("aggregate", "count")):
        if getattr(part, name) is None:
            yield place.fault("missing", f"`{name}` is missing.", f"Write {name}: {example}, or use a template.")
    if part.target is None:
        yield place.fault("missing", "`target` is missing.", "Say how much completes it, such as target: 3.")
    elif part.target < 1:
        sentence = f"A target of {part.target} would be reached by nobody's doing."
        yield place["target"].fault("zero_target", sentence, "Make it 1 or more.")
    if part.aggregate in {"sum", "distinct"} and part.field is None:
        yield place.fault("missing", "`field` is missing.", f"Say which field {part.aggregate} is about.")
    if UNDOES in (part.on or ()):
        yield place["on"].fault("undoes", "A refund takes back what counted; it counts for nothing.", "Leave it out.")
    if VISITED in (part.on or ()) and (part.aggregate, part.field) != ("distinct", "visitor"):
        sentence = "Clicks on shared pages earn nothing (C22): anybody can click."
        way_out = "Write aggregate: distinct and field: visitor, so that verified visitors count once each."
        yield place["on"].finding(Level.BLOCK, "C22", sentence, way_out)
    yield from _check_filter(place, part)


def _check_filter(place: Place, part: Counted) -> Iterator[Finding]:
    for number, each in enumerate(part.where):
        if not each.compares_once:
            sentence = f"A condition needs exactly one of {', '.join(OPERATORS)}."
            way_out = "Keep one, and write another condition for each other one."
            yield place["where"][number].fault("condition", sentence, way_out)
    if part.cel is not None and (fault := find_fault(part.cel)) is not None:
        yield place["cel"].fault("bad_filter", f"The filter {fault}.", "Mend it, or write conditions in `where`.")
        return
    for type_ in part.on or ():
        sample = SAMPLES.get(type_)
        if sample is None:
            continue
        if part.field is not None and part.field not in sample:
            sentence = f"{type_} has no field {part.field}, so nothing would ever count."
            yield place["field"].fault("unknown_field", sentence, suggest(part.field, sample))
        elif part.aggregate == "sum" and not isinstance(sample[part.field or ""], int):
            yield place["field"].fault(
                "not_a_number", f"{part.field} of {type_} is no number.", "Sum up a whole number."
            )
        yield from _check_conditions(place, part, type_, sample)
        if part.cel is not None and (fault := find_type_fault(part.cel, sample)) is not None:
            yield place["cel"].fault("bad_filter", f"The filter {fault} ({type_}).", "Mend it.")


def _check_conditions(place: Place, part: Counted, type_: str, sample: Mapping[str, Any]) -> Iterator[Finding]:
    for number, each in enumerate(part.where):
        first, _, second = each.field.partition(".")
        inner = sample.get(first)
        fields = inner[0] if second and isinstance(inner, list) and inner and isinstance(inner[0], dict) else sample
        if first not in sample or (second and second not in fields):
            sentence = f"{type_} has no field {each.field}, so nothing would ever count."
            yield place["where"][number]["field"].fault("unknown_field", sentence, suggest(second or first, fields))


def _check_reward(place: Place, task: TaskDefinition) -> Iterator[Finding]:
    reward, root = task.reward, place.source.root()
    if reward.kind == "turns":
        names = [game["id"].value for game in root["games"].items() if isinstance(game["id"].value, str)]
        if reward.game not in names:
            sentence = f"There is no game {reward.game} in this campaign."
            yield place["reward"]["game"].fault(
                "unknown_game", sentence, suggest(reward.game, names) or "Add the game."
            )
    if reward.kind == "badge":
        names = [badge["id"].value for badge in root["badges"].items() if isinstance(badge["id"].value, str)]
        if reward.badge not in names:
            sentence = f"There is no badge {reward.badge} in this campaign."
            way_out = suggest(reward.badge, names) or "Add the badge."
            yield place["reward"]["badge"].fault("unknown_badge", sentence, way_out)
