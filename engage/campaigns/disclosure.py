"""The content of the rules page (C1): made from a revision's rules document and the terms that it binds, nothing else.

So everything on the page is covered by `rules_hash`, and an old revision's page can be made again at any time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from engage.campaigns.sentences import catalogue_for, name_of_language, say, say_money
from engage.fairness import long_run_odds, slot_odds
from engage.kernel.clock import parse

NO_PRIZE = "none"
NOTHING = "—"
SHOWN_DENOMINATOR = 10**6
EXACT_PLACES = 6
ROUNDED_DIGITS = 4

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph."""

    text: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they stand for. `code` marks hashes; what has a title has an address within the page."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    title: str = ""
    anchor: str = ""
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"


@dataclass(frozen=True, slots=True)
class Links:
    """Texts, and the addresses that they lead to."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "links"


Block: TypeAlias = Note | Facts | Grid | Links


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the page; `anchor` is its address within the page."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All that the page says, in one language."""

    language: str
    title: str
    subtitle: str
    lead: str
    chapters: tuple[Chapter, ...]


def build_page(rules: Document, terms: Document, rules_hash: str, language: str) -> RulesPage:
    """The rules page in a language. `terms` is the document that `rules["texts_hash"]` was made from."""
    writer = _Writer(rules, terms, rules_hash, language)
    return RulesPage(
        language=catalogue_for(language),
        title=writer.say("page.title", game=writer.text(terms["title"])),
        subtitle=writer.text(terms["campaign_title"]),
        lead=writer.say("page.lead", revision=rules["revision"]),
        chapters=number(language, _contents(writer)),
    )


def number(language: str, chapters: Iterable[tuple[str, Iterable[Block]]]) -> tuple[Chapter, ...]:
    """Chapters in their order, numbered; the heading of each is the sentence of its anchor."""
    numerals = say(language, "numerals").split()
    return tuple(
        Chapter(anchor, say(language, "chapter", numeral=numeral, heading=say(language, anchor)), tuple(blocks))
        for numeral, (anchor, blocks) in zip(numerals, chapters, strict=False)
    )


def _contents(writer: "_Writer") -> Iterator[tuple[str, Iterator[Block]]]:
    """The chapters in their order; each has the sentence of its anchor as heading."""
    yield "overview", writer.overview()
    yield "prizes", writer.prizes()
    yield "odds", writer.odds()
    yield "take_part", writer.take_part()
    yield "draw", writer.draw()
    yield "claim", writer.claim()
    if writer.gives_points():
        yield "points", writer.points()
    yield "tax", writer.tax()
    yield "contact", writer.contact()
    yield "fairness", writer.fairness()
    yield "trust", writer.trust()


def render_context(
    rules: Document, terms: Document, rules_hash: str, language: str, links: Mapping[str, str]
) -> dict[str, Any]:
    """What `play/rules.html` needs.

    `links` are addresses: `game`, `campaign` (empty: it has no page of its own), `verify`, `counts`, `document`, and
    `page`, to which `?language=` is added for each of the campaign's other languages.
    """
    page = build_page(rules, terms, rules_hash, language)
    return {
        "title": page.title,
        "page": page,
        "links": links,
        "languages": [(each, name_of_language(each)) for each in terms["languages"] if each != language],
        "game_title": text_in(terms["title"], language),
        "campaign_label": say(language, "campaign.rules"),
        "verify_label": say(language, "fairness.verify"),
        "counts_label": say(language, "fairness.counts"),
        "document_label": say(language, "fairness.document"),
    }


