"""Checks a campaign file: first the file itself, then the rules of the field (COMPLIANCE) by its jurisdiction.

BLOCK can't be overridden. Every rule is checked, or listed as not implemented yet: none is passed over in silence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from engage.campaigns.album import ReadFile, read_album
from engage.campaigns.definition import FEN_PER_YUAN, CampaignDefinition, Texts, texts_in
from engage.campaigns.files import CampaignFile, Section, examine
from engage.campaigns.findings import Finding, Findings, Level, UncheckedRule, in_order
from engage.campaigns.offers import Promise
from engage.campaigns.phrases import find_cash_words, find_void_clauses
from engage.campaigns.profiles import PROFILES, Profile
from engage.campaigns.source import Path, read_source, spell

NOTICE_DAYS = 30

ELSEWHERE = (
    UncheckedRule("C2", "is judged when a new file is published over a running campaign, not in one file alone."),
)
LATER = (
    UncheckedRule("C8", "that the archive is kept for three years is not checked."),
    UncheckedRule("C16", "an incident on the operator's side has no entry in a campaign file."),
    UncheckedRule("C18", "referrals are no part of a campaign file, so their one level is not checked."),
    UncheckedRule("C19", "nor is it that a referral's reward is a fixed amount."),
    UncheckedRule("C20", "nor that joining costs nothing."),
    UncheckedRule("C21", "consent and the erasing of personal data are not checked."),
    UncheckedRule("C29", "whether pages can be used by everybody is not checked."),
)


@dataclass(frozen=True, slots=True)
class _Case:
    """What a rule looks at."""

    file: CampaignFile
    profile: Profile

    @property
    def campaign(self) -> CampaignDefinition:
        return self.file.definition

    def promises(self) -> Iterator[Promise]:
        """All prizes of all offers."""
        return (promise for offer in self.file.offers for promise in offer.prizes)

    def texts(self) -> Iterator[tuple[Path, Texts]]:
        """Every text of the file with its path."""
        yield from texts_in(self.campaign)
        for name, entries in self.file.entries.items():
            for number, entry in enumerate(entries):
                yield from texts_in(entry, (name, number))

    def say(self, level: Level, code: str, path: Path, sentence: str, way_out: str = "") -> Finding:
        """A finding of a rule of the field."""
        line = self.file.source.line(path)
        confirmed = self.profile.signed_off is not None
        return Finding(level, code, line, spell(path), sentence, way_out, self.profile.source(code), confirmed)


Rule: TypeAlias = Callable[[_Case], Iterator[Finding]]


def check(text: str, sections: Sequence[Section[Any]], read: ReadFile | None = None) -> Findings:
    """Every mistake in a campaign file, and how it stands to the rules of its jurisdiction.

    The rules are checked on a file without faults only; `Findings.complete` says whether they were. With `read`, the
    pictures that it names are looked at as well.
    """
    file, found = examine(text, sections)
    if read is not None:
        _, faults = read_album(read_source(text)[0].root(), sections, read)
        found = in_order((*found, *faults))
    if file is None:
        return Findings(found)
    return Findings(
        in_order((*found, *check_rules(file))),
        elsewhere=ELSEWHERE,
        later=LATER,
        profile=file.definition.jurisdiction,
        complete=True,
    )


def check_rules(file: CampaignFile) -> Iterator[Finding]:
    """What the rules of the field say about a campaign, rule by rule."""
    case = _Case(file, PROFILES[file.definition.jurisdiction])
    for rule in RULES:
        yield from rule(case)


def yuan(fen: int) -> str:
    """An amount in fen as people read it: `625 yuan`, `0.63 yuan`."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}{f'.{rest:02d}' if rest else ''} yuan"


def _check_profile(case: _Case) -> Iterator[Finding]:
    if case.profile.draft:
        sentence = f"The profile {case.profile.name} is a draft: its law was not read, so silence means nothing."
        yield case.say(
            Level.WARN, "profile", ("jurisdiction",), sentence, "Have a lawyer read the rules before publishing."
        )


