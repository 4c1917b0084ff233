"""What campaigns are run with: the road of every write, the sections of a file, and who publishes what a file holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from engage.campaigns.files import Section
from engage.campaigns.publisher import Publisher
from engage.campaigns.publishers import Publishers
from engage.kernel.sealing import Sealer
from engage.storage.writer import Writer


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
    """The office of a process; `features` in the order of their locks."""
    publishers = [feature.publisher(tools) for feature in features if feature.publisher is not None]
    return Office(tools.writer, tools.reader, tools.sealer, sections_of(features), Publishers(publishers))
