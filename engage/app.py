"""From settings to a running application.

Opens the database, the Writer and the keys, and lets each feature register.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask_openapi import Info, OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from engage import VERSION, cli
from engage.api import open_hub, register_rules
from engage.api import register as register_platform
from engage.builtin import all_features
from engage.campaigns import end_due_campaigns, open_office
from engage.demo import register_demo
from engage.earning import EARNING_INVARIANTS, EARNING_STEP, PURCHASE, PURCHASE_REFUND, earning_subscriber
from engage.events import OUTSIDE_EVENT, PARKED_EVENT, VERDICT, Subscriber, SubscriberLoop
from engage.fairness import EPOCH, EPOCH_END, Keyring, ensure_signing_key
from engage.feature import DescribePrize, Feature, Services
from engage.jobs import (
    EARNING_JOB,
    EXPIRY_JOBS,
    LAPSED_JOB,
    SIGN_IN_JOB,
    Job,
    Schedule,
    checkpoint_job,
    make_seal,
    seal_subscriber,
)
from engage.kernel.clock import Clock, SystemClock
from engage.kernel.sealing import Sealer
from engage.ledger import (
    ACCOUNT,
    BOOK,
    HOLD,
    HOLD_END,
    HOLD_PART,
    LEDGER_INVARIANTS,
    LOT,
    LOT_MOVE,
    POSTING,
    Invariant,
    quarantine_subject,
    tree_invariant,
)
from engage.live import open_live
from engage.members import CONSENT, MEMBER, get_locale
from engage.platform import Platform
from engage.rewards import CLAIM, GRANT, POOL, REWARD_GIVEN, REWARD_INVARIANTS
from engage.settings import Settings, read_settings
from engage.storage.database import find_violation, open_read_engine, open_store, open_write_engine
from engage.storage.hot import Hot
from engage.storage.idempotency import ANSWERED
from engage.storage.writer import Writer
from engage.web import Problem, open_edge, open_pages, pages_of, refuse_invalid, register_docs, request_connection

log = structlog.get_logger()

OPENAPI_VERSION = "3.1.0"
END_SECONDS = 5.0
PREFIX = len("gam_")
MEMBER_SCHEME = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A member's token."}
PAGE_SCHEME = {
    "type": "apiKey",
    "in": "cookie",
    "name": "__Host-engage",
    "description": "The session of a hosted page; on http the name is `engage`. Whatever is no GET takes "
    "`X-Engage-Page: 1` too (or the id of the member whom the page shows) and has to come from a page of this origin.",
}
KEY_SCHEME = {"type": "http", "scheme": "bearer", "description": "An API key of the brand's server: ek_…"}

PLATFORM_HOTS: tuple[Hot[Any], ...] = (
    MEMBER,
    BOOK,
    CONSENT,
    ACCOUNT,
    LOT,
    POSTING,
    LOT_MOVE,
    HOLD,
    HOLD_PART,
    HOLD_END,
    POOL,
    EPOCH,
    EPOCH_END,
    GRANT,
    CLAIM,
    REWARD_GIVEN,
    OUTSIDE_EVENT,
    PARKED_EVENT,
    VERDICT,
    PURCHASE,
    PURCHASE_REFUND,
    EARNING_STEP,
    ANSWERED,
)


def open_services(
    settings: Settings,
    features: Sequence[Feature],
    *,
    clock: Clock | None = None,
    observe: Callable[[str], None] = lambda _point: None,
) -> Services:
    """Open everything a process needs; the Writer serves inline until it is started.

    Refuses with UnsafeDatabase if the engine's settings could lose a write.
    """
    clock = clock or SystemClock()
    features = all_features(features)
    hots = (*PLATFORM_HOTS, *(hot for feature in features for hot in feature.hots))
    store = open_store(open_write_engine(settings.database_url), hots)
    writer = Writer(
        store,
        clock,
        find_violation=find_violation,
        quarantine=quarantine_subject,
        queue_size=settings.queue_size,
        wait_seconds=settings.wait_seconds,
        observe=observe,
    )
    reader = open_read_engine(settings.database_url)
    sealer = Sealer(settings.secret_keys)
    writer.run(lambda work: ensure_signing_key(work, sealer))
    give_turns = _single(features, "give_turns")
    return Services(settings, clock, writer, reader, sealer, Keyring(reader, sealer), give_turns)


def close_services(services: Services) -> None:
    """Finish what waits and let the connections go."""
    services.writer.stop()
    services.reader.dispose()


def create_app(services: Services, features: Sequence[Feature]) -> OpenAPI:
    """The application over services that are open: the edge first, then every route."""
    features = all_features(features)
    app = OpenAPI(
        "engage",
        info=Info(title="Engage", version=VERSION, description="Games, prizes and points, provably fair."),
        security_schemes={"member": MEMBER_SCHEME, "page": PAGE_SCHEME, "key": KEY_SCHEME},
        validation_error_callback=refuse_invalid,
        template_folder=str(_folder("templates")),
        static_folder=str(_folder("static")),
        validation_error_model=Problem,
        operation_id_callback=lambda name, **_: name,
        doc_ui=False,
    )
    app.openapi_version = OPENAPI_VERSION
    app.config["SESSION_COOKIE_NAME"] = "unused"
    open_edge(app, services.settings, services.clock, services.reader)
    open_pages(app, lambda member: get_locale(request_connection(), member))
    open_live(app, services, _single(features, "plays"))
    register_platform(app, services, _single(features, "plays"), _describe_by_owner(features), features)
    open_hub(app, services, _single(features, "look_of"))
    register_rules(app, features)
    for feature in features:
        feature.register(app, services)
    if services.settings.demo:
        register_demo(app, services)
    register_docs(app)
    if services.settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way
            app.wsgi_app, x_for=services.settings.proxies, x_proto=0, x_host=0
        )
    return app


def _single(features: Sequence[Feature], name: str) -> Any:  # noqa: ANN401  what one feature alone can tell
    found = [getattr(feature, name) for feature in features if getattr(feature, name) is not None]
    if len(found) != 1:
        message = f"one feature has to tell {name}, not {len(found)}"
        raise ValueError(message)
    return found[0]


def _describe_by_owner(features: Sequence[Feature]) -> DescribePrize:
    """Asks whoever knows prizes of the owner's kind, which the beginning of its id tells."""
    known = {start: describe for feature in features for start, describe in feature.describe_prize.items()}

    def describe(connection: sa.Connection, owner: str, n: int, prize: str, locale: str) -> dict[str, Any]:
        return known[owner[:PREFIX]](connection, owner, n, prize, locale)

    return describe


