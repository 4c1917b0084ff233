"""The rules document of a game's revision, exactly as FAIRNESS §1 has it, and the terms that it binds by their hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias, assert_never

from engage.campaigns import CampaignDefinition, Hashes, campaign_terms, winners_above_fen
from engage.kernel.canonical import canonical
from engage.kernel.clock import render
from games.definition import (
    AnyGame,
    AnyPrize,
    DeckGame,
    GoodsPrize,
    OddsGame,
    PointsPrize,
    Table,
    TurnsPrize,
    VoucherPrize,
    deck_id,
    game_id,
    prize_id,
)

Document: TypeAlias = dict[str, Any]
NO_PICTURES: Mapping[str, Hashes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeckSeal:
    """What a sealed deck publishes before its first sale; both in lower-case hex."""

    seed_commitment: str
    root: str


def value_fen(prize: AnyPrize, campaign: CampaignDefinition) -> int:
    """The market value of one unit in fen: points by the campaign's valuation (C3b), turns have none of their own."""
    match prize:
        case PointsPrize():
            return campaign.value_of_points(prize.points)
        case VoucherPrize() | GoodsPrize():
            return prize.market_value_fen
        case TurnsPrize():
            return 0
        case _:
            assert_never(prize)


def rules_document(
    game: AnyGame,
    campaign: CampaignDefinition,
    revision: int,
    deck: DeckSeal | None,
    pictures: Mapping[str, Hashes] = NO_PICTURES,
) -> Document:
    """The rules document of a revision (FAIRNESS §1). A deck game needs its seal, a game by odds has none."""
    document: Document = {
        "alg": "draw/1",
        "game": game_id(game.id),
        "revision": revision,
        "opens_at": render(campaign.opens_at),
        "closes_at": render(campaign.closes_at),
        "time_zone": campaign.time_zone,
        "prizes": [_prize(prize, campaign) for prize in game.prizes],
        "tables": [],
        "guarantee": None,
        "turns": {"free_per_day": game.turns.free_per_day},
        "limits": {"per_day": game.limits.per_day, "per_campaign": game.limits.per_campaign},
        "when_out": game.when_out,
        "deck": None,
        "texts_hash": sha256(canonical(texts_document(game, campaign, pictures))).hexdigest(),
    }
    match game, deck:
        case OddsGame(), None:
            document["tables"] = [_table(number, table) for number, table in enumerate(game.tables)]
            document["guarantee"] = _guarantee(game)
        case DeckGame(), DeckSeal():
            document["alg"] = "deck/1"
            document["deck"] = _deck(game, deck)
        case _:
            message = "a deck game needs the seal of its deck, and only a deck game has one"
            raise ValueError(message)
    return document


def texts_document(
    game: AnyGame, campaign: CampaignDefinition, pictures: Mapping[str, Hashes] = NO_PICTURES
) -> Document:
    """All published names, conditions and terms that aren't in the rules document itself; `texts_hash` binds them.

    A picture shows what can be won, so it is bound as well: by the hash of what members see at `/media/<hash>.webp`.
    """
    places = {prize.id: prize.where_valid for prize in game.prizes if isinstance(prize, VoucherPrize | GoodsPrize)}
    return {
        **campaign_terms(campaign),
        "mechanic": game.mechanic,
        "title": game.title.by_language(),
        "conditions": game.conditions.by_language(),
        "turns_per_purchase": game.turns.per_purchase,
        "prizes": {prize_id(prize.id): prize.name.by_language() for prize in game.prizes},
        "prize_pictures": {
            prize_id(prize.id): pictures[prize.picture]["large"] for prize in game.prizes if prize.picture
        },
        "where": {prize_id(slug): place.by_language() for slug, place in places.items() if place},
        "prize_conditions": {
            prize_id(prize.id): prize.conditions.by_language() for prize in game.prizes if prize.conditions
        },
        "prize_terms": {prize_id(prize.id): _prize_terms(prize) for prize in game.prizes},
    }


def policy_document(
    game: AnyGame, campaign: CampaignDefinition, pictures: Mapping[str, Hashes] = NO_PICTURES
) -> Document:
    """What a play must know beside the rules document; stored with the revision."""
    return {
        "campaign": campaign.campaign_id,
        "accept_rules": campaign.accept_rules,
        "minimum_age": campaign.age.minimum,
        "declaration": campaign.age.declaration,
        "only": [[one.attribute, list(one.values)] for one in campaign.audience.only],
        "points_days": campaign.points_expire.days if campaign.points_expire else None,
        "winners_above_fen": winners_above_fen(campaign),
        "turns": {prize_id(prize.id): prize.turns for prize in game.prizes if isinstance(prize, TurnsPrize)},
        "use_by_days": {
            prize_id(prize.id): prize.use_by_days
            for prize in game.prizes
            if isinstance(prize, VoucherPrize | GoodsPrize)
        },
        "texts": texts_document(game, campaign, pictures),
        **({"need_order": True} if campaign.points_need_order else {}),
    }


def _prize(prize: AnyPrize, campaign: CampaignDefinition) -> Document:
    return {
        "id": prize_id(prize.id),
        "kind": prize.kind,
        "points": prize.points if isinstance(prize, PointsPrize) else None,
        "market_value_fen": value_fen(prize, campaign),
        "units": prize.units,
        "class": prize.prize_class,
        "per_member": prize.per_member,
    }


def _table(number: int, table: Table) -> Document:
    return {
        "id": number,
        "slots": [
            {
                "slot": slot.slot,
                "prize": prize_id(slot.prize),
                "else": [prize_id(other) for other in slot.otherwise],
                "weight": slot.weight,
            }
            for slot in table.slots
        ],
    }


def _guarantee(game: OddsGame) -> Document | None:
    if game.guarantee is None:
        return None
    return {"class": game.guarantee.prize_class, "misses": game.guarantee.misses, "table": game.guarantee.table}


def _deck(game: DeckGame, seal: DeckSeal) -> Document:
    return {
        "id": deck_id(game.id),
        "n": game.deck.n,
        "counts": deck_counts(game),
        "seed_commitment": seal.seed_commitment,
        "root": seal.root,
    }


def deck_counts(game: DeckGame) -> list[list[str | int]]:
    """The deck's counts with real ids, in published order: what the deck is built from."""
    return [[prize_id(prize), count] for prize, count in game.deck.counts]


def _prize_terms(prize: AnyPrize) -> Document:
    """The terms of one prize in numbers; what a kind of prize doesn't have is null."""
    valued = prize if isinstance(prize, VoucherPrize | GoodsPrize) else None
    return {
        "turns": prize.turns if isinstance(prize, TurnsPrize) else None,
        "use_by_days": valued.use_by_days if valued else None,
        "address": prize.address if isinstance(prize, GoodsPrize) else False,
        "value_source": valued.value_evidence.source.by_language() if valued else None,
        "value_date": valued.value_evidence.date.isoformat() if valued else None,
    }
