"""What a game in a campaign file can get wrong beyond its types. Each check needs only the fields that it names.

So one fault never hides another: the checks read the raw file, field by field, and pass over what has the wrong type.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engage.campaigns import Finding, Level, Place, find_part, suggest
from games.definition import MAX_WEIGHT, NO_PRIZE, PRIZE, AnyPrize

_ENDLESS_HINT = "End the chain in `none`, or in turns without end (units null, no per_member)."


def check_games(section: Place) -> Iterator[Finding]:
    """All faults and warnings of the `games` section."""
    yield from _doubles(game["id"] for game in section.items())
    for game in section.items():
        yield from _check_game(game)


@dataclass(frozen=True, slots=True)
class _Prizes:
    """A game's prizes: all names that the file gives, and the prizes that have no fault of their own."""

    names: frozenset[str]
    sound: dict[str, tuple[Place, AnyPrize]]

    def endless(self, name: str) -> bool:
        """Whether this part of a chain can always be paid; of a prize that couldn't be read, the best is thought."""
        if name not in self.sound:
            return True
        prize = self.sound[name][1]
        return prize.units is None and prize.per_member is None

    def ends(self, name: str) -> bool:
        """Whether nothing after it in a chain is ever paid."""
        return name == NO_PRIZE or (name in self.sound and self.endless(name))

    def class_of(self, name: str) -> int | None:
        """The class, 0 for no prize, None if unknown."""
        if name == NO_PRIZE:
            return 0
        return self.sound[name][1].prize_class if name in self.sound else None


def _check_game(game: Place) -> Iterator[Finding]:
    places = list(game["prizes"].items())
    names = frozenset(place["id"].value for place in places if isinstance(place["id"].value, str))
    read = ((place, find_part(PRIZE, place.value)) for place in places)
    prizes = _Prizes(names, {prize.id: (place, prize) for place, prize in read if prize is not None})
    yield from _doubles(place["id"] for place in places)
    for place in places:
        if place["id"].value == NO_PRIZE:
            yield place["id"].fault(
                "reserved_id", "`none` means no prize; no prize can be called so.", "Pick another id."
            )
        if place["art"].value is not None and place["picture"].value is not None:
            sentence = "This prize has both an icon and a picture; only one can be drawn."
            yield place["art"].fault("art_twice", sentence, "Delete one of them.")
    if game["chance"].value == "odds":
        yield from _check_tables(game, prizes)
    elif game["chance"].value == "deck":
        yield from _check_deck(game, prizes)
    yield from _check_limits(game, prizes)


def _check_tables(game: Place, prizes: _Prizes) -> Iterator[Finding]:
    guarantee = game["guarantee"]
    wanted = guarantee["class"].value if isinstance(guarantee.value, dict) else None
    guaranteed = guarantee["table"].value if isinstance(guarantee.value, dict) else None
    for number, table in enumerate(game["tables"].items()):
        yield from _check_weights(table)
        yield from _doubles(slot["slot"] for slot in table["slots"].items())
        least = wanted if number == guaranteed and number > 0 and _is_whole(wanted) else None
        for slot in table["slots"].items():
            yield from _check_chain(slot, prizes)
            yield from _check_end(slot, prizes, guaranteed=number > 0 and number == guaranteed)
            if isinstance(least, int):
                yield from _check_classes(slot, prizes, least)
        if number > 0 and number != guaranteed:
            yield table.fault(
                "unused_table",
                f"No play is ever drawn by table {number}.",
                "Name it in `guarantee.table`, or delete it.",
            )
    yield from _check_slot_order(game)
    if isinstance(guarantee.value, dict):
        yield from _check_guarantee(game, guarantee, prizes)


