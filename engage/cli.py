"""The command line: each command says in a sentence what is true now; a refusal is plain text and exit status 1."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import sqlalchemy as sa

from engage import VERSION
from engage.campaigns import make_campaign_group
from engage.demo import demo_settings, make_demo_group
from engage.events import list_dead_letters, replay
from engage.fairness import verifier
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Refusal
from engage.kernel.sealing import SealBroken
from engage.ledger import format_proof, lift, list_quarantined, quarantine_subject, run_proof
from engage.platform import Platform
from engage.settings import Settings, SettingsFault
from engage.storage import migrate, roles
from engage.storage.database import UnsafeDatabase
from engage.web import (
    CannotListen,
    DataInUse,
    configure_logs,
    listen,
    make_keys_group,
    owned,
    pages_of,
    render_document,
    serve_alone,
    serve_with_workers,
)

WORKER = "wsgi:application"
FAULTS = (Refusal, SettingsFault, UnsafeDatabase, DataInUse, CannotListen, SealBroken, OSError, sa.exc.OperationalError)


def run(platform: Platform, arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 1 for a refusal, 2 for a command that was not understood.

    Logs go to the standard error, so that the standard output is the command's own.
    """
    configure_logs("warning")
    group = make_group(platform)
    try:
        outcome = group.main(args=arguments, prog_name="engage", standalone_mode=False)
    except FAULTS as fault:
        click.echo(_sentence(fault), err=True)
        return 1
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except click.Abort:
        return 130
    return outcome if isinstance(outcome, int) else 0


def _sentence(fault: Exception) -> str:
    """A refusal as a terminal shows it."""
    match fault:
        case Refusal():
            return fault.detail
        case SealBroken():
            return f"{fault} Is ENGAGE_SECRET_KEY the one that this data was written with?"
        case OSError():
            return f"{fault.filename}: {fault.strerror}." if fault.filename else str(fault)
        case sa.exc.OperationalError():
            return f"The database does not answer: {str(fault.orig).splitlines()[0]}"
        case _:
            return str(fault)


class _Here(Platform):
    """The platform of one command: its settings are those of the demo that `engage --data` names, if it names one."""

    def settings(self, **changes: Any) -> Settings:  # noqa: ANN401  any setting
        data = click.get_current_context().find_root().params.get("data")
        return demo_settings(data) if data else super().settings(**changes)


def make_group(platform: Platform) -> click.Group:
    """The group of all commands."""
    data = click.Option(
        ["--data"], type=click.Path(path_type=Path, file_okay=False), help="The folder of a demo, to act on its data."
    )
    text = "Games, prizes and points, provably fair and never overrun."
    group, platform = click.Group("engage", help=text, params=[data]), _Here(**vars(platform))
    click.version_option(VERSION, prog_name="engage")(group)
    for command in (
        _make_serve(platform),
        _make_migrate(platform),
        _make_prove(platform),
        _make_verify(),
        _make_openapi(platform),
        _make_quarantine(platform),
        _make_dead_letters(platform),
        make_campaign_group(platform.services, platform.features),
        make_keys_group(platform.services),
        make_demo_group(platform),
    ):
        group.add_command(command)
    for feature in platform.features:
        for command in feature.commands(platform.services):
            group.add_command(command)
    return group


def _make_serve(platform: Platform) -> click.Command:
    @click.command()
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
    @click.option(
        "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="More than one needs PostgreSQL."
    )
    def serve(host: str, port: int, workers: int) -> None:
        """Serve members and the brand's servers."""
        settings = platform.settings()
        if workers > 1:
            if settings.is_sqlite:
                message = "SQLite is served by one process. Use PostgreSQL (ENGAGE_DATABASE_URL) for several workers."
                raise click.UsageError(message)
            migrate.require_current(settings.database_url)
            serve_with_workers(WORKER, host, port, workers)
            return
        with (
            owned(settings.data_dir, f"{host}:{port}"),
            listen(host, port) as listener,
            platform.services() as services,
        ):
            app = platform.create_app(services, platform.features)
            stop = platform.start(services, platform.features)
            click.echo(f"Engage serves on http://{host}:{listener.getsockname()[1]}")
            if roles.could_change_facts(services.reader):
                click.echo("This database role could change facts. Serve as a lesser one: engage migrate --help")
            if not settings.is_secure:
                click.echo(f"Browsers can't play on {settings.base_url}: they make seeds on https or localhost only.")
            if fault := pages_of(app).find_fault():
                click.echo(fault)
            serve_alone(app, listener)
            stop()

    return serve


