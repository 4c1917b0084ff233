"""Signed bundles for anyone: each is written to a file when somebody asks for it first, and sent from there.

What is over does not change any more, so neither does its bundle.
"""

import os
from hashlib import sha256
from pathlib import Path

import gevent
import orjson
import sqlalchemy as sa
from gevent import Greenlet

from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Busy, Conflict
from engage.web import reading
from games.exports import bundle, read_campaign_games
from games.revisions import Revisions
from games.tables import Game
from games.view import read_game, read_revision

FOLDER = "bundles"
PIECES_AT_ONCE = 100
"""So many pieces take some milliseconds; between them other requests are answered."""


class Bundles:
    """The bundles of one process, in the folder `bundles` of its data."""

    def __init__(self, services: Services, revisions: Revisions) -> None:
        self._services, self._revisions = services, revisions
        self._folder = services.settings.data_dir.absolute() / FOLDER
        self._writing: dict[Path, Greenlet[..., None]] = {}

    def is_there(self, connection: sa.Connection, campaign: str) -> bool:
        """Whether the campaign is over, so that its bundle may be had."""
        return all(row.state == "ended" for row in read_campaign_games(connection, campaign))

    def get(self, game_id: str) -> Path:
        """The file of the bundle of a game's campaign.

        Refuses with NotFound, with Conflict and `closes_at` while a game of the campaign goes on, and with Busy while
        the file takes longer to write than anybody waits.
        """
        with reading() as connection:
            campaign = read_game(connection, game_id).campaign
            games = read_campaign_games(connection, campaign)
            self._require_over(connection, games)
        path = self._folder / campaign / f"{_fingerprint(games)}.json"
        if not path.exists():
            self._wait_for(campaign, path)
        return path

    def _require_over(self, connection: sa.Connection, games: list[Game]) -> None:
        running = [row for row in games if row.state != "ended"]
        closes = [read_revision(connection, self._revisions, row.id, row.revision).closes_ms for row in running]
        if closes:
            detail = "The bundle shows every seed, so it is there only once the whole campaign has ended."
            raise Conflict(detail, closes_at=render_ms(max(closes)))

    def _wait_for(self, campaign: str, path: Path) -> None:
        writing = self._writing.get(path)
        if writing is None:
            writing = self._writing[path] = gevent.spawn(self._write, campaign, path)
        writing.join(self._services.settings.wait_seconds)
        if not writing.ready():
            raise Busy("The bundle is being written. Ask again in a moment.")
        writing.get()

    def _write(self, campaign: str, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._fill(part, campaign)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
            del self._writing[path]

    def _fill(self, part: Path, campaign: str) -> None:
        with self._services.reader.connect() as connection, part.open("wb") as file:
            for number, piece in enumerate(bundle(connection, self._services, campaign)):
                file.write(piece)
                if number % PIECES_AT_ONCE == 0:
                    gevent.sleep(0)
            file.flush()
            os.fsync(file.fileno())


def _fingerprint(games: list[Game]) -> str:
    """Another end has another one, so what lies in the folder from another database is never sent."""
    return sha256(orjson.dumps([(row.id, row.game_seq, row.head, row.ended_at) for row in games])).hexdigest()[:32]
