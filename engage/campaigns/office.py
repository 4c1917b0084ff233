"""What campaigns are run with: the road of every write, the sections of a file, and who publishes what a file holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from engage.campaigns.amendment import Amendment
from engage.campaigns.budget import PoolPlan
from engage.campaigns.changes import Change
from engage.campaigns.files import CampaignFile, Section
from engage.kernel.sealing import Sealer
from engage.storage.work import Work
from engage.storage.writer import Writer


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


class Tools(Protocol):
    """What of a process's services an office needs."""

    @property
    def writer(self) -> Writer:
        """The road of every write."""

    @property
    def reader(self) -> sa.Engine:
        """Connections that only read."""

    @property
    def sealer(self) -> Sealer:
        """Seals secrets at rest."""


ToolsT_contra = TypeVar("ToolsT_contra", bound=Tools, contravariant=True)
ToolsT = TypeVar("ToolsT", bound=Tools)


class Contributor(Protocol[ToolsT_contra]):
    """What of a feature concerns campaigns; None if it has no part in them."""

    @property
    def section(self) -> Section[Any] | None:
        """Its section of a campaign file."""

    @property
    def publisher(self) -> Callable[[ToolsT_contra], Publisher] | None:
        """Makes what publishes that section, out of the process's services."""


@dataclass(frozen=True)
class Office:
    """What campaigns are run with."""

    writer: Writer
    reader: sa.Engine
    sealer: Sealer
    sections: Sequence[Section[Any]]
    publisher: Publisher


def sections_of(features: Sequence[Contributor[Any]]) -> tuple[Section[Any], ...]:
    """The sections of a campaign file."""
    return tuple(feature.section for feature in features if feature.section is not None)


def open_office(tools: ToolsT, features: Sequence[Contributor[ToolsT]]) -> Office:
    """The office of a process. ValueError unless exactly one feature publishes."""
    publishers = [feature.publisher for feature in features if feature.publisher is not None]
    if len(publishers) != 1:
        raise ValueError(f"one feature publishes what campaigns hold, not {len(publishers)}")
    return Office(tools.writer, tools.reader, tools.sealer, sections_of(features), publishers[0](tools))
