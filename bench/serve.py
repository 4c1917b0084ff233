"""One server to be measured: `python -m bench.serve {play|empty|orm} URL`; prints its port, serves until killed."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402  gevent patches first
import sys  # noqa: E402  gevent patches first

from flask import Flask  # noqa: E402  gevent patches first

from bench.empty_app import create_empty_app  # noqa: E402  gevent patches first
from bench.orm_app import create_orm_app  # noqa: E402  gevent patches first
from engage.app import create_app, open_services, start  # noqa: E402  gevent patches first
from engage.feature import Services  # noqa: E402  gevent patches first
from engage.kernel.garbage import settle  # noqa: E402  gevent patches first
from engage.web import MemberTokens, listen, serve_alone  # noqa: E402  gevent patches first
from tests.support.features import FEATURES  # noqa: E402  gevent patches first
from tests.support.world import settings_for  # noqa: E402  gevent patches first

UNLIMITED = "1000000/second"


def _create(kind: str, services: Services, tokens: MemberTokens) -> Flask:
    if kind == "empty":
        return create_empty_app(tokens)
    if kind == "orm":
        return create_orm_app(services, tokens)
    start(services, FEATURES)
    return create_app(services, FEATURES)


def main(kind: str, url: str) -> None:
    """Serve one kind of application on a free port of this machine."""
    settings = settings_for(url, rate_limit=UNLIMITED)
    services = open_services(settings, FEATURES)
    tokens = MemberTokens(settings.secret_keys, services.clock)
    app = _create(kind, services, tokens)
    listener = listen("127.0.0.1", 0)
    gc.collect()
    settle()
    print(listener.getsockname()[1], flush=True)
    serve_alone(app, listener)


if __name__ == "__main__":
    main(*sys.argv[1:])
