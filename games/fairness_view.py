"""How a game went, for anyone: what came beside its odds, who was refused and why, what was stopped, and the deck."""

from typing import Any

import sqlalchemy as sa

from engage.fairness import count_epochs, long_run_odds, open_deck_seed, read_deck
from engage.kernel.clock import render_ms
from engage.kernel.refusals import NotFound
from engage.kernel.sealing import Sealer
from engage.storage.log import refusal_count
from games.revisions import Revision, Revisions
from games.tables import Game, game_monitor, game_revision, game_stop, play, slot_count
from games.view import parse_answer, read_game, read_revision


def fairness_of(connection: sa.Connection, revisions: Revisions, game_id: str) -> dict[str, Any]:
    """Plays admitted and refused by reason, epochs without a play, stops, and each slot's count beside its odds."""
    row = read_game(connection, game_id)
    epochs = count_epochs(connection, game_id)
    played = connection.execute(
        sa.select(sa.func.count(sa.distinct(play.c.epoch))).where(play.c.game == game_id)
    ).scalar_one()
    current = read_revision(connection, revisions, game_id, row.revision)
    return {
        "game": game_id,
        "plays": row.game_seq,
        "refused": _refused(connection, game_id),
        "epochs": epochs,
        "unplayed_epochs": epochs - played,
        "stops": _stops(connection, game_id),
        "counts": _counts(connection, revisions, game_id),
        "monitor": _monitor(connection, game_id),
        "long_run": [
            {"prize": prize, "numerator": str(odds.numerator), "denominator": str(odds.denominator)}
            for prize, odds in long_run_odds(current.document).items()
        ],
    }


def _refused(connection: sa.Connection, game_id: str) -> dict[str, int]:
    query = sa.select(refusal_count.c.code, refusal_count.c.n).where(refusal_count.c.game == game_id)
    return dict(sorted((code, n) for code, n in connection.execute(query)))


def _stops(connection: sa.Connection, game_id: str) -> list[dict[str, Any]]:
    query = sa.select(game_stop).where(game_stop.c.game == game_id).order_by(game_stop.c.run)
    return [
        {"run": stop.run, "reason": stop.reason, "at": render_ms(stop.recorded_at)}
        for stop in connection.execute(query)
    ]


def _monitor(connection: sa.Connection, game_id: str) -> list[dict[str, Any]]:
    """What the bet against the odds has come to; a deck, and a revision that nobody has played yet, have none."""
    query = sa.select(game_monitor).where(game_monitor.c.game == game_id).order_by(game_monitor.c.revision)
    return [
        {
            "revision": row.revision,
            "draws": row.n,
            "alarmed_at": None if row.alarmed_at is None else render_ms(row.alarmed_at),
        }
        for row in connection.execute(query)
    ]


def _counts(connection: sa.Connection, revisions: Revisions, game_id: str) -> list[dict[str, Any]]:
    """Every slot of every table of every revision, those that never came included."""
    query = sa.select(slot_count).where(slot_count.c.game == game_id)
    known = {(row.revision, row.table_id, row.slot): row.n for row in connection.execute(query)}
    numbers = (
        sa.select(game_revision.c.revision).where(game_revision.c.game == game_id).order_by(game_revision.c.revision)
    )
    counts = []
    for (number,) in connection.execute(numbers).all():
        revision = read_revision(connection, revisions, game_id, number)
        for table, slot, weight, total in _places(revision):
            counts.append(
                {
                    "revision": number,
                    "table": None if table < 0 else table,
                    "slot": slot,
                    "count": known.get((number, table, slot), 0),
                    "odds": {"numerator": weight, "denominator": total},
                }
            )
    return counts


def _places(revision: Revision) -> list[tuple[int, str, int, int]]:
    if revision.deck is not None:
        return [(-1, prize, count, revision.deck["n"]) for prize, count in revision.deck["counts"]]
    return [
        (table.id, slot.slot, slot.weight, table.total) for table in revision.tables.values() for slot in table.slots
    ]


def deck_of(connection: sa.Connection, revisions: Revisions, sealer: Sealer, game_id: str) -> dict[str, Any]:
    """A game's deck; once the game has ended, with its seed and every sale. Refuses with NotFound if it has none."""
    row = read_game(connection, game_id)
    revision = read_revision(connection, revisions, game_id, row.revision)
    if revision.deck is None:
        raise NotFound("This game has no deck.")
    deck = read_deck(connection, game_id)
    is_over = row.state == "ended"
    return {
        "id": deck.id,
        "n": deck.n,
        "left": deck.n - row.game_seq,
        "root": deck.root,
        "seed_commitment": deck.seed_commitment,
        "seed": open_deck_seed(sealer, deck).hex() if is_over else None,
        "sales": read_sales(connection, row) if is_over else None,
    }


def read_sales(connection: sa.Connection, row: Game) -> list[list[int]]:
    """Every sale of a deck, `[start, serial]`, in order of `game_seq`."""
    query = sa.select(play.c.answer).where(play.c.game == row.id).order_by(play.c.game_seq)
    receipts = (parse_answer(answer)["receipt"] for (answer,) in connection.execute(query))
    return [[receipt["deck"]["start"], receipt["ticket"]] for receipt in receipts]
