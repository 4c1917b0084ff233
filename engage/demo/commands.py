"""`engage demo`: serve the example; `engage demo play`: play once over HTTP and prove it."""

from pathlib import Path

import click
import gevent

from engage.demo.house import KEY_FILE, open_house
from engage.demo.player import Player, PlayFault
from engage.demo.seed import seed
from engage.demo.week import Week
from engage.kernel.clock import SystemClock, from_ms
from engage.platform import Platform
from engage.storage import migrate
from engage.web import listen, owned, pages_of, serve_alone

DEFAULT_PORT = 8000


def make_demo_group(platform: Platform) -> click.Group:
    """The group `engage demo`; without a subcommand it serves."""

    @click.group("demo", invoke_without_command=True)
    @click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535))
    @click.option("--data", default=Path("data"), show_default=True, type=click.Path(path_type=Path, file_okay=False))
    @click.pass_context
    def demo(context: click.Context, port: int, data: Path) -> None:
        """Serve two example campaigns on SQLite; the data stays in the folder."""
        if context.invoked_subcommand is None:
            serve_demo(platform, port, data)

    @demo.command("play")
    @click.option(
        "--url", default=f"http://127.0.0.1:{DEFAULT_PORT}", show_default=True, help="Where the demo listens."
    )
    @click.option("--game", default=None, help="A game's id; by default the first one.")
    def play(url: str, game: str | None) -> int:
        """Play once as a fresh member with seeds of this client's own, and prove the result."""
        return play_once(url, game)

    @demo.command("week")
    @click.option(
        "--url", default=f"http://127.0.0.1:{DEFAULT_PORT}", show_default=True, help="Where the demo listens."
    )
    @click.option("--data", default=Path("data"), show_default=True, type=click.Path(path_type=Path, file_okay=False))
    @click.option("--pause", default=2.0, show_default=True, help="Seconds between two days, so that pages move.")
    def week(url: str, data: Path, pause: float) -> int:
        """Send a week of orders, visits and reviews of Alice and Bob, as a brand's server would."""
        return send_week(url, data, pause)

    return demo


def send_week(url: str, folder: Path, pause: float) -> int:
    """Send the week; the exit status."""
    if not (folder / KEY_FILE).exists():
        click.echo(f"{folder} holds no demo. Start one: engage demo --data {folder}", err=True)
        return 1
    week = Week(url, folder, from_ms(SystemClock().now_ms()))
    try:
        for sentence in week.days():
            click.echo(sentence)
            gevent.sleep(pause)
        click.echo(f"Open {url}/ as Alice, then {url}/hub: see what it came to.")
    except PlayFault as fault:
        click.echo(str(fault), err=True)
        return 1
    finally:
        week.close()
    return 0


def serve_demo(platform: Platform, port: int, data: Path) -> None:
    """Own the folder, bring it up to date, seed it once, say where everything is, serve until stopped."""
    with owned(data, f"http://127.0.0.1:{port}"), listen("127.0.0.1", port) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        house = open_house(data, address)
        migrate.upgrade(house.settings.database_url)
        services = platform.open_services(house.settings, platform.features)
        try:
            seed(services, platform.features, house)
            app = platform.create_app(services, platform.features)
            stop = platform.start(services, platform.features)
            click.echo(house.welcome(address, services))
            if fault := pages_of(app).find_fault():
                click.echo(fault)
            serve_alone(app, listener)
            stop()
        finally:
            platform.close_services(services)


def play_once(url: str, game: str | None) -> int:
    """Play and prove; the exit status."""
    try:
        player = Player(url)
    except PlayFault as fault:
        click.echo(str(fault), err=True)
        return 1
    try:
        chosen = game or player.games()[0]["id"]
        click.echo(f"I am {player.member.member}, playing {chosen} on {url}.")
        for sentence in player.play_and_prove(chosen):
            click.echo(f"  {sentence}")
    except PlayFault as fault:
        click.echo(str(fault), err=True)
        return 1
    finally:
        player.close()
    return 0
