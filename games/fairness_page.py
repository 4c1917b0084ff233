"""The page that tells how a game went: one sentence first, then every count beside its odds.

It says what `GET /v1/games/{game}/fairness` says, with names instead of ids, and what would be usual beside what came.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor, sqrt
from typing import Any

from flask import Response, url_for
from flask_openapi import OpenAPI

from engage.catalogue import text_in
from engage.feature import Services
from engage.kernel.clock import parse
from engage.kernel.refusals import NotFound
from engage.storage.snapshot import snapshot
from engage.web import (
    ANYONE,
    LanguageQuery,
    Routes,
    all_refusals,
    format_datetime,
    format_number,
    gettext,
    language,
    ngettext,
    pages_of,
    request_connection,
)
from games.bundles import Bundles
from games.desk import Desk
from games.fairness_view import fairness_of
from games.models import GamePath
from games.revisions import NO_PRIZE, Revision
from games.view import read_game, read_revision, state_of

NINETEEN_OF_TWENTY = 1.96
"""So many standard deviations to either side hold 95 % of what a normal distribution gives."""
DIGITS = 4
NOTHING = "–"
LARGEST_WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A slot or a card: its odds, what would be usual and what came. Bars are shares of the longest, 0 to 100.

    `chain` is what the slot pays when the prize that it is named after is gone.
    """

    name: str
    chain: str
    odds: str
    percent: str
    usual: str
    count: str
    bar: float
    mark: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one table of one revision."""

    caption: str
    rows: list[Row]


def register(app: OpenAPI, services: Services, desk: Desk, bundles: Bundles) -> None:
    """Add the page."""
    routes, pages = Routes(app, "pages", "Pages for people."), pages_of(app)

    @routes.page("/g/<game>/fairness", ANYONE, [NotFound])
    def get_fairness_page(path: GamePath, query: LanguageQuery) -> Response:  # noqa: ARG001  it chooses the language
        """How a game went, for people: what came beside its odds, refusals, rounds of seeds, stops."""
        connection = request_connection()
        with snapshot(connection):
            row = read_game(connection, path.game)
            fairness = fairness_of(connection, desk.revisions, row.id)
            numbers = dict.fromkeys([count["revision"] for count in fairness["counts"]] + [row.revision])
            revisions = {number: read_revision(connection, desk.revisions, row.id, number) for number in numbers}
            state = state_of(row, revisions[row.revision], services.clock.now_ms())
            has_bundle = bundles.is_there(connection, row.campaign)
        title = text_in(revisions[row.revision].texts["title"], language())
        return pages.render(
            "play/fairness.html",
            title=gettext("How {game} went", game=title),
            entry="fairness/main.ts",
            **render_fairness(fairness, revisions, revisions[row.revision]),
            links=list(_links(revisions[row.revision], is_over=state == "ended", has_bundle=has_bundle)),
        )


def render_fairness(
    fairness: Mapping[str, Any], revisions: Mapping[int, Revision], current: Revision
) -> dict[str, Any]:
    """What `play/fairness.html` shows."""
    zone: str = current.document["time_zone"]
    return {
        "lead": tell(fairness, current, zone),
        "is_alarming": _alarmed_at(fairness) is not None,
        "grids": list(_grids(fairness["counts"], revisions)),
        "is_deck": current.deck is not None,
        "facts": list(_facts(fairness)),
        "refused": [(_title_of(code), format_number(n)) for code, n in fairness["refused"].items()],
        "stops": [(format_datetime(parse(stop["at"]), zone), _reason_of(stop["reason"])) for stop in fairness["stops"]],
        "long_run": [
            (_name_of(current, each["prize"]), tell_odds(odds), tell_percent(odds))
            for each in fairness["long_run"]
            for odds in [Fraction(int(each["numerator"]), int(each["denominator"]))]
        ],
    }


def _links(current: Revision, *, is_over: bool, has_bundle: bool) -> Iterator[tuple[str, str]]:
    yield gettext("The rules and exact odds"), url_for("get_rules_page", game=current.game)
    yield gettext("Check your own results"), url_for("get_verify_page")
    yield gettext("All of this for programs"), url_for("get_game_fairness", game=current.game)
    if current.deck is not None and is_over:
        deck = gettext("The deck with its seed and every sale, for programs")
        yield deck, url_for("get_game_deck", game=current.game)
    if has_bundle:
        whole = gettext("The campaign’s bundle: the results of everybody, to compare yours with")
        yield whole, url_for("get_game_bundle", game=current.game)


def tell(fairness: Mapping[str, Any], current: Revision, zone: str) -> str:
    """The plain sentence that comes first. It never says more than the counts can."""
    plays, alarmed_at = fairness["plays"], _alarmed_at(fairness)
    if alarmed_at is not None:
        return gettext(
            "Since {when} the draws speak strongly against the published odds. Such an alarm is false at most once in a thousand times. The organiser has been told.",  # noqa: E501  a text is one literal
            when=format_datetime(alarmed_at, zone),
        )
    if not plays:
        return gettext("Nobody has played yet.")
    if current.deck is not None:
        return ngettext(
            "{n} of {all} cards is drawn. All of them were sealed before the first one.",
            "{n} of {all} cards are drawn. All of them were sealed before the first one.",
            plays,
            all=current.deck["n"],
        )
    return ngettext(
        "{n} play so far, and nothing in it speaks against the published odds.",
        "{n} plays so far, and nothing in them speaks against the published odds.",
        plays,
    )


def _alarmed_at(fairness: Mapping[str, Any]) -> datetime | None:
    alarms = [parse(each["alarmed_at"]) for each in fairness["monitor"] if each["alarmed_at"]]
    return min(alarms, default=None)


def _grids(counts: Sequence[Mapping[str, Any]], revisions: Mapping[int, Revision]) -> Iterator[Grid]:
    """The tables of the newest rules first."""
    together = [(key, list(rows)) for key, rows in groupby(counts, lambda count: (count["revision"], count["table"]))]
    for (number, table), rows in sorted(together, key=lambda each: -each[0][0]):
        revision = revisions[number]
        caption = _caption_of(revision, table)
        if len(revisions) > 1:
            caption = gettext("Rules no. {number}: {table}", number=str(number), table=caption)
        yield Grid(caption, _rows(revision, table, rows))


def _caption_of(revision: Revision, table: int | None) -> str:
    if table is None:
        return gettext("What is in the deck, and what was drawn")
    if revision.guarantee is not None and table == revision.guarantee.table:
        misses = revision.guarantee.misses
        return ngettext("The guarantee, after {n} miss", "The guarantee, after {n} misses in a row", misses)
    return gettext("What came, beside its odds")


def _rows(revision: Revision, table: int | None, counts: Sequence[Mapping[str, Any]]) -> list[Row]:
    draws = sum(count["count"] for count in counts)
    shares = [count["count"] / draws if draws else 0.0 for count in counts]
    odds = [Fraction(count["odds"]["numerator"], count["odds"]["denominator"]) for count in counts]
    longest = max([*shares, *map(float, odds)])
    return [
        Row(
            name=names[0],
            chain=gettext(", then ").join(names[1:]),
            odds=tell_weight(count["odds"]) if table is not None else format_number(count["odds"]["numerator"]),
            percent=tell_percent(one),
            usual=tell_usual(draws, one) if table is not None else "",
            count=format_number(count["count"]),
            bar=round(100 * share / longest, 2),
            mark=round(100 * float(one) / longest, 2),
        )
        for count, one, share in zip(counts, odds, shares, strict=True)
        for names in [_names_of(revision, table, count["slot"])]
    ]


def _names_of(revision: Revision, table: int | None, slot: str) -> list[str]:
    """What a slot pays, in order; a deck's card is what it is."""
    if table is None:
        return [_name_of(revision, slot)]
    chain = next(each.chain for each in revision.tables[table].slots if each.slot == slot)
    return [_name_of(revision, prize) for prize in chain]


