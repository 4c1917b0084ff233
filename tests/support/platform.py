"""The command line in this process: what the composition root hands to it, with an environment of one's own."""

from collections.abc import Mapping

from engage.app import make_platform
from engage.platform import Platform
from tests.support.features import FEATURES


def platform_of(environ: Mapping[str, str]) -> Platform:
    """The platform of a process with these settings in its environment."""
    return make_platform(environ, FEATURES)
