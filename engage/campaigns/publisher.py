"""What a part of a campaign does when the campaign changes, inside the transaction of that change."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from engage.campaigns.amendment import Amendment
from engage.campaigns.budget import PoolPlan
from engage.campaigns.changes import Change
from engage.campaigns.files import CampaignFile
from engage.storage.work import Work


class Publisher(Protocol):
    """What a feature does when a campaign that holds its section changes."""

    def plan(self, file: CampaignFile) -> Sequence[PoolPlan]:
        """The pools that the file promises."""

    def compare(self, old: CampaignFile, new: CampaignFile) -> Sequence[Amendment]:
        """The differences between the section in force and the new one, each judged by C2."""

    def prepare(self, file: CampaignFile) -> None:
        """Make and store, outside of any transaction, what takes long; what is there already is kept."""

    def lock(self, work: Work, campaign: str) -> list[str]:
        """Lock the campaign's games in the order of locks; their ids."""

    def require_publishable(self, work: Work, file: CampaignFile) -> None:
        """Refuse, before anything is written, what only the database can tell; the campaign's games are locked."""

    def publish(self, work: Work, file: CampaignFile, made: Change) -> list[str]:
        """Put the file into force; the ids of what got a new revision."""

    def stop(self, work: Work, made: Change) -> None:
        """Stop play: for a while after `pause`, for good after `end` and `kill`."""

    def resume(self, work: Work, made: Change) -> None:
        """Go on after a pause."""

    def is_over(self, connection: sa.Connection, campaign: str, now_ms: int) -> bool:
        """Whether nothing of the campaign can be played any more: all is sold out or past its end."""

    def find_over(self, connection: sa.Connection, now_ms: int) -> list[str]:
        """The campaigns that are over but were not ended yet."""

    def assets(self, connection: sa.Connection, campaign: str) -> list[str]:
        """The assets that a pause must not let expire: the turns of the campaign's games."""

    def report(self, connection: sa.Connection, campaign: str) -> list[dict[str, Any]]:
        """The close report (C4): what was published, what was won, and what was not drawn."""

    def bundle(self, connection: sa.Connection, campaign: str) -> Iterator[bytes]:
        """The pieces of the campaign's signed bundle; refuses while it is not over."""
