"""The composition root: the only module that knows the environment and every feature. Nothing imports it."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402  gevent patches first
import sys  # noqa: E402

from flask import Flask  # noqa: E402

from engage.app import create_app  # noqa: E402
from engage.cli import run_command  # noqa: E402
from engage.settings import read_settings  # noqa: E402
from games import feature as games  # noqa: E402

FEATURES = (games,)


def application() -> Flask:
    """The WSGI application of a worker, with its Writer running."""
    return create_app(read_settings(os.environ), FEATURES)


def main() -> None:
    """The command line, `engage`."""
    sys.exit(run_command(os.environ, FEATURES))
