"""The composition root: the only module that knows the environment and every feature. Nothing imports it."""

import gc

gc.disable()

from gevent import monkey  # noqa: E402  nothing that is imported is ever garbage: a fifth of starting was looking for it

monkey.patch_all()

import os  # noqa: E402  gevent patches first
import sys  # noqa: E402  gevent patches first

from flask import Flask  # noqa: E402  gevent patches first

from badges import SHELF  # noqa: E402  gevent patches first
from engage.app import create_worker, run_command  # noqa: E402  gevent patches first
from engage.kernel.garbage import settle  # noqa: E402  gevent patches first
from games import feature as games  # noqa: E402  gevent patches first

settle()

FEATURES = (games, *SHELF)


def application() -> Flask:
    """The WSGI application of one worker, with its Writer running."""
    return create_worker(os.environ, FEATURES)


def main() -> None:
    """The command line, `engage`."""
    sys.exit(run_command(os.environ, FEATURES))
