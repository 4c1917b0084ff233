"""What the play stores. Plays and revisions are facts; `game` and `member_game` carry what the next play depends on.

`game_look` is JSON that says how a game is shown: a setting, replaced when its campaign is published again.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from engage.storage.hot import Hot, Load, Lock
from engage.storage.metadata import metadata

BIG, TEXT = sa.BigInteger, sa.Text

game = sa.Table(
    "game",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("campaign", TEXT, nullable=False, index=True),
    sa.Column("mechanic", TEXT, nullable=False),
    sa.Column("chance", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("run", BIG, nullable=False),
    sa.Column("game_seq", BIG, nullable=False),
    sa.Column("head", TEXT, nullable=False),
    sa.Column("sold_out", BIG, nullable=False),
    sa.Column("under_review", BIG, nullable=False),
    sa.Column("ended_at", BIG),
    sa.CheckConstraint("mechanic IN ('wheel', 'scratch') AND chance IN ('odds', 'deck')", name="mechanic"),
    sa.CheckConstraint("state IN ('live', 'paused', 'ended')", name="state"),
    sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
)

game_revision = sa.Table(
    "game_revision",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("revision", BIG, primary_key=True, autoincrement=False),
    sa.Column("rules", TEXT, nullable=False),
    sa.Column("rules_hash", TEXT, nullable=False, unique=True),
    sa.Column("policy", TEXT, nullable=False),
    sa.Column("published_at", BIG, nullable=False),
)

game_look = sa.Table(
    "game_look",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("look", TEXT, nullable=False),
)

game_stop = sa.Table(
    "game_stop",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("run", BIG, primary_key=True, autoincrement=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("recorded_at", BIG, nullable=False),
    sa.CheckConstraint("reason IN ('pause', 'kill', 'end', 'revision', 'sold_out', 'resume')", name="reason"),
)

member_game = sa.Table(
    "member_game",
    metadata,
    sa.Column("member", TEXT, primary_key=True),
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("member_seq", BIG, nullable=False),
    sa.Column("epoch", TEXT),
    sa.Column("nonce", BIG, nullable=False),
    sa.Column("client_seed", TEXT),
    sa.Column("misses", BIG, nullable=False),
    sa.Column("wins", TEXT, nullable=False),
    sa.Column("turn_credits", BIG, nullable=False),
    sa.Column("turn_debits", BIG, nullable=False),
    sa.Column("free_until", BIG, nullable=False),
    sa.Column("day_until", BIG, nullable=False),
    sa.Column("plays_today", BIG, nullable=False),
    sa.Column("epochs_until", BIG, nullable=False),
    sa.Column("epochs_today", BIG, nullable=False),
    sa.Column("unplayed_today", BIG, nullable=False),
    sa.Column("accepted", TEXT),
    sa.Column("adult", BIG, nullable=False),
    sa.CheckConstraint("turn_credits >= turn_debits AND turn_debits >= 0", name="covered"),
)

play = sa.Table(
    "play",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("key", TEXT, nullable=False),
    sa.Column("fingerprint", TEXT, nullable=False),
    sa.Column("game", TEXT, nullable=False),
    sa.Column("game_seq", BIG, nullable=False),
    sa.Column("epoch", TEXT, nullable=False),
    sa.Column("nonce", BIG, nullable=False),
    sa.Column("serial", BIG),
    sa.Column("answer", TEXT, nullable=False),
    sa.UniqueConstraint("member", "key"),
    sa.UniqueConstraint("game", "game_seq"),
    sa.UniqueConstraint("epoch", "nonce"),
)
sa.Index(
    "uq_play_game_serial",
    play.c.game,
    play.c.serial,
    unique=True,
    sqlite_where=play.c.serial.is_not(None),
    postgresql_where=play.c.serial.is_not(None),
)

play_seen = sa.Table(
    "play_seen",
    metadata,
    sa.Column("play", TEXT, sa.ForeignKey("play.id"), primary_key=True),
    sa.Column("recorded_at", BIG, nullable=False),
)

winner = sa.Table(
    "winner",
    metadata,
    sa.Column("play", TEXT, primary_key=True),
    sa.Column("id", TEXT, nullable=False, unique=True),
    sa.Column("game", TEXT, nullable=False),
    sa.Column("revision", BIG, nullable=False),
    sa.Column("prize", TEXT, nullable=False),
    sa.Column("member", TEXT, nullable=False),
    sa.Column("shown_at", BIG, nullable=False),
    sa.Index("ix_winner_game", "game", "id"),
    sa.Index("ix_winner_shown_at", "shown_at"),
)
"""Who won what has to be shown, made by a reader of the log. `id` sorts by `shown_at` and tells nothing of the play."""

slot_count = sa.Table(
    "slot_count",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("revision", BIG, primary_key=True, autoincrement=False),
    sa.Column("table_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("slot", TEXT, primary_key=True),
    sa.Column("n", BIG, nullable=False),
)


@dataclass(slots=True)
class Game:
    """The row that a play locks: it guards the game's pools, tables and deck. `head` is the last receipt's leaf, hex.

    `run` counts stretches without a stop: an epoch of an earlier run has ended. Flags are 0 or 1.
    """

    id: str
    campaign: str
    mechanic: str
    chance: str
    state: str
    revision: int
    run: int
    game_seq: int
    head: str
    sold_out: int
    under_review: int
    ended_at: int | None


@dataclass(slots=True)
class GameRevision:
    """A published, immutable copy of a game's rules (canonical JSON) with what else a play must know (`policy`.

    JSON).
    """

    game: str
    revision: int
    rules: str
    rules_hash: str
    policy: str
    published_at: int


@dataclass(slots=True)
class GameStop:
    """That a run of a game was closed, by whom and why."""

    game: str
    run: int
    reason: str
    actor: str
    recorded_at: int


@dataclass(slots=True)
class MemberGame:
    """All that one member's next play of one game depends on.

    `epoch`, `nonce` (of the next play), `client_seed`: the open epoch. `misses`: the guarantee's counter. `wins`: JSON
    of how often each prize was won. `free_until`: no new free turns before this instant. `day_until`: when the counted
    day ends. Instants are milliseconds.
    """

    member: str
    game: str
    member_seq: int
    epoch: str | None
    nonce: int
    client_seed: str | None
    misses: int
    wins: str
    turn_credits: int
    turn_debits: int
    free_until: int
    day_until: int
    plays_today: int
    epochs_until: int
    epochs_today: int
    unplayed_today: int
    accepted: str | None
    adult: int


@dataclass(slots=True)
class PlayRow:
    """One use of a game, with key, fingerprint and the answer that holds its receipt. `serial` is a deck's card."""

    id: str
    member: str
    key: str
    fingerprint: str
    game: str
    game_seq: int
    epoch: str
    nonce: int
    serial: int | None
    answer: str


