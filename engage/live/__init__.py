"""What screens are told: snapshots and feeds to begin with, pushes over sockets from there on."""

from engage.live.snapshots import hidden_from, read_feed, read_standing

__all__ = ["hidden_from", "read_feed", "read_standing"]
