"""All publishers of a campaign as one: each does its part of every change, in one transaction and in one order."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa

from engage.campaigns.amendment import Amendment
from engage.campaigns.budget import PoolPlan
from engage.campaigns.changes import Change
from engage.campaigns.files import CampaignFile
from engage.campaigns.publisher import Publisher
from engage.storage.work import Work


class Publishers:
    """The parts, in the order of their locks: games before pools."""

    def __init__(self, parts: Sequence[Publisher]) -> None:
        self._parts = tuple(parts)

    def plan(self, file: CampaignFile) -> list[PoolPlan]:
        """The pools that the file promises."""
        return [plan for part in self._parts for plan in part.plan(file)]

    def compare(self, old: CampaignFile, new: CampaignFile) -> list[Amendment]:
        """All differences."""
        return [each for part in self._parts for each in part.compare(old, new)]

    def prepare(self, file: CampaignFile) -> None:
        """Make what takes long."""
        for part in self._parts:
            part.prepare(file)

    def lock(self, work: Work, campaign: str) -> list[str]:
        """Lock whatever has pools; the ids of the pools' owners."""
        return [owner for part in self._parts for owner in part.lock(work, campaign)]

    def require_publishable(self, work: Work, file: CampaignFile) -> None:
        """Refuses with what the first part refuses."""
        for part in self._parts:
            part.require_publishable(work, file)

    def publish(self, work: Work, file: CampaignFile, made: Change) -> list[str]:
        """Put the file into force; the ids of what got a new revision."""
        return [id_ for part in self._parts for id_ in part.publish(work, file, made)]

    def stop(self, work: Work, made: Change) -> None:
        """Stop everything."""
        for part in self._parts:
            part.stop(work, made)

    def resume(self, work: Work, made: Change) -> None:
        """Go on with everything."""
        for part in self._parts:
            part.resume(work, made)

    def is_over(self, connection: sa.Connection, campaign: str, now_ms: int) -> bool:
        """Whether every part is over."""
        return all(part.is_over(connection, campaign, now_ms) for part in self._parts)

    def find_over(self, connection: sa.Connection, now_ms: int) -> list[str]:
        """The campaigns of which one part is over and no other goes on."""
        found = sorted({campaign for part in self._parts for campaign in part.find_over(connection, now_ms)})
        return [campaign for campaign in found if self.is_over(connection, campaign, now_ms)]

    def assets(self, connection: sa.Connection, campaign: str) -> list[str]:
        """The assets that a pause must not let expire."""
        return [asset for part in self._parts for asset in part.assets(connection, campaign)]

    def report(self, connection: sa.Connection, campaign: str) -> list[dict[str, Any]]:
        """The close report of every part."""
        return [line for part in self._parts for line in part.report(connection, campaign)]

    def bundle(self, connection: sa.Connection, campaign: str) -> Iterator[bytes]:
        """The pieces of the campaign's signed bundle; what a part refuses is refused before the first piece."""
        return chain.from_iterable([part.bundle(connection, campaign) for part in self._parts])
