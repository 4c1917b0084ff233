"""`engage campaign …`: what can be done with campaigns from a terminal, beside a running server.

Each command says in one sentence what is true now. What is refused is told in plain words, with exit status 1; a
command that was not used as it should be has 2.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias, TypeVar

import click

from engage.campaigns import lifecycle, resumption
from engage.campaigns.album import ReadFile, reader_of
from engage.campaigns.amendment import Verdict, describe
from engage.campaigns.changes import list_campaigns
from engage.campaigns.checker import check
from engage.campaigns.files import Section, render_schema
from engage.campaigns.findings import format_findings
from engage.campaigns.office import Contributor, Office, Tools, open_office, sections_of
from engage.kernel.refusals import Busy, Refusal
from engage.rewards import import_codes, parse_codes

KILL_TRIES = 12

OpenOffice: TypeAlias = Callable[[], AbstractContextManager[Office]]
ToolsT = TypeVar("ToolsT", bound=Tools)


class Refused(click.ClickException):
    """A refusal as a terminal shows it."""

    def show(self, file: IO[Any] | None = None) -> None:
        """The sentence, as it is."""
        click.echo(self.message, file=file, err=file is None)


class RefusingGroup(click.Group):
    """Commands whose refusals are told in plain words."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  click's own signature
        """Run the command; a refusal becomes its sentence and exit status 1."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Refused(refusal.detail) from None


_campaign = click.argument("campaign", metavar="CAMPAIGN")
_file = click.argument("file", type=click.File("rb"))
_by = click.option("--by", required=True, help="Who does this.")
_output = click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")


def make_campaign_group(
    open_services: Callable[[], AbstractContextManager[ToolsT]], features: Sequence[Contributor[ToolsT]]
) -> click.Group:
    """The commands. `open_services` opens the database for the length of a command; checking a file needs none."""

    @contextmanager
    def opening() -> Iterator[Office]:
        with open_services() as services:
            yield open_office(services, features)

    return _make_group(opening, sections_of(features))


def _make_group(opening: OpenOffice, sections: Sequence[Section[Any]]) -> click.Group:
    group = RefusingGroup("campaign", help="Check, publish and stop campaigns.")
    commands = (
        _check_command(sections),
        _load_command(opening, sections),
        _publish_command(opening),
        _pause_command(opening),
        _resume_command(opening),
        _end_command(opening),
        _kill_command(opening),
        _export_command(opening),
        _bundle_command(opening),
        _list_command(opening),
        _schema_command(sections),
        _codes_group(opening),
    )
    for command in commands:
        group.add_command(command)
    return group


def _check_command(sections: Sequence[Section[Any]]) -> click.Command:
    @click.command(
        "check", help="Check a campaign file with its pictures: its own mistakes, then the rules of the field."
    )
    @_file
    def command(file: IO[bytes]) -> None:
        findings = check(_read(file), sections, _beside(file))
        click.echo(format_findings(findings, file.name), nl=False)
        if not findings.may_publish:
            raise click.exceptions.Exit(1)

    return command


def _load_command(opening: OpenOffice, sections: Sequence[Section[Any]]) -> click.Command:
    @click.command("load", help="Keep a campaign file, and the pictures that it names, as the draft of its campaign.")
    @_file
    @_by
    def command(file: IO[bytes], by: str) -> None:
        text = _read(file)
        findings = check(text, sections, _beside(file))
        if not findings.may_load:
            raise Refused(format_findings(findings, file.name).rstrip())
        with opening() as office:
            campaign = lifecycle.load(office, text, by, _beside(file))
            changes = lifecycle.compare_draft(office, campaign)
        if any(change.verdict == Verdict.REFUSED for change in changes):
            click.echo(f"{campaign} has a new draft, which can't be published over what is in force.")
        else:
            click.echo(
                f"{campaign} has a new draft. Publish it: engage campaign publish {campaign} --by … --approved-by …"
            )
        _say_changes("In what is in force it would change", describe(changes))

    return command


def _publish_command(opening: OpenOffice) -> click.Command:
    @click.command("publish", help="Put a campaign's draft into force. Takes two different people.")
    @_campaign
    @_by
    @click.option("--approved-by", required=True, help="Who else approves it.")
    def command(campaign: str, by: str, approved_by: str) -> None:
        with opening() as office:
            done = lifecycle.publish(office, campaign, by, approved_by)
        new = f"with new rules for {', '.join(done.revised)}" if done.revised else "with no new rules for any game"
        click.echo(f"{campaign} is live in revision {done.revision}, {new}.")
        _say_changes("What changed", done.amendments)

    return command


def _pause_command(opening: OpenOffice) -> click.Command:
    @click.command("pause", help="Stop play for a while; turns will last longer by that.")
    @_campaign
    @_by
    def command(campaign: str, by: str) -> None:
        with opening() as office:
            lifecycle.pause(office, campaign, by)
        click.echo(f"{campaign} is paused: nobody can play until engage campaign resume {campaign} --by …")

    return command


def _resume_command(opening: OpenOffice) -> click.Command:
    @click.command("resume", help="Go on after a pause.")
    @_campaign
    @_by
    def command(campaign: str, by: str) -> None:
        with opening() as office:
            lots = resumption.resume(office, campaign, by)
        click.echo(f"{campaign} is live again; {lots} lots of turns last longer by the length of the pause.")

    return command


def _end_command(opening: OpenOffice) -> click.Command:
    @click.command("end", help="End a campaign for good; what nobody won goes back to the plan.")
    @_campaign
    @_by
    @click.option("--approved-by", help="Who else approves it, if the campaign could still be played.")
    def command(campaign: str, by: str, approved_by: str | None) -> None:
        with opening() as office:
            report = lifecycle.end(office, campaign, by, approved_by)
        click.echo(f"{campaign} has ended. {_sum_up(report)}")

    return command


def _kill_command(opening: OpenOffice) -> click.Command:
    @click.command("kill", help="Emergency stop: play ends for good, at once.")
    @_campaign
    @_by
    def command(campaign: str, by: str) -> None:
        with opening() as office:
            report = _insist(lambda: lifecycle.kill(office, campaign, by))
        click.echo(f"{campaign} was stopped and has ended. {_sum_up(report)}")

    return command


def _export_command(opening: OpenOffice) -> click.Command:
    @click.command(
        "export", help="Write a campaign's file, and its pictures beside it, byte for byte as they were loaded."
    )
    @_campaign
    @_output
    @click.option("--draft", is_flag=True, help="The draft, even if something else is in force.")
    def command(campaign: str, output: Path | None, draft: bool) -> None:  # noqa: FBT001  click passes it by name
        with opening() as office:
            data = lifecycle.export(office, campaign, draft=draft).encode()
            pictures = lifecycle.export_pictures(office, campaign, draft=draft)
        if output is None:
            click.echo(data, nl=False)
            if pictures:
                click.echo(f"Without its {len(pictures)} pictures: with --output they are written beside.", err=True)
            return
        output.write_bytes(data)
        for path, picture in pictures.items():
            (output.parent / path).parent.mkdir(parents=True, exist_ok=True)
            (output.parent / path).write_bytes(picture)
        beside = f" and its {len(pictures)} pictures lie beside" if pictures else ""
        click.echo(f"{output} holds the file of {campaign}{beside}.")

    return command


def _bundle_command(opening: OpenOffice) -> click.Command:
    @click.command("bundle", help="Write the complete signed bundle of a campaign that has ended.")
    @_campaign
    @_output
    def command(campaign: str, output: Path | None) -> None:
        target = output or Path(f"{campaign}-bundle.json")
        part = target.with_name(target.name + ".part")
        with opening() as office, office.reader.connect() as connection:
            pieces = office.publisher.bundle(connection, campaign)
            with part.open("wb") as file:
                file.writelines(pieces)
        part.replace(target)
        click.echo(f"{target} holds every play, seed and rule of {campaign}. Check it: engage verify {target}")

    return command


def _list_command(opening: OpenOffice) -> click.Command:
    @click.command("list", help="All campaigns with their states.")
    def command() -> None:
        with opening() as office, office.reader.connect() as connection:
            rows = list_campaigns(connection)
        for row in rows:
            click.echo(f"{row.id}  {row.state}  " + (f"revision {row.revision}" if row.revision else "never published"))
        if not rows:
            click.echo("There are no campaigns yet. Load one: engage campaign load FILE --by …")

    return command


def _schema_command(sections: Sequence[Section[Any]]) -> click.Command:
    @click.command("schema", help="Print the JSON Schema of campaign files, for editors that check while one writes.")
    def command() -> None:
        click.echo(render_schema(sections), nl=False)

    return command


def _codes_group(opening: OpenOffice) -> click.Group:
    group = click.Group("codes", help="The codes of voucher prizes.")

    @group.command("import", help="Import the codes of a voucher prize: one code a line.")
    @_file
    @click.option("--prize", required=True, help="Id of the prize, such as prz_meal.")
    @click.option("--game", help="Id of its game, if several games have a prize of this id.")
    @click.option("--campaign", help="Id of its campaign.")
    def command(file: IO[bytes], prize: str, game: str | None, campaign: str | None) -> None:
        codes = parse_codes(_read(file))
        with opening() as office:
            plan = lifecycle.find_voucher_prize(office, prize, campaign, game)
            done = import_codes(office.writer, office.sealer, plan.game, plan.prize, codes)
        known = f" ({done.known} had been imported before)" if done.known else ""
        click.echo(
            f"{plan.prize} of {plan.game} has {done.total} codes for {plan.units} units; {done.new} are new{known}."
        )

    return group


def _read(file: IO[bytes]) -> str:
    try:
        return file.read().decode()
    except UnicodeDecodeError as fault:
        raise Refused(f"{file.name} is not UTF-8 text: byte {fault.start} can't be read. Save it as UTF-8.") from None


def _beside(file: IO[bytes]) -> ReadFile:
    """Reads the pictures that lie beside a campaign file."""
    return reader_of(Path(file.name).parent)


def _insist(stop: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Try again while the database is busy: each try has waited some seconds for its turn."""
    for _ in range(KILL_TRIES - 1):
        try:
            return stop()
        except Busy:
            continue
    return stop()


def _say_changes(what: str, changes: Sequence[str]) -> None:
    if changes:
        click.echo("\n".join([f"{what}:", *(f"  {change}" for change in changes)]))


def _sum_up(report: Sequence[dict[str, Any]]) -> str:
    """A close report in one sentence; each part of it begins with the game, item, task or collection that it is of."""
    plays = sum(game.get("plays", 0) for game in report)
    left = [
        f"{prize['not_drawn']} of {prize['units']} {prize['prize']} of {next(iter(part.values()))}"
        for part in report
        for prize in part["prizes"]
        if prize["not_drawn"]
    ]
    return f"There were {plays} plays; not drawn: {', '.join(left) if left else 'nothing'}."
