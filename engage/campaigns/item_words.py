"""The chapter of a campaign's rules page about what points buy (C1, C3, C12, C14)."""

from collections.abc import Iterator

from engage.campaigns.disclosure import Block, Facts, say_condition, say_period
from engage.campaigns.edition import Edition
from engage.campaigns.reward_words import prize_terms_in_words
from engage.campaigns.rulebook import ChapterText, facts
from engage.campaigns.sentences import say_money
from engage.catalogue import Entry
from engage.rewards import ITEM, PRIZE_OF_ITEM


def tell_items(edition: Edition) -> Iterator[ChapterText]:
    """Each item with its price, value, number, limits and terms; nothing where there is none."""
    if items := edition.of(ITEM):
        yield "items", _tell_all(edition, items)


def _tell_all(edition: Edition, items: list[Entry]) -> Iterator[Block]:
    return (_tell(edition, item) for item in items)


def _tell(edition: Edition, item: Entry) -> Facts:
    said = item.document
    prize, minutes, days = said["prizes"][PRIZE_OF_ITEM], said["cancel_minutes"], said["use_by_days"]
    lasts = edition.say("item.use_by", n=days) if days else edition.say("terms.no_use_by")
    use = [lasts] if days or item.document["kind"] == "voucher" else []
    only = ({"attribute": attribute, "values": values} for attribute, values in said["only"])
    own = edition.own_period(item)
    return facts(
        edition,
        ("about", edition.text(said["description"])),
        ("kind", edition.say(f"kind.{said['kind']}")),
        ("item.price", edition.say("item.price.value", n=said["price"])),
        ("value", say_money(edition.language, said["value_fen"])),
        ("units", f"{said['units']:,}"),
        ("limits", _limits(edition, item)),
        *(("only", say_condition(edition.language, each)) for each in only),
        ("item.when", say_period(edition.language, *own, said["time_zone"]) if own else ""),
        ("item.use", edition.join(*use, *prize_terms_in_words(edition, prize, said))),
        ("item.cancel", edition.say("item.cancel.value", n=minutes) if minutes else edition.say("item.cancel.none")),
        title=edition.text(prize["name"]),
        anchor=item.id,
    )


def _limits(edition: Edition, item: Entry) -> str:
    names = [name for name in ("per_member", "per_day") if item.document[name] is not None]
    said = [edition.say(f"item.{name}", n=item.document[name]) for name in names]
    return edition.say("between").join(said) or edition.say("item.unlimited")