def _name_of(revision: Revision, prize: str) -> str:
    if prize == NO_PRIZE:
        return gettext("No prize")
    return text_in(revision.texts["prizes"][prize], language())


def tell_odds(odds: Fraction) -> str:
    """Exact odds in words; nothing if their numbers are so long that only programs read them."""
    if not odds or odds.denominator > LARGEST_WHOLE:
        return ""
    return gettext("{part} in {whole}", part=odds.numerator, whole=odds.denominator)


def tell_weight(odds: Mapping[str, int]) -> str:
    """The odds of a slot as its rules write them, not in lowest terms."""
    part, whole = odds["numerator"], odds["denominator"]
    return gettext("{part} in {whole}", part=part, whole=whole) if part else ""


def tell_percent(odds: Fraction) -> str:
    """A share in percent, cut to four digits, never in powers of ten."""
    if not odds:
        return "0%"
    percent = Decimal(100 * odds.numerator) / Decimal(odds.denominator)
    # What is not certain is never called so.
    shown = format(percent.quantize(Decimal(1).scaleb(percent.adjusted() - DIGITS + 1), ROUND_DOWN), "f")
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}%"


def tell_usual(draws: int, odds: Fraction) -> str:
    """How often a slot of these odds comes, 19 times out of 20, in so many draws."""
    if not draws:
        return NOTHING
    share = float(odds)
    middle, around = draws * share, NINETEEN_OF_TWENTY * sqrt(draws * share * (1 - share))
    low, high = max(0, floor(middle - around)), min(draws, ceil(middle + around))
    return gettext("{low} to {high}", low=low, high=high)


def _facts(fairness: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield gettext("Plays"), format_number(fairness["plays"])
    counted = sum(count["count"] for count in fairness["counts"])
    if counted < fairness["plays"]:
        yield gettext("Plays that are counted above so far"), format_number(counted)
    yield gettext("Plays that were refused"), format_number(sum(fairness["refused"].values()))
    yield gettext("Rounds of seeds that were opened"), format_number(fairness["epochs"])
    yield gettext("Rounds that nobody played in"), format_number(fairness["unplayed_epochs"])
    yield gettext("Stops of the game"), format_number(len(fairness["stops"]))


def _title_of(code: str) -> str:
    titles = {kind.code: kind.title for kind in all_refusals()}
    return gettext(titles.get(code, code))


def _reason_of(reason: str) -> str:
    reasons = {
        "pause": gettext("Paused"),
        "resume": gettext("Resumed"),
        "revision": gettext("New rules"),
        "end": gettext("Ended"),
        "kill": gettext("Stopped at once"),
    }
    return reasons.get(reason, reason)
