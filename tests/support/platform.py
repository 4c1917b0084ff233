"""The command line in this process: what the composition root hands to it, with an environment of one's own."""

from collections.abc import Mapping

from engage.app import all_invariants, all_subscribers, close_services, create_app, open_services, start
from engage.platform import Platform
from games import feature


def platform_of(environ: Mapping[str, str]) -> Platform:
    """The platform of a process with these settings in its environment."""
    parts = (open_services, close_services, create_app, start, all_invariants, all_subscribers)
    return Platform(environ, (feature,), *parts)
