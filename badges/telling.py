"""The chapters of a campaign's rules page about badges and collections. Secret badges are no part of an edition."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from badges.documents import BADGE_KIND, COLLECTION_KIND
from badges.words import say_badge
from engage.campaigns import Block, ChapterText, Edition, Facts, local, reward_in_words
from engage.catalogue import Entry
from engage.kernel.clock import render_ms
from engage.tasks import amount_in_words, events_in_words, field_in_words

ORDERS = "order.completed"


def tell_badges(edition: Edition) -> Iterator[ChapterText]:
    """Each badge that everybody may know of; nothing where there is none."""
    if badges := edition.of(BADGE_KIND):
        yield "badges", (_tell_badge(edition, badge) for badge in badges)


def tell_collections(edition: Edition) -> Iterator[ChapterText]:
    """Each collection; nothing where there is none."""
    if collections := edition.of(COLLECTION_KIND):
        yield "collections", (_tell_collection(edition, each) for each in collections)


def _facts(edition: Edition, entry: Entry, title: Mapping[str, str], *rows: tuple[str, str]) -> Block:
    said = tuple((say_badge(edition.language, label), value) for label, value in rows if value)
    return Facts(said, title=edition.text(title), anchor=entry.id)


def _tell_badge(edition: Edition, badge: Entry) -> Block:
    said, spoken = badge.document, edition.language
    days = said["expire_days"]
    return _facts(
        edition,
        badge,
        said["name"],
        ("about", edition.text(said["description"])),
        ("how", edition.text(said["how"])),
        ("counts", _earned(edition, said["earned"])),
        ("tiers", _tiers(edition, said["tiers"], said["earned"].get("sum"))),
        ("again", say_badge(spoken, said["every"])),
        ("days", _days(edition, said["window"])),
        ("held", say_badge(spoken, "for_days", n=days) if days else say_badge(spoken, "for_good")),
        ("refund", say_badge(spoken, "undone") if said["earned"].get("type") == ORDERS else ""),
    )


def _earned(edition: Edition, earned: Mapping[str, Any]) -> str:
    spoken = edition.language
    match earned["by"]:
        case "events":
            events, field = events_in_words([earned["type"]], spoken), field_in_words(earned["sum"], spoken)
            what = say_badge(spoken, "sum" if field else "events", events=events, field=field)
            return edition.join(what, _conditions(spoken, earned["where"]))
        case "tasks":
            found = [entry for each in earned["tasks"] if (entry := edition.find(each)) is not None]
            names = [edition.text(entry.document["title"]) for entry in found]
            return say_badge(spoken, "tasks", tasks=say_badge(spoken, "and").join(names))
        case by:
            return say_badge(spoken, by)


def _conditions(spoken: str, where: list[Mapping[str, Any]]) -> str:
    said: list[str] = []
    for each in where:
        field = field_in_words(each["field"], spoken)
        if each["values"]:
            values = say_badge(spoken, "or").join(orjson.dumps(value).decode().strip('"') for value in each["values"])
            said.append(say_badge(spoken, "values", field=field, values=values))
        bounds = [name for name in ("at_least", "at_most") if each[name] is not None]
        said += [
            say_badge(spoken, name, field=field, n=amount_in_words(each["field"], each[name], spoken))
            for name in bounds
        ]
    return say_badge(spoken, "filtered", conditions=say_badge(spoken, "between").join(said)) if said else ""


def _tiers(edition: Edition, tiers: list[Mapping[str, Any]], field: str | None) -> str:
    """The named tiers, each so much of a field or of what is counted; one without a name says nothing."""
    named = [tier for tier in tiers if tier["name"]]
    spoken = edition.language
    said = [
        say_badge(spoken, "tier", name=edition.text(tier["name"]), at=amount_in_words(field, tier["at"], spoken))
        for tier in named
    ]
    return say_badge(edition.language, "between").join(said)


def _days(edition: Edition, window: Mapping[str, str | None]) -> str:
    said = [
        say_badge(edition.language, sentence, **{name: window[name]})
        for sentence, name in (("from", "first"), ("until", "last"))
        if window[name] is not None
    ]
    return say_badge(edition.language, "between").join(said)


def _tell_collection(edition: Edition, collection: Entry) -> Block:
    said, spoken = collection.document, edition.language
    known = [edition.find(badge) for badge in said["badges"]]
    names = [edition.text(each.document["name"]) if each else say_badge(spoken, "secret") for each in known]
    zone = edition.terms.document["time_zone"]
    return _facts(
        edition,
        collection,
        said["title"],
        ("about", edition.text(said["description"])),
        ("badges", say_badge(spoken, "and").join(names)),
        ("deadline", say_badge(spoken, "deadline_value", at=local(render_ms(said["deadline"]), zone), zone=zone)),
        ("prize", reward_in_words(edition, said, said["reward"])),
        ("claim", say_badge(spoken, "claim_value")),
    )