def _make_migrate(platform: Platform) -> click.Command:
    @click.command("migrate")
    @click.option("--grant-to", metavar="ROLE", help="PostgreSQL: the role that serves, which may not change facts.")
    def command(grant_to: str | None) -> None:
        """Bring the database's schema up to date, as the role of ENGAGE_MIGRATION_URL if that is set."""
        settings = platform.settings()
        url = settings.migration_url or settings.database_url
        migrate.upgrade(url)
        if grant_to:
            roles.grant(url, grant_to)
        click.echo(f"The schema is at {migrate.current(url)}.")

    return command


def _make_prove(platform: Platform) -> click.Command:
    @click.command()
    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The folder of a demo.")
    def prove(data: Path | None) -> int:
        """Recompute every counter from the facts; exit status 1 on any violation, whose subject goes under review."""
        with platform.services(demo_settings(data) if data else None) as services:
            with services.reader.connect() as connection:
                results = run_proof(connection, platform.invariants(services, platform.features))
            click.echo(format_proof(results))
            violations = [violation for _, proof in results for violation in proof.violations]
            for found in violations:
                if found.subject_kind:
                    services.writer.run(
                        lambda work, v=found: quarantine_subject(work, v.subject_kind, v.subject, v.detail)  # type: ignore[misc]  # mypy can't infer a default's type
                    )
        return 1 if violations else 0

    return prove


def _make_verify() -> click.Command:
    @click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def verify(arguments: tuple[str, ...]) -> int:
        """Check an export offline: FILE [--bundle FILE] [--key FINGERPRINT]."""
        return verifier.main(list(arguments), "engage verify")

    return verify


def _make_openapi(platform: Platform) -> click.Command:
    @click.command("openapi")
    def command() -> None:
        """Print the HTTP contract as an OpenAPI document; no database is needed."""
        with TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), secret_keys=("nothing is kept that this would have to seal",))
            migrate.upgrade(settings.database_url)
            services = platform.open_services(settings, platform.features)
            try:
                text = render_document(platform.create_app(services, platform.features))
            finally:
                platform.close_services(services)
        click.echo(text, nl=False)

    return command


def _make_quarantine(platform: Platform) -> click.Group:
    group = click.Group("quarantine", help="Members and games whose books did not add up.")

    @group.command("list")
    def list_command() -> None:
        """Who and what is under review, and why."""
        with platform.services() as services, services.reader.connect() as connection:
            rows = list_quarantined(connection)
        for row in rows:
            click.echo(f"{row.kind} {row.subject} since {row.recorded_at}: {row.reason}")
        if not rows:
            click.echo("Nothing is under review.")

    @group.command("lift")
    @click.argument("kind", type=click.Choice(["member", "game"]))
    @click.argument("subject")
    @click.option("--by", required=True, help="Who looked.")
    @click.option("--approved-by", required=True, help="Who agrees: somebody else.")
    def lift_command(kind: str, subject: str, by: str, approved_by: str) -> None:
        """Let a member or a game go on, after two people looked."""
        with platform.services() as services:
            services.writer.run(lambda work: lift(work, kind, subject, by, approved_by))
        click.echo(f"The {kind} {subject} goes on.")

    return group


def _make_dead_letters(platform: Platform) -> click.Group:
    group = click.Group("dead-letters", help="Events that a subscriber could not handle and went past.")

    @group.command("list")
    @click.option("--all", "replayed", is_flag=True, help="Those, too, that were handled since.")
    def list_command(*, replayed: bool) -> None:
        """Which events wait, and why."""
        with platform.services() as services, services.reader.connect() as connection:
            letters = list_dead_letters(connection, replayed=replayed)
        for one in letters:
            since = f", handled {render_ms(one.replayed_at)}" if one.replayed_at is not None else ""
            click.echo(f"{one.subscriber} {one.position} at {render_ms(one.recorded_at)}{since}: {one.reason}")
        if not letters:
            click.echo("No event waits.")

    @group.command("replay")
    @click.argument("subscriber")
    @click.argument("position", type=click.IntRange(1))
    def replay_command(subscriber: str, position: int) -> None:
        """Have SUBSCRIBER handle the event at POSITION after all."""
        with platform.services() as services:
            replay(services.writer, platform.subscribers(services, platform.features), subscriber, position)
        click.echo(f"{subscriber} has handled the event at {position}.")

    return group