def _check_disclosure(case: _Case) -> Iterator[Finding]:
    """C1: what members have to be told is there and not blank."""
    fields = [((*path, language), words) for path, texts in case.texts() for language, words in texts.root.items()]
    fields.append((("organiser", "licence"), case.campaign.organiser.licence))
    if case.campaign.organiser.filing is not None:
        fields.append((("organiser", "filing"), case.campaign.organiser.filing))
    for path, words in fields:
        if not words.strip():
            yield case.say(
                Level.BLOCK,
                "C1",
                path,
                "This text is published, but it is blank.",
                "Write it, or delete an optional field.",
            )
    if case.profile.needs_chinese and not any(language.startswith("zh") for language in case.campaign.languages):
        yield case.say(
            Level.WARN, "C1", ("languages",), "The rules are not published in Chinese.", "Add zh-CN and its texts."
        )


def _check_top_prize(case: _Case) -> Iterator[Finding]:
    """C3: no prize, and no sum of the chances of one purchase, is worth more than the limit."""
    limit = case.profile.top_prize_fen
    if limit is None:
        return
    for promise in case.promises():
        if promise.value_fen > limit:
            sentence = f"One unit is worth {yuan(promise.value_fen)}; the top prize may be worth {yuan(limit)}."
            yield case.say(Level.BLOCK, "C3", promise.path, sentence, "Offer a smaller prize.")
    for offer in case.file.offers:
        if offer.top_value_fen() > limit >= max(promise.value_fen for promise in offer.prizes):
            sentence = f"The turns that one play can win may bring {yuan(offer.top_value_fen())}, over {yuan(limit)}."
            yield case.say(Level.BLOCK, "C3", offer.path, sentence, "Give fewer turns as a prize, or smaller prizes.")
    yield from _check_bundle(case, limit)


def _check_bundle(case: _Case, limit: int) -> Iterator[Finding]:
    offers = [offer for offer in case.file.offers if offer.per_purchase]
    bundle = sum(offer.per_purchase * offer.top_value_fen() for offer in offers)
    if bundle > limit and all(offer.top_value_fen() <= limit for offer in offers):
        largest = max(offers, key=lambda offer: offer.per_purchase * offer.top_value_fen())
        path = (*largest.path, "turns", "per_purchase")
        sentence = f"The chances of one purchase add up to {yuan(bundle)}; {yuan(limit)} are allowed."
        yield case.say(Level.BLOCK, "C3", path, sentence, "Give fewer turns for a purchase, or smaller prizes.")


def _check_point_value(case: _Case) -> Iterator[Finding]:
    """C3b: points are valued, in public, at the best redemption on offer."""
    points = [promise for promise in case.promises() if promise.points]
    bought = [promise for promise in case.promises() if promise.price]
    if not points and not bought and case.campaign.earning is None:
        return
    worth = case.campaign.point_value
    if worth is None:
        way_out = "Add point_value with the best redemption on offer, such as {points: 200, fen: 2500}."
        yield case.say(
            Level.BLOCK,
            "C3b",
            ("point_value",),
            "There are points to be had or spent, but nothing says what points are worth.",
            way_out,
        )
        return
    best = max(bought, key=lambda promise: Fraction(promise.value_fen, promise.price), default=None)
    if best is not None and best.value_fen * worth.points > worth.fen * best.price:
        sentence = f"{best.price:,} points buy {yuan(best.value_fen)} here, which is more than point_value says."
        way_out = f"Write point_value with points: {best.price} and fen: {best.value_fen}."
        yield case.say(Level.BLOCK, "C3b", ("point_value",), sentence, way_out)
        return
    sentence = f"1,000 points count as {yuan(case.campaign.value_of_points(1000))}."
    if points:
        most = max(points, key=lambda promise: promise.points)
        sentence = f"{sentence[:-1]}, so {most.points:,} points as {yuan(most.value_fen)}."
    yield case.say(
        Level.INFO, "C3b", ("point_value",), sentence, "This has to be the best redemption that is on offer."
    )