def text_in(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, else in one of the same base language, else in the campaign's main one."""
    if language in texts:
        return texts[language]
    base = language.partition("-")[0]
    near = [text for each, text in texts.items() if each.partition("-")[0] == base]
    return next(iter((*near, *texts.values())), "")


def percent(odds: Fraction) -> str:
    """Odds in percent: exact where six decimals suffice, else rounded to four digits and marked with ≈."""
    hundredfold = odds * 100
    scaled = hundredfold * 10**EXACT_PLACES
    if scaled.denominator == 1:
        return _decimal(scaled.numerator, EXACT_PLACES)
    places = ROUNDED_DIGITS
    while places > 0 and hundredfold * 10**places >= 10**ROUNDED_DIGITS:
        places -= 1
    while hundredfold * 10**places < 10 ** (ROUNDED_DIGITS - 1):
        places += 1
    return "≈ " + _decimal(round(hundredfold * 10**places), places)


def _decimal(scaled: int, places: int) -> str:
    whole, rest = divmod(scaled, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{whole:,}" + (f".{digits}" if digits else "")


class _Writer:
    """Writes the chapters of one page: a revision's rules and terms in one language."""

    def __init__(self, rules: Document, terms: Document, rules_hash: str, language: str) -> None:
        self._rules, self._terms, self._rules_hash, self._language = rules, terms, rules_hash, language
        self._prizes = {prize["id"]: prize for prize in rules["prizes"]}

    def say(self, sentence: str, **values: object) -> str:
        """A generated sentence in the page's language."""
        return say(self._language, sentence, **values)

    def text(self, texts: Mapping[str, str]) -> str:
        """The organiser's text in the page's language."""
        return text_in(texts, self._language)

    def overview(self) -> Iterator[Block]:
        """Who, when, and who may take part."""
        rules, terms = self._rules, self._terms
        minimum = terms["age"]["minimum"]
        age = "age.declared" if terms["age"]["declaration"] else "age.known"
        yield self._facts(
            ("campaign", self.text(terms["campaign_title"])),
            ("organiser", self.text(terms["organiser"]["name"])),
            ("period", self._period(rules["opens_at"], rules["closes_at"], rules["time_zone"])),
            ("who", self.text(terms["audience"])),
            *(("only", say_condition(self._language, one)) for one in terms["only"]),
            ("age", self.say(age, n=minimum) if minimum else self.say("age.none")),
            ("insiders", self.say("insiders.value")),
            ("accept", self.say("accept.yes" if terms["accept_rules"] else "accept.no")),
        )

    def prizes(self) -> Iterator[Block]:
        """Every prize with kind, value, number and terms."""
        columns = tuple(self.say(column) for column in ("prize", "kind", "value", "units", "terms"))
        rows = tuple(
            (
                self._name(prize["id"]),
                self.say(f"kind.{prize['kind']}"),
                self._value(prize),
                self.say("units.endless") if prize["units"] is None else f"{prize['units']:,}",
                self._prize_terms(prize),
            )
            for prize in self._rules["prizes"]
        )
        yield Grid(self.say("prizes.all"), columns, rows)
        yield Note(self.say("prizes.note"))

    def odds(self) -> Iterator[Block]:
        """The exact odds, whichever way the game draws."""
        return self._deck_odds() if self._rules["deck"] else self._table_odds()

    def gives_points(self) -> bool:
        """Whether any prize gives points, or orders do."""
        return "earning" in self._terms or any(prize["kind"] == "points" for prize in self._rules["prizes"])

    def _table_odds(self) -> Iterator[Block]:
        """Every table's exact odds with its chains, the sums by prize, and the guarantee."""
        guarantee = self._rules["guarantee"]
        yield Note(self.say("odds.intro"))
        if any(prize["per_member"] is not None for prize in self._rules["prizes"]):
            yield Note(self.say("odds.limit"))
        yield self._table("odds.table", self._rules["tables"][0])
        if guarantee is not None:
            names = [self._name(prize["id"]) for prize in self._rules["prizes"] if prize["class"] >= guarantee["class"]]
            joined = self.say("and").join(names)
            yield Note(self.say("guarantee", n=guarantee["misses"], table=guarantee["table"], prizes=joined))
            yield self._table("odds.guaranteed", self._rules["tables"][guarantee["table"]])
        yield self._sums(guaranteed=guarantee is not None)
        if guarantee is not None:
            yield Note(self.say("odds.long_run_note"))

    def _deck_odds(self) -> Iterator[Block]:
        """What the deck holds."""
        deck = self._rules["deck"]
        columns = tuple(self.say(column) for column in ("prize", "cards", "odds.deck_column"))
        rows = tuple((self._name(prize), f"{count:,}", self._odds(count, deck["n"])) for prize, count in deck["counts"])
        yield Note(self.say("odds.deck_intro", n=deck["n"]))
        yield Grid(self.say("odds.deck"), columns, rows)

    def take_part(self) -> Iterator[Block]:
        """Where turns come from and how often one may play."""
        free = self._rules["turns"]["free_per_day"]
        bought = self._terms["turns_per_purchase"]
        limits = [
            self.say(sentence, n=self._rules["limits"][field])
            for sentence, field in (("limits.day", "per_day"), ("limits.campaign", "per_campaign"))
            if self._rules["limits"][field] is not None
        ]
        yield self._facts(
            ("how", self.text(self._terms["conditions"])),
            ("free_turns", self.say("free_turns.value", n=free) if free else self.say("free_turns.none")),
            (
                "purchase_turns",
                self.say("purchase_turns.value", n=bought) if bought else self.say("purchase_turns.none"),
            ),
            ("limits", self.say("between").join(limits) or self.say("limits.none")),
            ("cost", self.say("cost.value")),
        )

    def draw(self) -> Iterator[Block]:
        """When and how a play is decided, and what happens when prizes are gone."""
        kind = "deck" if self._rules["deck"] else "odds"
        out = (
            "odds"
            if any(self._may_end(slot) for table in self._rules["tables"] for slot in table["slots"])
            else "never"
        )
        yield self._facts(
            ("draw.when", self.say("draw.when.value")),
            ("draw.how", self.say(f"draw.how.{kind}")),
            ("draw.out", self.say(f"draw.out.{'deck' if kind == 'deck' else out}")),
        )

    def claim(self) -> Iterator[Block]:
        """How, how long, and what is lost."""
        claim = self._terms["claim"]
        yield Note(self.say("claim.at_once"))
        yield self._facts(
            ("claim.how", self.text(claim["how"])),
            ("claim.until", self.say("claim.until.value", n=claim["until_days"])),
            ("claim.forfeiture", self.text(claim["forfeiture"])),
        )

    def points(self) -> Iterator[Block]:
        """What points are good for, how long, and what they are worth."""
        points = self._terms["points"]
        worth, days = points["value"], points["expire_days"]
        worth_text = self.say(
            "points.worth.value", points=worth["points"], what=self.text(worth["what"]), money=self._money(worth["fen"])
        )
        yield self._facts(
            ("points.use", self.text(points["use"] or {})),
            ("points.life", self.say("points.life.days", n=days) if days else self.say("points.life.forever")),
            ("points.worth", worth_text),
            *((("points.order", self.say("points.order.value")),) if points.get("need_order") else ()),
            *self._earning_facts(),
        )

    def _earning_facts(self) -> Iterator[tuple[str, str]]:
        """How orders earn points, if they do."""
        earning = self._terms.get("earning")
        if earning is None:
            return
        ratio = self.say("earning.ratio", n=earning["points"], money=self._money(earning["per_fen"]))
        yield "earning", f"{ratio} {self.text(earning['terms'])}"
        if earning["factors"]:
            yield "earning.factors", say_factors(self._language, earning["factors"])
        if earning["pending_days"]:
            yield "earning.pending", self.say("earning.pending.days", n=earning["pending_days"])

    def tax(self) -> Iterator[Block]:
        """The organiser's tax note."""
        note = self._terms["tax_note"]
        yield Note(self.text(note) if note else self.say("tax.none"))

    def contact(self) -> Iterator[Block]:
        """Who answers for the campaign."""
        organiser = self._terms["organiser"]
        yield self._facts(
            ("organiser", self.text(organiser["name"])),
            ("licence", organiser["licence"]),
            *((("filing", organiser["filing"]),) if organiser["filing"] else ()),
            ("contact.how", self.text(organiser["contact"])),
        )

    def fairness(self) -> Iterator[Block]:
        """How a result can be checked, and what to check it against."""
        deck = self._rules["deck"]
        yield Note(self.say("fairness.scheme"))
        rows = [
            (self.say("fairness.revision"), self.say("fairness.revision.value", revision=self._rules["revision"])),
            (self.say("fairness.rules_hash"), self._rules_hash),
            (self.say("fairness.texts_hash"), self._rules["texts_hash"]),
        ]
        if deck:
            yield Note(self.say("fairness.deck"))
            rows.append((self.say("fairness.commitment"), deck["seed_commitment"]))
            rows.append((self.say("fairness.root"), deck["root"]))
        yield Facts(tuple(rows), code=True)

    def trust(self) -> Iterator[Block]:
        """What no proof covers (FAIRNESS §7)."""
        for risk in ("insider", "stop", "stock", "page"):
            yield Note(self.say(f"trust.{risk}"))

    def _facts(self, *rows: tuple[str, str]) -> Facts:
        return Facts(tuple((self.say(label), value) for label, value in rows))

    def _name(self, prize: str) -> str:
        return self.say("no_prize") if prize == NO_PRIZE else self.text(self._terms["prizes"][prize])

    def _money(self, fen: int) -> str:
        return say_money(self._language, fen)

    def _value(self, prize: Document) -> str:
        money = self._money(prize["market_value_fen"])
        match prize["kind"]:
            case "points":
                return self.say("value.points", points=prize["points"], money=money)
            case "turns":
                return self.say("value.turns", n=self._terms["prize_terms"][prize["id"]]["turns"])
            case _:
                return money

    def _prize_terms(self, prize: Document) -> str:
        facts = self._terms["prize_terms"][prize["id"]]
        found = []
        if prize["id"] in self._terms["prize_conditions"]:
            found.append(self.text(self._terms["prize_conditions"][prize["id"]]))
        if prize["per_member"] is not None:
            found.append(self.say("terms.per_member", n=prize["per_member"]))
        if facts["use_by_days"]:
            found.append(self.say("terms.use_by", n=facts["use_by_days"]))
        elif prize["kind"] == "voucher":
            found.append(self.say("terms.no_use_by"))
        if prize["id"] in self._terms["where"]:
            found.append(self.say("terms.where", where=self.text(self._terms["where"][prize["id"]])))
        if facts["address"]:
            found.append(self.say("terms.address"))
        if facts["value_source"]:
            found.append(self.say("terms.source", source=self.text(facts["value_source"]), date=facts["value_date"]))
        return self.say("stop").join(found) or self.say("terms.none")

    def _table(self, caption: str, table: Document) -> Grid:
        total = sum(slot["weight"] for slot in table["slots"])
        columns = tuple(self.say(column) for column in ("slot", "pays", "then", "odds.column"))
        rows = tuple(
            (slot["slot"], self._name(slot["prize"]), self._then(slot), self._odds(slot["weight"], total))
            for slot in table["slots"]
        )
        return Grid(self.say(caption, table=table["id"]), columns, rows)

    def _then(self, slot: Document) -> str:
        """A slot's chain in words."""
        if slot["prize"] == NO_PRIZE:
            return NOTHING
        if not slot["else"]:
            return self.say("then.never" if self._endless(slot["prize"]) else "then.nothing")
        words = self.say("then.first", prize=self._name(slot["else"][0]))
        words += "".join(self.say("then.next", prize=self._name(prize)) for prize in slot["else"][1:])
        return words + (self.say("then.ends") if self._may_end(slot) else "")

    def _endless(self, prize: str) -> bool:
        return prize == NO_PRIZE or (self._prizes[prize]["units"] is None and self._prizes[prize]["per_member"] is None)

    def _may_end(self, slot: Document) -> bool:
        return not any(self._endless(prize) for prize in (slot["prize"], *slot["else"]))

    def _odds(self, n: int, total: int) -> str:
        return self.say("odds.exact", n=n, total=total, percent=percent(Fraction(n, total)))

    def _sums(self, *, guaranteed: bool) -> Grid:
        """The odds of each prize over all slots of table 0 that pay it first, and in the long run."""
        table = self._rules["tables"][0]
        total = sum(slot["weight"] for slot in table["slots"])
        each = slot_odds(table)
        sums: dict[str, Fraction] = {}
        for slot in table["slots"]:
            sums[slot["prize"]] = sums.get(slot["prize"], Fraction(0)) + each[slot["slot"]]
        long_run = long_run_odds(self._rules) if guaranteed else {}
        prizes = [prize["id"] for prize in self._rules["prizes"]] + [NO_PRIZE]
        columns = [self.say("prize"), self.say("odds.base")] + ([self.say("odds.long_run")] if guaranteed else [])
        rows = []
        for prize in prizes:
            base = sums.get(prize, Fraction(0))
            if not base and not long_run.get(prize):
                continue
            row = [self._name(prize), self._odds(int(base * total), total) if base else NOTHING]
            if guaranteed:
                row.append(self._long_run(long_run.get(prize, Fraction(0))))
            rows.append(tuple(row))
        return Grid(self.say("odds.sum"), tuple(columns), tuple(rows))

    def _long_run(self, odds: Fraction) -> str:
        if odds.denominator <= SHOWN_DENOMINATOR:
            return self._odds(odds.numerator, odds.denominator)
        return self.say("odds.percent", percent=percent(odds))

    def _period(self, opens_at: str, closes_at: str, zone: str) -> str:
        return say_period(self._language, opens_at, closes_at, zone)


def say_period(language: str, opens_at: str, closes_at: str, zone: str) -> str:
    """From when until when, on the clocks of a time zone."""
    return say(language, "period.value", opens=local(opens_at, zone), closes=local(closes_at, zone), zone=zone)


def say_factors(language: str, factors: Sequence[Document]) -> str:
    """On which days orders earn how many times as much; a day that stands alone is told as one."""
    days = ("earning.day" if each["first"] == each["last"] else "earning.days" for each in factors)
    return say(language, "and").join(say(language, day, **each) for day, each in zip(days, factors, strict=True))


def say_condition(language: str, condition: Document) -> str:
    """What the brand has to know of a member."""
    values = say(language, "or").join(orjson.dumps(value).decode().strip('"') for value in condition["values"])
    return say(language, "only.value", attribute=condition["attribute"], values=values)


def local(instant: str, zone: str) -> str:
    """An instant on the clocks of a time zone, to the minute, or to the second where that says more."""
    moment = parse(instant).astimezone(ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")
