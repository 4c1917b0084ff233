"""What screens are told: snapshots and feeds to begin with, pushes over sockets from there on."""

from engage.live.snapshots import hidden_from, read_feed, read_standing
from engage.live.sockets import open_live

__all__ = ["hidden_from", "open_live", "read_feed", "read_standing"]