def _check_fake_prizes(case: _Case) -> Iterator[Finding]:
    """C4: every prize that is shown can be won."""
    for promise in case.promises():
        if not promise.winnable:
            sentence = "No slot and no card leads to this prize: it is shown, but nobody can win it."
            yield case.say(Level.BLOCK, "C4", promise.path, sentence, "Put it in a chain or in the deck, or delete it.")


def _check_insiders(case: _Case) -> Iterator[Finding]:
    """C5: a note on who can't win."""
    sentence = "Members marked as insiders (staff, suppliers, tests) are refused before any draw."
    yield case.say(Level.INFO, "C5", ("audience",), sentence, "Mark them all: PUT /v1/members with insider: true.")


def _check_winners_wall(case: _Case) -> Iterator[Finding]:
    """C6: a note on prizes whose winners have to be shown."""
    limit = case.profile.shown_above_fen
    for promise in case.promises():
        if limit is not None and promise.value_fen > limit and not promise.price:
            sentence = f"Worth {yuan(promise.value_fen)}, over {yuan(limit)}: its winners have to be shown (masked)."
            yield case.say(Level.INFO, "C6", promise.path, sentence)


def _check_points_use(case: _Case) -> Iterator[Finding]:
    """C7: whoever wins points is told what to do with them."""
    gives = case.campaign.earning is not None or any(promise.points for promise in case.promises())
    if case.campaign.points_use is None and gives:
        sentence = "There are points to be had, but nothing says how points can be used."
        yield case.say(Level.BLOCK, "C7", ("points_use",), sentence, "Add points_use in every language.")


def _check_price_of_a_play(case: _Case) -> Iterator[Finding]:
    """C9: a note that a play never costs points."""
    for offer in case.file.offers:
        if offer.path[0] == "games":
            yield case.say(Level.INFO, "C9", offer.path, "A play costs a turn and never points.")


def _check_cash(case: _Case) -> Iterator[Finding]:
    """C12: no prize is money or as good as money."""
    for promise in case.promises():
        if promise.cash_equivalent:
            path: Path = (*promise.path, "cash_equivalent")
            yield case.say(
                case.profile.cash_prizes,
                "C12",
                path,
                "This prize is declared as good as money.",
                "Offer something else.",
            )
        for language, words in promise.name.root.items():
            for phrase in find_cash_words(words):
                sentence = f"The name says “{phrase}”: that is money or as good as money."
                way_out = "Offer something else; a voucher for your own goods is called 代金券 or voucher."
                yield case.say(case.profile.cash_prizes, "C12", (*promise.path, "name", language), sentence, way_out)


def _check_budget(case: _Case) -> Iterator[Finding]:
    """C13: the whole liability is covered by the approved plan."""
    budget = case.campaign.budget
    if not budget.basis.strip():
        yield case.say(
            Level.BLOCK, "C13", ("budget", "basis"), "No approved marketing plan is named.", "Name the plan."
        )
    orders = case.campaign.earning.pool if case.campaign.earning else 0
    points = sum(promise.points * (promise.units or 0) for promise in case.promises()) + orders
    if points > budget.points:
        what = "The prizes and orders" if orders else "The prizes"
        sentence = f"{what} may cost {points:,} points; the budget has {budget.points:,}."
        yield case.say(Level.BLOCK, "C13", ("budget", "points"), sentence, "Raise the budget, or offer fewer units.")
    money = sum(promise.value_fen * (promise.units or 0) for promise in case.promises() if promise.kind == "goods")
    if money > budget.money_fen:
        sentence = f"The goods are worth {yuan(money)}; the budget has {yuan(budget.money_fen)}."
        yield case.say(Level.BLOCK, "C13", ("budget", "money_fen"), sentence, "Raise the budget, or offer fewer units.")