def _check_weights(table: Place) -> Iterator[Finding]:
    total = table["total"].value
    weights = [slot["weight"].value for slot in table["slots"].items()]
    whole = [weight for weight in weights if isinstance(weight, int) and weight > 0]
    if not whole or len(whole) < len(weights):
        return
    found = sum(whole)
    if found > MAX_WEIGHT:
        sentence = f"The weights add up to {found:,}; they must stay below 2^32."
        yield table.fault("weights_too_large", sentence, "Scale them down.")
    elif _is_whole(total) and found != total:
        sentence = f"The weights add up to {found:,}, but `total` says {total:,}."
        yield table["total"].fault("total_differs", sentence, "Correct the weight or the total: odds must add up.")


def _links(slot: Place) -> list[Place]:
    """The places of a slot's chain."""
    return [place for place in (slot["prize"], *slot["else"].items()) if isinstance(place.value, str)]


def _chain(slot: Place) -> list[str]:
    return [str(place.value) for place in _links(slot)]


def _check_chain(slot: Place, prizes: _Prizes) -> Iterator[Finding]:
    seen: set[str] = set()
    ended_by = ""
    for link in _links(slot):
        name = str(link.value)
        if name != NO_PRIZE and name not in prizes.names:
            way_out = suggest(name, sorted(prizes.names | {NO_PRIZE}))
            yield link.fault("unknown_prize", f"There is no prize `{name}` in this game.", way_out)
        elif name in seen:
            yield link.fault(
                "chain_repeats", f"`{name}` is in this chain twice.", "A prize that is out stays out: delete it."
            )
        elif ended_by:
            sentence = f"`{name}` is never paid: `{ended_by}` before it never runs out."
            yield link.fault("unreachable_chain", sentence, f"Delete it, or put it before `{ended_by}`.")
        if prizes.ends(name):
            ended_by = ended_by or name
        seen.add(name)


def _check_end(slot: Place, prizes: _Prizes, *, guaranteed: bool) -> Iterator[Finding]:
    chain = _chain(slot)
    if not chain or any(name == NO_PRIZE or prizes.endless(name) for name in chain):
        return
    words = " → ".join(f"`{name}`" for name in chain)
    if guaranteed:
        sentence = f"The guarantee could not be kept: the chain {words} can run out."
        way_out = "End it in turns without end (units null, no per_member) of the guarantee's class."
        yield slot.finding(Level.BLOCK, "guarantee_exhaustible", sentence, way_out)
    else:
        sentence = f"The chain {words} can run out: then the whole game ends, or stops for a member at a limit."
        yield slot.finding(Level.WARN, "exhaustible_chain", sentence, _ENDLESS_HINT)


def _check_classes(slot: Place, prizes: _Prizes, least: int) -> Iterator[Finding]:
    for link in _links(slot):
        found = prizes.class_of(str(link.value))
        if found is not None and found < least:
            sentence = f"`{link.value}` has class {found}, but the guarantee promises class {least} or higher."
            yield link.fault(
                "class_below_guarantee", sentence, "Take another prize here, or change its class or the guarantee's."
            )


def _check_guarantee(game: Place, guarantee: Place, prizes: _Prizes) -> Iterator[Finding]:
    number, least = guarantee["table"].value, guarantee["class"].value
    count = len(list(game["tables"].items()))
    if _is_whole(number) and isinstance(number, int):
        if number == 0:
            sentence = "Table 0 is the table of every other play, so this guarantees nothing."
            yield guarantee["table"].fault("guarantee_by_table_zero", sentence, "Add a second table and name 1 here.")
        elif number >= count:
            yield guarantee["table"].fault(
                "unknown_table", f"There is no table {number}; there are {count}.", "Count from 0."
            )
    if not isinstance(least, int):
        return
    classes = [prizes.class_of(name) or 0 for slot in game["tables"][0]["slots"].items() for name in _chain(slot)]
    if classes and min(classes) >= least:
        sentence = f"Every play wins class {least} or higher already, so the guarantee never comes in."
        yield guarantee.finding(Level.WARN, "guarantee_never_needed", sentence, "Delete it, or raise its class.")


