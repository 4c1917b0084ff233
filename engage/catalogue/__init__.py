"""The catalogue: what campaigns have published beside their games, in immutable revisions. The last one is in force."""

from engage.catalogue.entries import (
    IN_FORCE,
    KEPT,
    Entry,
    Pauses,
    find_entry,
    publish_entry,
    read_entries,
    read_entries_of,
    read_pauses,
    set_states,
)
from engage.catalogue.texts import text_in

__all__ = [
    "IN_FORCE",
    "KEPT",
    "Entry",
    "Pauses",
    "find_entry",
    "publish_entry",
    "read_entries",
    "read_entries_of",
    "read_pauses",
    "set_states",
    "text_in",
]
