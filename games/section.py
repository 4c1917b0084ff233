"""The `games` section of a campaign file: how it is read, checked, and what it offers."""

from collections.abc import Iterator, Sequence
from typing import cast

from engage.campaigns import CampaignDefinition, CampaignFile, Offer, Place, Promise, Section
from games.checks import check_games
from games.definition import GAME, AnyGame, AnyPrize, GoodsPrize, OddsGame, PointsPrize, TurnsPrize, VoucherPrize
from games.rules import value_fen


def games_of(file: CampaignFile) -> tuple[AnyGame, ...]:
    """The games of a campaign file that was read with this section."""
    return cast("tuple[AnyGame, ...]", file.entries[SECTION.name])


def _offers(games: Sequence[AnyGame], campaign: CampaignDefinition) -> Iterator[Offer]:
    for number, game in enumerate(games):
        yield Offer(
            path=("games", number),
            by_chance=True,
            per_purchase=game.turns.per_purchase,
            limited=game.limits.per_day is not None,
            prizes=tuple(_promise(number, n, prize, game, campaign) for n, prize in enumerate(game.prizes)),
        )


def _promise(game_number: int, number: int, prize: AnyPrize, game: AnyGame, campaign: CampaignDefinition) -> Promise:
    valued = prize if isinstance(prize, VoucherPrize | GoodsPrize) else None
    unvalued = isinstance(prize, PointsPrize) and campaign.point_value is None
    return Promise(
        path=("games", game_number, "prizes", number),
        kind=prize.kind,
        name=prize.name,
        units=prize.units,
        value_fen=0 if unvalued else value_fen(prize, campaign),
        points=prize.points if isinstance(prize, PointsPrize) else 0,
        turns=prize.turns if isinstance(prize, TurnsPrize) else 0,
        use_by_days=valued.use_by_days if valued else None,
        cash_equivalent=prize.cash_equivalent,
        winnable=prize.id in _winnable(game),
    )


def _winnable(game: AnyGame) -> set[str]:
    """The prizes that some play can lead to."""
    if isinstance(game, OddsGame):
        return {name for table in game.tables for slot in table.slots for name in slot.chain}
    return {name for name, _ in game.deck.counts}


def _pictures(games: Place) -> Iterator[Place]:
    """Where the raw section names pictures, right or wrong."""
    return (prize["picture"] for game in games.items() for prize in game["prizes"].items())


SECTION: Section[AnyGame] = Section("games", GAME, check_games, _offers, ("chance", "kind"), _pictures)
