"""Badges as they are earned: every event that counts is a step, and each tier that a step reaches is awarded, once.

The subscriber reads what comes from outside and tasks that were completed. Steps, awards, what members are told and the
position in the log are one transaction; a tier is unique in its period, whoever else awards it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from badges.holdings import Holdings, Steps, read_collections, read_rules
from badges.rules import BadgeRule, Tier, add
from badges.tables import AWARD, COMPLETION, Award, Completion
from engage.catalogue import Entry
from engage.events import LoggedEvent, OutsideEvent, Subscriber, judge, read_outside
from engage.kernel.clock import render_ms
from engage.kernel.ids import new_id
from engage.kernel.refusals import UnderReview
from engage.ledger import BOOK, BOOK_BY_MEMBER, Book
from engage.storage.work import Work

BATCH = 128
COMPLETED = "task.completed"
OUTSIDE = "event:"


def badge_subscriber() -> Subscriber:
    """Reads the log and awards what was earned."""
    return Subscriber("badges", BATCH, handle, sets_aside=True, names=frozenset((COMPLETED,)), subjects=OUTSIDE)


@dataclass(frozen=True, slots=True)
class _Happened:
    """Something that may count: an outside event, or a task that was completed (`outside` None). `at` is in ms."""

    member: str
    name: str
    cause: str
    what: str
    at: int
    data: dict[str, Any]
    outside: OutsideEvent | None


def handle(work: Work, events: Sequence[LoggedEvent]) -> None:
    """Award the badges that these events earn."""
    rules = read_rules(work.connection)
    happened = list(_read(work, events, rules))
    if not happened:
        return
    members = {each.member for each in happened}
    work.load(BOOK_BY_MEMBER, sorted(members))
    shelf = Awarding(work, members)
    steps = Steps(work, members, rules, {each.what for each in happened})
    for each in happened:
        for rule in rules.values():
            _take(shelf, steps, rule, each)


def _read(work: Work, events: Sequence[LoggedEvent], rules: dict[str, BadgeRule]) -> Iterator[_Happened]:
    """What among these events is some badge's business, in order."""
    types = {rule.event for rule in rules.values() if rule.by == "events"}
    mine = [event for event in events if event.member and (event.name in types or event.name == COMPLETED)]
    sent = read_outside(work.connection, mine)
    for event in mine:
        outside = sent.get(event.position)
        if outside is not None and event.name in types:
            data = orjson.loads(outside.data)
            yield _Happened(
                event.member or "", event.name, event.subject, outside.id, outside.occurred_at, data, outside
            )
        elif outside is None and event.name == COMPLETED:
            data = orjson.loads(event.data)
            yield _Happened(
                event.member or "", event.name, event.subject, data.get("task", ""), event.recorded_at, data, None
            )


def _take(shelf: "Awarding", steps: Steps, rule: BadgeRule, happened: _Happened) -> None:
    """What one happening makes of one badge."""
    if happened.outside is None and happened.data.get("badge") == rule.badge:
        tier = rule.tier()
        assert tier is not None, "every badge has a tier"
        shelf.award(happened.member, rule, tier, rule.period_of(happened.at), happened.cause)
    if rule.by == "tasks" and happened.outside is None and happened.what in rule.tasks:
        _count(shelf, steps, rule, happened, 1)
    elif rule.by == "events" and happened.outside is not None and happened.name == rule.event:
        verdict, data = _count(shelf, steps, rule, happened, rule.amount_of(happened.data))
        judge(shelf.work, happened.outside.id, f"badge:{rule.badge}", verdict, **data)


def _count(
    shelf: "Awarding", steps: Steps, rule: BadgeRule, happened: _Happened, amount: int
) -> tuple[str, dict[str, Any]]:
    """Count something, once in its period; the verdict on it, and its figures."""
    if not rule.covers(happened.at):
        return "outside_window", {}
    if not amount:
        return "filtered_out", {}
    key = (rule.badge, happened.member, rule.period_of(happened.at))
    if steps.has_counted(*key, happened.what):
        return "counted_before", {}
    before = steps.progress(*key).total
    after = add(before, amount)
    steps.record(rule, happened.member, key[2], happened.what, amount, after)
    reached = rule.reached(before, after)
    awards = [shelf.award(happened.member, rule, tier, key[2], happened.cause) for tier in reached]
    return "counted", {"progress": after, "awarded": [award.tier for award in awards if award is not None]}


class Awarding:
    """Awards badges to some members in one transaction; their books are locked."""

    def __init__(self, work: Work, members: set[str]) -> None:
        self.work = work
        self.holdings = Holdings(work.connection, members)
        self._collections = read_collections(work.connection)

    def award(self, member: str, rule: BadgeRule, tier: Tier, period: str, cause: str) -> Award | None:
        """Award a tier, unless the member was given it in this period before. Refuses with UnderReview."""
        if self.holdings.had(member, rule.badge, tier.id, period):
            return None
        work, book = self.work, self._book(member)
        row = Award(
            new_id("awd", work.now_ms),
            rule.badge,
            rule.n,
            tier.id,
            member,
            period,
            cause,
            work.now_ms,
            rule.expires_at(work.now_ms),
        )
        work.insert(AWARD, row)
        self.holdings.add(row)
        expires = None if row.expires_at is None else render_ms(row.expires_at)
        data = {"award": row.id, "badge": row.badge, "tier": row.tier, "expires_at": expires}
        self._tell(book, "badge.awarded", f"award:{row.id}", data)
        self._complete(book, row.badge)
        return row

    def complete(self, member: str, collection: Entry) -> Completion | None:
        """Record that a collection is complete, if the member holds all of it now, before its deadline."""
        work, key = self.work, (collection.id, member)
        if key in self.holdings.completions:
            return self.holdings.completions[key]
        badges = collection.document["badges"]
        held = [self.holdings.find(member, badge, work.now_ms) for badge in badges]
        awards = [award.id for award in held if award is not None]
        if len(awards) < len(badges) or not self._is_in_time(collection):
            return None
        row = Completion(*key, collection.n, orjson.dumps(awards).decode(), work.now_ms)
        work.insert(COMPLETION, row)
        self.holdings.completions[key] = row
        data = {"collection": collection.id, "badges": badges}
        self._tell(self._book(member), "collection.completed", f"completion:{collection.id}/{member}", data)
        return row

    def _complete(self, book: Book, badge: str) -> None:
        for collection in self._collections:
            if badge in collection.document["badges"]:
                self.complete(book.member, collection)

    def _is_in_time(self, collection: Entry) -> bool:
        now_ms = self.work.now_ms
        return collection.state != "ended" and collection.covers(now_ms) and now_ms < collection.document["deadline"]

    def _book(self, member: str) -> Book:
        book = self.work.find(BOOK_BY_MEMBER, member)
        assert book is not None, "whoever is in the log has a book"
        if book.under_review:
            raise UnderReview("This member's books are under review; the badge waits until two people have looked.")
        return book

    def _tell(self, book: Book, name: str, subject: str, data: dict[str, Any]) -> None:
        self.work.append(name, subject, orjson.dumps(data).decode(), member=book)
        self.work.change(BOOK, book)
