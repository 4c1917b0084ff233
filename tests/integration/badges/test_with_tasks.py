"""Tasks and badges together: a badge as a reward, a badge for several tasks, told on the feed; and by command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from click.testing import CliRunner

from badges.commands import make_badges_group
from badges.reading import badge_subscriber
from engage.feature import Services
from engage.kernel.refusals import Conflict
from engage.tasks import task_subscriber
from tests.integration.tasks.desk import task, with_tasks
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed
from tests.support.shelf import ALICE, BADGES, Shelf, shelf_of

TASKS = (
    task("write", "{kind: badge, badge: guest}", on="[review.posted]", aggregate="count", window="campaign", target=2),
    task("bring", on="[item.recycled]", aggregate="count", window="campaign", target=1),
)
TEXT = with_tasks(*TASKS).replace("accept_rules: true", "accept_rules: false") + changed(
    "earned: {by: events, type: review.posted}\n    every: month",
    "earned: {by: tasks, tasks: [write, bring]}",
    changed("earned: {by: hand}", "earned: {by: reward}", BADGES),
)


def open_both(bureau: Bureau) -> Shelf:
    """A brand whose tasks award badges, with both readers of the log."""
    shelf = shelf_of(bureau, TEXT)
    readers = [task_subscriber(bureau.services.give_turns), badge_subscriber()]
    shelf.read_by(readers)
    return shelf


def test_a_task_gives_its_badge_and_all_tasks_together_give_another(bureau: Bureau) -> None:
    shelf = open_both(bureau)
    shelf.review()
    assert shelf.awards() == []
    shelf.review()
    assert shelf.awards() == [("bdg_guest", "only", "")]
    shelf.review()
    shelf.cups(what="bag")
    assert shelf.awards() == [("bdg_critic", "only", ""), ("bdg_guest", "only", "")]
    feed = shelf.client.member(ALICE).get("/v1/feed").get_json()["items"]
    told = [item["data"] for item in feed if item["name"] == "badge.awarded"]
    assert [each["badge"] for each in told] == ["bdg_guest", "bdg_critic"]
    assert set(told[0]) == {"award", "badge", "tier", "expires_at"}


def test_a_badge_is_given_and_taken_back_by_command(bureau: Bureau) -> None:
    shelf = shelf_of(bureau)

    @contextmanager
    def opened() -> Iterator[Services]:
        yield bureau.services

    group = make_badges_group(opened)
    why = ["--by", "Carol", "--reason", "her help"]
    said = CliRunner().invoke(group, ["grant", "alice", "bdg_guest", *why])
    award = shelf.award("bdg_guest")
    assert (said.exit_code, said.output) == (0, f"alice has bdg_guest (only) now: {award}.\n")
    again = CliRunner().invoke(group, ["grant", "alice", "bdg_guest", *why])
    assert isinstance(again.exception, Conflict)
    taken = CliRunner().invoke(group, ["revoke", award, *why])
    assert taken.output == f"{award} (bdg_guest, only) is revoked.\n"
    assert bureau.rows("SELECT actor, reason FROM badge_revocation") == [("Carol", "her help")]