def _check_orders(case: _Case) -> Iterator[Finding]:
    """C13b: points that were won belong to members who buy."""
    is_won = any(promise.points for promise in case.promises())
    if is_won and case.profile.points_need_order and not case.campaign.points_need_order:
        sentence = "Members who have bought nothing for a year can use the points that they win at once."
        way_out = "Write points_need_order: true, and such points are held until the next paid order."
        yield case.say(Level.WARN, "C13b", ("points_need_order",), sentence, way_out)


def _check_expiry(case: _Case) -> Iterator[Finding]:
    """C14: expiry is told before anything is won, and leaves time for a notice."""
    expiry = case.campaign.points_expire
    if expiry is not None:
        level = Level.WARN if expiry.days < NOTICE_DAYS else Level.INFO
        sentence = f"Points expire {expiry.days} days after they were won; the rules page says so."
        way_out = f"Members are reminded {NOTICE_DAYS}, 7 and 1 days before: give them at least {NOTICE_DAYS} days."
        yield case.say(level, "C14", ("points_expire", "days"), sentence, way_out if level is Level.WARN else "")
    claim = case.campaign.claim.until_days
    for promise in case.promises():
        if promise.use_by_days is not None and promise.use_by_days < claim:
            sentence = (
                f"It can be used for {promise.use_by_days} days but claimed for {claim}: a late claim is worth nothing."
            )
            yield case.say(Level.WARN, "C14", (*promise.path, "use_by_days"), sentence, "Let it be used for longer.")


def _check_void_clauses(case: _Case) -> Iterator[Finding]:
    """C15: no clause that the law makes void."""
    for path, texts in case.texts():
        for language, words in texts.root.items():
            for phrase in find_void_clauses(words):
                sentence = f"The phrase “{phrase}” is a clause that the law makes void."
                yield case.say(case.profile.void_clauses, "C15", (*path, language), sentence, "Delete it.")


def _check_tax(case: _Case) -> Iterator[Finding]:
    """C17: who wins a prize over the threshold is told about tax."""
    limit = case.profile.tax_note_above_fen
    over = [promise for promise in case.promises() if promise.value_fen > limit and not promise.price]
    if over and case.campaign.tax_note is None:
        highest = max(over, key=lambda promise: promise.value_fen)
        sentence = f"A prize is worth {yuan(highest.value_fen)}, but no tax note says who declares and who pays."
        yield case.say(Level.BLOCK, "C17", ("tax_note",), sentence, "Add tax_note in every language.")


def _check_age(case: _Case) -> Iterator[Finding]:
    """C23: games of chance are for grown-ups."""
    age, profile = case.campaign.age, case.profile
    if age.minimum < profile.minimum_age and any(offer.by_chance for offer in case.file.offers):
        sentence = f"Games of chance are for people of {profile.minimum_age} or older, not {age.minimum}."
        yield case.say(Level.BLOCK, "C23", ("age", "minimum"), sentence, f"Write minimum: {profile.minimum_age}.")
    if age.declaration and not profile.age_declaration:
        sentence = f"The profile {profile.name} doesn't allow that members declare their age."
        yield case.say(
            Level.BLOCK, "C23", ("age", "declaration"), sentence, "Write declaration: false and send birth dates."
        )


def _check_compulsion(case: _Case) -> Iterator[Finding]:
    """C24: plays a day are limited."""
    for offer in case.file.offers:
        if not offer.limited:
            path = (*offer.path, "limits", "per_day")
            yield case.say(
                Level.WARN, "C24", path, "Nothing limits how often a member plays in a day.", "Set limits.per_day."
            )


RULES: tuple[Rule, ...] = (
    _check_profile,
    _check_disclosure,
    _check_top_prize,
    _check_point_value,
    _check_fake_prizes,
    _check_insiders,
    _check_winners_wall,
    _check_points_use,
    _check_price_of_a_play,
    _check_cash,
    _check_budget,
    _check_orders,
    _check_expiry,
    _check_void_clauses,
    _check_tax,
    _check_age,
    _check_compulsion,
)