def _folder(name: str) -> Path:
    """`templates` or `static`: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / f"_{name}"
    return inside if inside.is_dir() else package.parent / name


def start(services: Services, features: Sequence[Feature]) -> Callable[[], None]:
    """Let the Writer serve its queue, the readers of the log read, and the jobs tick, in greenlets of this process.

    What is returned stops the readers and the jobs; the Writer stops with the services.
    """
    features = all_features(features)
    services.writer.start()
    seal = make_seal(services.keyring, _single(features, "receipt_hashes"))
    subscribers = [seal_subscriber(seal), *all_subscribers(services, features)]
    loop = SubscriberLoop(services.writer, services.reader, subscribers)
    jobs = [Job(*job) for feature in features for job in feature.jobs(services)]
    sealing = checkpoint_job(seal, services.settings.seal_seconds)
    own = (sealing, SIGN_IN_JOB, EARNING_JOB, LAPSED_JOB, *EXPIRY_JOBS, _end_job(features))
    schedule = Schedule(services, [*own, *jobs])
    loop.start()
    schedule.start()

    def stop() -> None:
        schedule.stop()
        loop.stop()

    return stop


def _end_job(features: Sequence[Feature]) -> Job:
    """Ends campaigns whose time is over."""
    return Job("end_campaigns", END_SECONDS, lambda services: end_due(services, features))


def end_due(services: Services, features: Sequence[Feature]) -> None:
    """End every campaign that is over."""
    end_due_campaigns(open_office(services, all_features(features)))


def all_subscribers(services: Services, features: Sequence[Feature]) -> list[Subscriber]:
    """The readers of the log that react to events, the seal apart."""
    of_features = (one for feature in all_features(features) for one in feature.subscribers(services))
    return [earning_subscriber(), *of_features]


def all_invariants(services: Services, features: Sequence[Feature]) -> list[Invariant]:
    """The laws of the books in their order: the ledger's, the features', and the signed tree's."""
    keyring = services.keyring
    tree = tree_invariant(_single(features, "receipt_hashes"), lambda: keyring.origin, keyring.has_signed)
    of_features = (one for feature in all_features(features) for one in feature.invariants(services))
    return [*LEDGER_INVARIANTS, *REWARD_INVARIANTS, *EARNING_INVARIANTS, *of_features, tree]


def run_command(environ: Mapping[str, str], features: Sequence[Feature]) -> int:
    """One command of the command line; the exit status."""
    return cli.run(make_platform(environ, features))


def make_platform(environ: Mapping[str, str], features: Sequence[Feature]) -> Platform:
    """What the commands need of a process with these settings in its environment."""
    parts = (open_services, close_services, create_app, start, all_invariants, all_subscribers)
    return Platform(environ, all_features(features), *parts)


def create_worker(environ: Mapping[str, str], features: Sequence[Feature]) -> OpenAPI:
    """The application of one worker among several, with its own Writer running."""
    services = open_services(read_settings(environ), features)
    app = create_app(services, features)
    if fault := pages_of(app).find_fault():
        log.warning("pages_not_built", detail=fault)
    start(services, features)
    return app
