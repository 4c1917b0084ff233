"""Rewards outside of games in words: how many, what they are worth, and their terms, as published (C1, C3b)."""

from collections.abc import Iterator, Mapping
from typing import Any

from engage.campaigns.edition import Edition
from engage.campaigns.sentences import say_money


def reward_in_words(edition: Edition, document: Mapping[str, Any], reward: Mapping[str, Any]) -> str:
    """What a completion gives, and under which terms. `document` is the entry's, `reward` its part."""
    prize = document["prizes"].get(reward["prize"]) or {}
    what = edition.say("sentence", words=_what(edition, reward, prize))
    return edition.join(what, *_terms(edition, reward), *prize_terms_in_words(edition, prize, reward))


def _what(edition: Edition, reward: Mapping[str, Any], prize: Mapping[str, Any]) -> str:
    n, money = reward["amount"], say_money(edition.language, reward.get("value_fen") or 0)
    match reward["kind"]:
        case "points":
            return edition.say("reward.points", n=n, money=money)
        case "turns":
            return edition.say("reward.turns", n=n, game=edition.text(reward["game_title"]) or reward["game"])
        case "voucher":
            return edition.say("reward.voucher", name=edition.text(prize["name"]), money=money)
        case _:
            badge = edition.find(reward["badge"])
            name = edition.text(badge.document["name"]) if badge else ""
            return edition.say("reward.badge", badge=name) if name else edition.say("reward.secret")


def _terms(edition: Edition, reward: Mapping[str, Any]) -> Iterator[str]:
    units, days = reward.get("units"), reward.get("expire_days")
    if reward["kind"] == "points":
        yield edition.say("reward.points.days", n=days) if days else edition.say("reward.points.forever")
    if reward["kind"] == "voucher":
        days = reward["use_by_days"]
        yield edition.say("reward.use_by", n=days) if days else edition.say("terms.no_use_by")
    if reward["kind"] != "badge":
        yield edition.say("reward.units", n=units) if units else edition.say("reward.endless")


def prize_terms_in_words(edition: Edition, prize: Mapping[str, Any], valued: Mapping[str, Any]) -> Iterator[str]:
    """Terms of its own: where it can be used, on which conditions, what it takes to get it, and whence its value."""
    if prize.get("conditions"):
        yield edition.text(prize["conditions"])
    if prize.get("where"):
        yield edition.say("terms.where", where=edition.text(prize["where"]))
    if prize.get("address"):
        yield edition.say("terms.address")
    if valued.get("value_source"):
        yield edition.say("terms.source", source=edition.text(valued["value_source"]), date=valued["value_date"])
