"""What may change in games that run (C2): more units, more turns, higher limits, typos. Odds, decks and values never.

An icon stands for a kind of thing and may change.

A game that is new in the file is no change of another; one that is missing is refused.
"""

from collections.abc import Iterator, Sequence

from engage.campaigns import ANY_LOOK, MORE, MORE_OR_ENDLESS, Amendment, AmendmentRules, Verdict, compare
from games.definition import AnyGame, game_id

GAME_RULES: AmendmentRules = {
    "prizes[].art": ANY_LOOK,
    "prizes[].units": MORE_OR_ENDLESS,
    "prizes[].per_member": MORE_OR_ENDLESS,
    "turns.free_per_day": MORE,
    "turns.per_purchase": MORE,
    "limits.per_day": MORE_OR_ENDLESS,
    "limits.per_campaign": MORE_OR_ENDLESS,
}


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
