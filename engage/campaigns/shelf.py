"""Publishes a section of a campaign file whose items only have to be kept in the catalogue and funded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from pydantic import BaseModel

from engage.campaigns.amendment import Amendment, Rules, Verdict, compare
from engage.campaigns.budget import PoolPlan
from engage.campaigns.changes import Change
from engage.campaigns.definition import CampaignDefinition
from engage.campaigns.files import CampaignFile, Section
from engage.campaigns.source import spell
from engage.catalogue import Entry, find_entry, publish_entry, read_entries, read_entries_of, set_states
from engage.kernel.refusals import Conflict
from engage.rewards import POOLS_TO_CHANGE, read_pools
from engage.storage.work import Work

EntryT = TypeVar("EntryT", bound=BaseModel)


def campaigns_time(_item: Any, campaign: CampaignDefinition) -> tuple[int, int]:  # noqa: ANN401  any item
    """From when until when an item counts that has no time of its own: as long as its campaign (milliseconds)."""
    return campaign.opens_ms, campaign.closes_ms


@dataclass
class Shelf(Generic[EntryT]):
    """The publisher of one section. `kind` is what its entries are in the catalogue.

    `id_of` gives an item's real id, `document_of` all that is published of it, as JSON, `plans_of` the pools that it
    promises, `time_of` from when until when it counts. `rules` say what of an item may change while it is in force.
    """

    section: Section[EntryT]
    kind: str
    id_of: Callable[[EntryT], str]
    document_of: Callable[[EntryT, CampaignFile], dict[str, Any]]
    plans_of: Callable[[EntryT, CampaignFile], Sequence[PoolPlan]] = lambda _item, _file: ()
    time_of: Callable[[EntryT, CampaignDefinition], tuple[int, int]] = campaigns_time
    rules: Rules | None = None

    def plan(self, file: CampaignFile) -> list[PoolPlan]:
        """The pools of all items."""
        return [plan for item in self._items(file) for plan in self.plans_of(item, file)]

    def compare(self, old: CampaignFile, new: CampaignFile) -> list[Amendment]:
        """More items are better; one that is in force stays, and changes as far as the rules allow."""
        before = {self.id_of(item): item for item in self._items(old)}
        found: list[Amendment] = []
        for number, item in enumerate(self._items(new)):
            known = before.pop(self.id_of(item), None)
            path = (self.section.name, number)
            if known is None:
                found.append(Amendment(spell(path), Verdict.BETTER, f"{self.id_of(item)} was added"))
            else:
                found += compare(known, item, self.rules or {}, path)
        taken = (Amendment(self.section.name, Verdict.REFUSED, f"{id_} was taken away") for id_ in before)
        return [*found, *taken]

    def prepare(self, file: CampaignFile) -> None:
        """Nothing here takes long."""

    def lock(self, work: Work, campaign: str) -> list[str]:
        """Lock the pools of the campaign's entries; the ids of these entries."""
        ids = [entry.id for entry in self._entries_of(work.connection, campaign)]
        if ids:
            work.load(POOLS_TO_CHANGE, ids)
        return ids

    def require_publishable(self, work: Work, file: CampaignFile) -> None:
        """Refuses with Conflict if an item belongs to another campaign."""
        for item in self._items(file):
            entry = find_entry(work.connection, self.id_of(item))
            if entry is not None and entry.campaign != file.definition.campaign_id:
                raise Conflict(f"{entry.id} belongs to {entry.campaign}. Give this one another id.")

    def publish(self, work: Work, file: CampaignFile, _made: Change) -> list[str]:
        """Put the items into force; the ids of those that are new or say something new."""
        return [self.id_of(item) for item in self._items(file) if self._publish(work, item, file)]

    def stop(self, work: Work, made: Change) -> None:
        """Let nothing count, for a while or for good."""
        set_states(work, made.campaign, self.kind, "paused" if made.change == "pause" else "ended")

    def resume(self, work: Work, made: Change) -> None:
        """Let it count again."""
        set_states(work, made.campaign, self.kind, "live")

    def is_over(self, connection: sa.Connection, campaign: str, now_ms: int) -> bool:
        """Whether nothing of the campaign counts any more."""
        return all(_is_over(entry, now_ms) for entry in self._entries_of(connection, campaign))

    def find_over(self, connection: sa.Connection, now_ms: int) -> list[str]:
        """The campaigns of which nothing counts any more but that were not ended yet."""
        running = [entry for entry in read_entries(connection, self.kind) if entry.state != "ended"]
        open_ones = {entry.campaign for entry in running if not _is_over(entry, now_ms)}
        return sorted({entry.campaign for entry in running} - open_ones)

    def assets(self, _connection: sa.Connection, _campaign: str) -> list[str]:
        """None: what is on a shelf has no turns."""
        return []

    def report(self, connection: sa.Connection, campaign: str) -> list[dict[str, Any]]:
        """Entry by entry the units published, given and left (null: without end)."""
        return [
            {
                self.kind: entry.id,
                "prizes": [
                    {
                        "prize": pool.prize,
                        "kind": pool.kind,
                        "units": pool.units,
                        "won": None if pool.units is None or pool.units_left is None else pool.units - pool.units_left,
                        "not_drawn": pool.units_left,
                    }
                    for pool in read_pools(connection, entry.id)
                ],
            }
            for entry in self._entries_of(connection, campaign)
        ]

    def bundle(self, _connection: sa.Connection, _campaign: str) -> Iterator[bytes]:
        """Nothing: chance is what a bundle proves."""
        return iter(())

    def _items(self, file: CampaignFile) -> tuple[EntryT, ...]:
        return cast("tuple[EntryT, ...]", file.entries.get(self.section.name, ()))

    def _entries_of(self, connection: sa.Connection, campaign: str) -> list[Entry]:
        return [entry for entry in read_entries_of(connection, campaign) if entry.kind == self.kind]

    def _publish(self, work: Work, item: EntryT, file: CampaignFile) -> bool:
        opens_at, closes_at = self.time_of(item, file.definition)
        return publish_entry(
            work,
            kind=self.kind,
            id_=self.id_of(item),
            campaign=file.definition.campaign_id,
            opens_at=opens_at,
            closes_at=closes_at,
            document=self.document_of(item, file),
        )


def _is_over(entry: Entry, now_ms: int) -> bool:
    return entry.state == "ended" or entry.closes_at <= now_ms
