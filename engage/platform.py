"""What the composition root hands to the commands, so that they need not know how a server is put together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask_openapi import OpenAPI

from engage.events import Subscriber
from engage.feature import Feature, Services
from engage.ledger import Invariant
from engage.settings import Settings, read_settings
from engage.storage import migrate


@dataclass(frozen=True)
class Platform:
    """What the composition root hands to the commands."""

    environ: Mapping[str, str]
    features: Sequence[Feature]
    open_services: Callable[[Settings, Sequence[Feature]], Services]
    close_services: Callable[[Services], None]
    create_app: Callable[[Services, Sequence[Feature]], OpenAPI]
    start: Callable[[Services, Sequence[Feature]], Callable[[], None]]
    invariants: Callable[[Services, Sequence[Feature]], Sequence[Invariant]]
    subscribers: Callable[[Services, Sequence[Feature]], Sequence[Subscriber]]

    def settings(self, **changes: Any) -> Settings:  # noqa: ANN401  any setting
        """The settings from the environment."""
        return read_settings(self.environ, **changes)

    @contextmanager
    def services(self, settings: Settings | None = None) -> Iterator[Services]:
        """Services for the length of a command, on a database that is up to date; the environment's by default."""
        settings = settings or self.settings()
        migrate.require_current(settings.database_url)
        services = self.open_services(settings, self.features)
        try:
            yield services
        finally:
            self.close_services(services)
