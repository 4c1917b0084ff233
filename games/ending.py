"""When a game was over, and how that is said: stopped early, sold out, or at the end that its rules name."""

from engage.kernel.clock import MILLISECOND, from_ms
from engage.web import format_date, gettext
from games.revisions import Revision
from games.tables import Game


def ended_ms(row: Game, revision: Revision, sold_out_at: int | None, now_ms: int) -> int | None:
    """When the game was over (milliseconds since 1970); None while it goes on or is paused.

    A campaign may be closed long after its games were: the end that the rules name holds then.
    """
    if row.ended_at is not None:
        return min(row.ended_at, revision.closes_ms)
    return revision.closes_ms if now_ms >= revision.closes_ms else sold_out_at


def ending_in_words(row: Game, revision: Revision, at_ms: int) -> str:
    """That a game was over at an instant, as a sentence with the day in the game's own time zone.

    What closes at midnight ended on the day before.
    """
    is_planned = at_ms == revision.closes_ms
    instant = from_ms(at_ms) - MILLISECOND if is_planned else from_ms(at_ms)
    day = format_date(instant, revision.document["time_zone"])
    if is_planned:
        return gettext("This game ended on {day}.", day=day)
    if row.state == "ended":
        return gettext("The organiser ended this game on {day}.", day=day)
    return gettext("The last prize was won on {day}, so this game is over.", day=day)