@dataclass(slots=True)
class PlaySeen:
    """That a play's result was seen by its member."""

    play: str
    recorded_at: int


GAME = Hot(game, Game, ("state", "revision", "run", "game_seq", "head", "sold_out", "under_review", "ended_at"))
GAME_REVISION = Hot(game_revision, GameRevision)
GAME_STOP = Hot(game_stop, GameStop)
MEMBER_GAME = Hot(
    member_game,
    MemberGame,
    tuple(column.name for column in member_game.columns if not column.primary_key),
)
PLAY = Hot(play, PlayRow)
PLAY_SEEN = Hot(play_seen, PlaySeen)

GAME_BY_ID = Load(GAME, ("id",), lock=Lock(2))
REVISION_BY_NUMBER = Load(GAME_REVISION, ("game", "revision"))
MEMBER_GAME_BY_PAIR = Load(MEMBER_GAME, ("member", "game"))
PLAY_BY_KEY = Load(PLAY, ("member", "key"))
PLAY_BY_ID = Load(PLAY, ("id",))
SEEN_BY_PLAY = Load(PLAY_SEEN, ("play",))

game_monitor = sa.Table(
    "game_monitor",
    metadata,
    sa.Column("game", TEXT, primary_key=True),
    sa.Column("revision", BIG, primary_key=True, autoincrement=False),
    sa.Column("n", BIG, nullable=False),
    sa.Column("log_e_nanonats", BIG, nullable=False),
    sa.Column("alarmed_at", BIG),
)
"""How strongly the draws of a revision speak against its odds: n draws, the e-process's logarithm × 10⁹."""
