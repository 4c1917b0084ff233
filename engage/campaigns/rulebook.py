"""The content of a campaign's rules page (C1, C3b, C7, C13b, C14): made from what it has in force and nothing else.

The chapters about tasks, badges and whatever else a campaign may have are written by those who publish them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from engage.campaigns.disclosure import (
    Block,
    Facts,
    Links,
    Note,
    RulesPage,
    number,
    say_condition,
    say_factors,
    say_period,
)
from engage.campaigns.edition import Edition, hash_of_rules
from engage.campaigns.sentences import catalogue_for, name_of_language, say_money
from engage.kernel.clock import render_ms

ORDER = ("tasks", "badges", "collections", "items", "games")
ChapterText: TypeAlias = tuple[str, Iterable[Block]]


def render_rulebook(edition: Edition, chapters: Iterable[ChapterText], links: Mapping[str, str]) -> dict[str, Any]:
    """What `rules/campaign.html` needs. `links` are addresses: `document`, and `page`, to which `?language=` is added.

    `chapters` are those of the features, in any order.
    """
    terms = edition.terms
    page = _build(edition, chapters, links["document"])
    over = {"live": None, "paused": edition.say("book.paused"), "ended": edition.say("book.ended")}[terms.state]
    others = [each for each in terms.document["languages"] if each != edition.language]
    return {
        "title": page.title,
        "page": page,
        "links": links,
        "over": over,
        "languages": [(each, name_of_language(each)) for each in others],
    }


def _build(edition: Edition, chapters: Iterable[ChapterText], document: str) -> RulesPage:
    terms = edition.terms.document
    known = sorted(chapters, key=lambda chapter: ORDER.index(chapter[0]))
    contents: list[ChapterText] = [("overview", _overview(edition))]
    if _has_points(edition):
        contents.append(("points", _points(edition)))
    contents += [
        *known,
        ("claim", _claim(edition)),
        ("tax", [Note(edition.text(terms["tax_note"]) or edition.say("tax.none"))]),
        ("contact", _contact(edition)),
        ("binding", _binding(edition, document)),
    ]
    return RulesPage(
        language=catalogue_for(edition.language),
        title=edition.say("book.title", campaign=edition.text(terms["campaign_title"])),
        subtitle=edition.text(terms["organiser"]["name"]),
        lead=edition.say("book.lead"),
        chapters=number(edition.language, contents),
    )


def facts(edition: Edition, *rows: tuple[str, str], title: str = "", anchor: str = "") -> Facts:
    """Rows whose labels are sentences; those without a value are left out."""
    said = tuple((edition.say(label), value) for label, value in rows if value)
    return Facts(said, title=title, anchor=anchor)


def _overview(edition: Edition) -> Iterator[Block]:
    """Who, when, who may take part, and what is never done."""
    entry, terms = edition.terms, edition.terms.document
    minimum = terms["age"]["minimum"]
    age = "age.declared" if terms["age"]["declaration"] else "age.known"
    period = say_period(edition.language, render_ms(entry.opens_at), render_ms(entry.closes_at), terms["time_zone"])
    yield facts(
        edition,
        ("campaign", edition.text(terms["campaign_title"])),
        ("organiser", edition.text(terms["organiser"]["name"])),
        ("period", period),
        ("who", edition.text(terms["audience"])),
        *(("only", say_condition(edition.language, one)) for one in terms["only"]),
        ("book.age", edition.say(age, n=minimum) if minimum else edition.say("age.none")),
        ("insiders", edition.say("book.insiders")),
        ("book.closed", edition.say("book.closed.value")),
    )


def _has_points(edition: Edition) -> bool:
    """Whether the campaign says anything of points, which it has to where there are any."""
    terms = edition.terms.document
    return bool("earning" in terms or terms["points"]["value"] or terms["points"]["use"])


def _points(edition: Edition) -> Iterator[Block]:
    """What points are good for, how long, what they are worth, and how orders earn them."""
    points = edition.terms.document["points"]
    worth, days = points["value"], points["expire_days"]
    yield facts(
        edition,
        ("points.use", edition.text(points["use"])),
        ("points.life", edition.say("points.life.days", n=days) if days else edition.say("points.life.forever")),
        ("points.worth", _worth(edition, worth) if worth else ""),
        ("points.order", edition.say("points.order.value") if points.get("need_order") else ""),
    )
    if "earning" in edition.terms.document:
        yield _earning(edition, edition.terms.document["earning"])


def _worth(edition: Edition, worth: Mapping[str, Any]) -> str:
    money = say_money(edition.language, worth["fen"])
    return edition.say("points.worth.value", points=worth["points"], what=edition.text(worth["what"]), money=money)


def _earning(edition: Edition, earning: Mapping[str, Any]) -> Facts:
    money, pending = say_money(edition.language, earning["per_fen"]), earning["pending_days"]
    ratio = edition.say("earning.ratio", n=earning["points"], money=money)
    days = say_factors(edition.language, earning["factors"])
    names = edition.say("and").join([*earning["merchants"], *earning["stores"]])
    shops = edition.say("earning.shops", names=names) if names else ""
    return facts(
        edition,
        ("how", f"{ratio} {edition.text(earning['terms'])}"),
        ("earning.when", edition.join(edition.say("earning.when.value"), shops)),
        ("earning.factors", edition.say("earning.best", days=days) if days else ""),
        ("earning.pending", edition.say("earning.pending.days", n=pending) if pending else ""),
        ("earning.refund", edition.say("earning.refund.value")),
        ("earning.dry", edition.say("earning.dry.value")),
        title=edition.say("earning"),
        anchor="earning",
    )


def _claim(edition: Edition) -> Iterator[Block]:
    claim = edition.terms.document["claim"]
    yield Note(edition.say("claim.at_once"))
    yield facts(
        edition,
        ("claim.how", edition.text(claim["how"])),
        ("claim.until", edition.say("claim.until.value", n=claim["until_days"])),
        ("claim.forfeiture", edition.text(claim["forfeiture"])),
    )


def _contact(edition: Edition) -> Iterator[Block]:
    organiser = edition.terms.document["organiser"]
    yield facts(
        edition,
        ("organiser", edition.text(organiser["name"])),
        ("licence", organiser["licence"]),
        ("filing", organiser["filing"] or ""),
        ("contact.how", edition.text(organiser["contact"])),
    )


def _binding(edition: Edition, document: str) -> Iterator[Block]:
    yield Note(edition.say("binding.note"))
    yield Facts(((edition.say("binding.hash"), hash_of_rules(edition)),), code=True)
    yield Links(((edition.say("binding.document"), document),))
