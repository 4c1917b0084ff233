"""What may change in games that run (C2): more units, more turns, higher limits, typos. Odds, decks and values never.

An icon stands for a kind of thing and may change. A picture shows the very thing that members can win, and no machine
can tell whether another one promises less: it may be added where there was none, and then it stays.

A game that is new in the file is no change of another; one that is missing is refused.
"""

from collections.abc import Iterator, Mapping, Sequence

from engage.campaigns import (
    ANY_LOOK,
    FIRST_PICTURE,
    MORE,
    MORE_OR_ENDLESS,
    Amendment,
    AmendmentRules,
    Hashes,
    Verdict,
    compare,
)
from games.definition import AnyGame, AnyPrize, game_id

GAME_RULES: AmendmentRules = {
    "prizes[].art": ANY_LOOK,
    "prizes[].picture": FIRST_PICTURE,
    "prizes[].units": MORE_OR_ENDLESS,
    "prizes[].per_member": MORE_OR_ENDLESS,
    "turns.free_per_day": MORE,
    "turns.per_purchase": MORE,
    "limits.per_day": MORE_OR_ENDLESS,
    "limits.per_campaign": MORE_OR_ENDLESS,
}


def as_shown(games: Sequence[AnyGame], pictures: Mapping[str, Hashes]) -> tuple[AnyGame, ...]:
    """Games whose pictures are named by what members see, so that the same path can hold another picture."""
    return tuple(
        game.model_copy(update={"prizes": tuple(_prize_as_shown(prize, pictures) for prize in game.prizes)})
        for game in games
    )


def _prize_as_shown(prize: AnyPrize, pictures: Mapping[str, Hashes]) -> AnyPrize:
    return prize.model_copy(update={"picture": pictures[prize.picture]["large"]}) if prize.picture else prize


def compare_games(old: Sequence[AnyGame], new: Sequence[AnyGame]) -> Iterator[Amendment]:
    """The differences between two `games` sections; games are told apart by their ids, prizes by their places."""
    before = {game.id: game for game in old}
    after = {game.id for game in new}
    for game in old:
        if game.id not in after:
            yield Amendment("games", Verdict.REFUSED, f"{game_id(game.id)} was taken away: leave it in the file")
    for number, game in enumerate(new):
        path = ("games", number)
        if game.id in before:
            yield from compare(before[game.id], game, GAME_RULES, path)
        else:
            yield Amendment(f"games[{number}]", Verdict.BETTER, f"{game_id(game.id)} is new")
