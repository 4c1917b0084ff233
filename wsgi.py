"""The composition root: the only module that knows the environment and every feature. Nothing imports it."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402  gevent patches first
import sys  # noqa: E402  gevent patches first

from flask import Flask  # noqa: E402  gevent patches first

from badges import SHELF  # noqa: E402  gevent patches first
from engage.app import create_worker, run_command  # noqa: E402  gevent patches first
from games import feature as games  # noqa: E402  gevent patches first

FEATURES = (games, *SHELF)


def application() -> Flask:
    """The WSGI application of one worker, with its Writer running."""
    return create_worker(os.environ, FEATURES)


def main() -> None:
    """The command line, `engage`."""
    sys.exit(run_command(os.environ, FEATURES))
