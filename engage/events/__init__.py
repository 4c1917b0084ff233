"""The log: reading it after a position, and the subscribers that react to it."""

from engage.events.log import LoggedEvent, head, read_after, read_member_feed
from engage.events.subscribers import Subscriber, SubscriberLoop

__all__ = ["LoggedEvent", "Subscriber", "SubscriberLoop", "head", "read_after", "read_member_feed"]