def _check_slot_order(game: Place) -> Iterator[Finding]:
    base = _slot_names(game["tables"][0])
    for table in list(game["tables"].items())[1:]:
        names = _slot_names(table)
        shared = [name for name in names if name in base]
        if len(set(shared)) == len(shared) and shared != [name for name in dict.fromkeys(base) if name in names]:
            sentence = "The slots that this table shares with table 0 stand in another order."
            yield table.finding(
                Level.WARN, "slot_order", sentence, "Keep the order, so that slices stay in their places."
            )


def _slot_names(table: Place) -> list[str]:
    names = (slot["slot"].value for slot in table["slots"].items())
    return [name for name in names if isinstance(name, str)]


def _check_deck(game: Place, prizes: _Prizes) -> Iterator[Finding]:
    deck = game["deck"]
    pairs = list(deck["counts"].items())
    yield from _doubles(pair[0] for pair in pairs)
    for pair in pairs:
        name = pair[0].value
        if isinstance(name, str) and name != NO_PRIZE and name not in prizes.names:
            way_out = suggest(name, sorted(prizes.names | {NO_PRIZE}))
            yield pair[0].fault("unknown_prize", f"There is no prize `{name}` in this game.", way_out)
    numbers = [pair[1].value for pair in pairs]
    whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    if whole and len(whole) == len(numbers) and _is_whole(deck["n"].value) and sum(whole) != deck["n"].value:
        sentence = f"The counts add up to {sum(whole):,}, but `n` says {deck['n'].value:,}."
        yield deck["n"].fault("deck_total_differs", sentence, "Correct the counts or `n`.")
    if pairs and all(pair[0].value == NO_PRIZE for pair in pairs):
        yield deck["counts"].fault("deck_without_prizes", "Every card of this deck is a blank.", "Put the prizes in.")
    counts = {str(pair[0].value): pair[1].value for pair in reversed(pairs)}
    for place, prize in prizes.sound.values():
        count = counts.get(prize.id)
        if _is_whole(count) and prize.units != count:
            sentence = f"`{prize.id}` has units {prize.units}, but the deck has {count} cards of it."
            yield place["units"].fault("units_differ", sentence, f"Write units: {count}, or correct the deck.")
        if prize.per_member is not None:
            sentence = "A card that is drawn can't be refused, so a deck's prizes have no per_member."
            yield place["per_member"].fault("per_member_in_deck", sentence, "Delete it; use `limits` instead.")


def _check_limits(game: Place, prizes: _Prizes) -> Iterator[Finding]:
    per_day, per_campaign = game["limits"]["per_day"], game["limits"]["per_campaign"]
    free = game["turns"]["free_per_day"]
    if _exceeds(per_day, per_campaign):
        yield per_day.finding(
            Level.WARN, "limit_without_effect", "More plays a day than in the whole campaign.", "Lower it."
        )
    if _exceeds(free, per_day):
        sentence = "Members get more free turns a day than they may use."
        yield free.finding(Level.WARN, "turns_beyond_limit", sentence, "Give fewer, or raise limits.per_day.")
    if _exceeds(per_campaign, game["deck"]["n"]):
        sentence = "One member may play more often than there are cards."
        yield per_campaign.finding(Level.WARN, "limit_without_effect", sentence, "Lower it.")
    for place, _ in prizes.sound.values():
        for bound in (place["units"], per_campaign):
            if _exceeds(place["per_member"], bound):
                sentence = f"per_member is more than {bound.path[-1]}, so it limits nothing."
                yield place["per_member"].finding(
                    Level.WARN, "limit_without_effect", sentence, "Lower it, or delete it."
                )
                break


def _exceeds(place: Place, bound: Place) -> bool:
    return isinstance(place.value, int) and isinstance(bound.value, int) and place.value > bound.value


def _doubles(places: Iterable[Place]) -> Iterator[Finding]:
    """A fault at each name that stood before in the same list."""
    seen: Counter[str] = Counter()
    for place in places:
        if isinstance(place.value, str):
            if seen[place.value]:
                yield place.fault("duplicate_id", f"`{place.value}` is here twice.", "Give each its own name.")
            seen[place.value] += 1


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
