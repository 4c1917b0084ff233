"""The chapter of a campaign's rules page about tasks: what counts, how often, and what it brings."""

from collections.abc import Iterator

from engage.campaigns import Block, ChapterText, Edition, Facts, facts, reward_in_words, say_condition, say_period
from engage.catalogue import Entry
from engage.tasks.section import TASK_SHELF
from engage.tasks.words import rule_words


def tell_tasks(edition: Edition) -> Iterator[ChapterText]:
    """Each task; nothing where there is none."""
    if tasks := edition.of(TASK_SHELF.kind):
        yield "tasks", _tell_all(edition, tasks)


def _tell_all(edition: Edition, tasks: list[Entry]) -> Iterator[Block]:
    return (_tell(edition, task) for task in tasks)


def _tell(edition: Edition, task: Entry) -> Facts:
    said, rule = task.document, task.document["rule"]
    filters = [step["filter"] for step in rule["steps"] if step["filter"] is not None]
    before = [found for each in rule["requires"] if (found := edition.find(each)) is not None]
    names = [edition.text(each.document["title"]) for each in before]
    zone, own = edition.terms.document["time_zone"], edition.own_period(task)
    return facts(
        edition,
        ("about", edition.text(said["description"])),
        ("how", edition.text(said["how"])),
        ("task.rule", edition.join(*rule_words(rule, None, edition.language))),
        *(("task.condition", each) for each in filters),
        *(("only", say_condition(edition.language, each)) for each in rule["audience"]),
        ("task.requires", edition.say("and").join(names)),
        ("task.when", say_period(edition.language, *own, zone) if own else ""),
        ("reward", reward_in_words(edition, said, rule["reward"])),
        title=edition.text(said["title"]),
        anchor=task.id,
    )
