"""How a game is shown: theme, colours and what each prize is drawn as. No rule, so it is no part of a revision.

It changes with each publication of the campaign, and a game without one is shown in the festive theme.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engage.campaigns import ART_OF_KIND, BLANK_ART, CampaignFile, Hashes, address_of
from engage.storage.work import Work
from games.definition import AnyGame, game_id, prize_id
from games.revisions import Prize
from games.tables import game_look, member_game


@dataclass(frozen=True, slots=True)
class GameLook:
    """A game's look. `colours` are those of the theme brand; `art` and `pictures` are what the file picks."""

    theme: str = "festive"
    colours: dict[str, str] | None = None
    art: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Hashes] = field(default_factory=dict)

    def render(self) -> dict[str, Any]:
        """The look as the contract describes it."""
        return {"theme": self.theme, "colours": self.colours}

    def art_of(self, prize: Prize | None) -> str:
        """What a prize is drawn as: the address of its picture, or the name of an icon; None is no prize."""
        if prize is None:
            return BLANK_ART
        if prize.id in self.pictures:
            return address_of(self.pictures[prize.id]["small"])
        return self.art.get(prize.id, ART_OF_KIND[prize.kind])


def look_of(game: AnyGame, file: CampaignFile) -> GameLook:
    """How a campaign file wants a game to be shown."""
    look = file.definition.look
    colours = look.colours if look.theme == "brand" else None
    return GameLook(
        theme=look.theme,
        colours={name: colour.lower() for name, colour in colours} if colours else None,
        art={prize_id(prize.id): prize.art for prize in game.prizes if prize.art is not None},
        pictures={prize_id(prize.id): file.pictures[prize.picture] for prize in game.prizes if prize.picture},
    )


def save_look(work: Work, game: AnyGame, file: CampaignFile) -> None:
    """Let a game, whose row is locked, be shown as its campaign file wants it from now on."""
    of_game = game_look.c.game == game_id(game.id)
    text = orjson.dumps(asdict(look_of(game, file))).decode()
    if work.connection.execute(sa.update(game_look).where(of_game).values(look=text)).rowcount == 0:
        work.connection.execute(sa.insert(game_look).values(game=game_id(game.id), look=text))


def read_look(connection: sa.Connection, game: str) -> GameLook:
    """How a game is shown."""
    text = connection.execute(sa.select(game_look.c.look).where(game_look.c.game == game)).scalar()
    return GameLook(**orjson.loads(text)) if text is not None else GameLook()


def look_for(connection: sa.Connection, member: str) -> dict[str, Any]:
    """The look of a member's own pages: of the game that they play most, else of the newest one."""
    played = sa.select(member_game.c.game).where(member_game.c.member == member)
    most = connection.execute(played.order_by(member_game.c.member_seq.desc(), member_game.c.game).limit(1)).scalar()
    newest = sa.select(game_look.c.game).order_by(game_look.c.game.desc()).limit(1)
    game = most or connection.execute(newest).scalar()
    return read_look(connection, game or "").render()
