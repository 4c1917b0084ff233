"""`engage campaign …`: each command says what is true now; a refusal is a sentence and status 1, misuse status 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from engage.campaigns import make_campaign_group
from engage.feature import Services
from tests.support.bureau import AFTER, CAMPAIGN, PLAYABLE, WHEEL, Bureau
from tests.support.features import FEATURES
from tests.support.hostile_pictures import drawn, saved
from tests.support.sample_campaign import changed

CODES = "".join(f"MEAL-{n:04}\n" for n in range(40))


class Terminal:
    """A terminal with a folder of its own."""

    def __init__(self, bureau: Bureau, folder: Path) -> None:
        self.folder = folder

        @contextmanager
        def services() -> Iterator[Services]:
            yield bureau.services

        self._group = make_campaign_group(services, FEATURES)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return str(path)

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(self._group, arguments)

    def says(self, *arguments: str) -> str:
        """What a command that succeeds says."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refuses(self, *arguments: str) -> str:
        """What a command that is refused says."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        return result.stderr

    def publish(self, text: str = PLAYABLE) -> None:
        self.says("load", self.file("spring.yaml", text), "--by", "Carol")
        self.says("codes", "import", self.file("codes.txt", CODES), "--prize", "prz_meal")
        self.says("publish", CAMPAIGN, "--by", "Carol", "--approved-by", "Dan")


@pytest.fixture
def terminal(bureau: Bureau, tmp_path: Path) -> Terminal:
    return Terminal(bureau, tmp_path)


def test_a_campaign_s_life_is_told_sentence_by_sentence(bureau: Bureau, terminal: Terminal) -> None:
    file, codes = terminal.file("spring.yaml", PLAYABLE), terminal.file("codes.txt", CODES)
    assert "There are no campaigns yet" in terminal.says("list")
    assert "may be published" in terminal.says("check", file)
    assert terminal.says("load", file, "--by", "Carol").startswith(f"{CAMPAIGN} has a new draft.")
    assert terminal.says("list") == f"{CAMPAIGN}  draft  never published\n"
    assert terminal.says("codes", "import", codes, "--prize", "prz_meal") == (
        f"prz_meal of {WHEEL} has 40 codes for 40 units; 40 are new.\n"
    )
    assert terminal.says("publish", CAMPAIGN, "--by", "Carol", "--approved-by", "Dan") == (
        f"{CAMPAIGN} is live in revision 1, with new rules for {WHEEL}, gam_cards.\n"
    )
    assert terminal.says("pause", CAMPAIGN, "--by", "Carol").startswith(f"{CAMPAIGN} is paused")
    assert terminal.says("resume", CAMPAIGN, "--by", "Carol").startswith(f"{CAMPAIGN} is live again; 0 lots")
    assert terminal.says("list") == f"{CAMPAIGN}  live  revision 1\n"
    bureau.go_to(AFTER)
    assert terminal.says("end", CAMPAIGN, "--by", "Carol") == (
        f"{CAMPAIGN} has ended. There were 0 plays; "
        f"not drawn: 3 of 3 prz_tyre of gam_cards, 5000 of 5000 prz_few of {WHEEL}, 40 of 40 prz_meal of {WHEEL}.\n"
    )
    assert terminal.says("list") == f"{CAMPAIGN}  ended  revision 1\n"


def test_the_emergency_stop_takes_one_person(terminal: Terminal) -> None:
    terminal.publish()
    assert terminal.says("kill", CAMPAIGN, "--by", "Carol").startswith(f"{CAMPAIGN} was stopped and has ended.")
    assert terminal.refuses("kill", CAMPAIGN, "--by", "Carol") == (
        f"{CAMPAIGN} is ended: kill needs a campaign that is live or paused.\n"
    )


def test_a_running_campaign_s_new_draft_is_shown_as_what_it_would_change(terminal: Terminal) -> None:
    terminal.publish()
    newer = terminal.file("newer.yaml", changed("per_day: 3", "per_day: 4", PLAYABLE))
    assert "  games[0].limits.per_day: 3 → 4 (better)\n" in terminal.says("load", newer, "--by", "Dan")
    said = terminal.says("publish", CAMPAIGN, "--by", "Dan", "--approved-by", "Carol")
    assert said.startswith(f"{CAMPAIGN} is live in revision 2, with new rules for {WHEEL}.")


def test_an_export_is_the_file_byte_for_byte(terminal: Terminal) -> None:
    text = "# 春\r\n" + PLAYABLE.replace("\n", "\r\n")
    terminal.says("load", terminal.file("spring.yaml", text), "--by", "Carol")
    result = terminal.run("export", CAMPAIGN)
    assert result.stdout_bytes == text.encode()
    out = terminal.folder / "out.yaml"
    terminal.says("export", CAMPAIGN, "--output", str(out))
    assert out.read_bytes() == text.encode()


def test_each_change_that_is_refused_stands_on_a_line_of_its_own(terminal: Terminal) -> None:
    terminal.publish()
    worse = changed("units: 5000", "units: 4000", changed("per_day: 3\n", "per_day: 2\n", PLAYABLE))
    terminal.says("load", terminal.file("worse.yaml", worse), "--by", "Carol")
    said = terminal.refuses("publish", CAMPAIGN, "--by", "Carol", "--approved-by", "Dan").splitlines()
    assert ("(C2)" in said[0], [line.split(": ")[1] for line in said[1:]]) == (True, ["5000 → 4000", "3 → 2"])


def test_a_bundle_is_a_file_that_is_there_whole_or_not_at_all(terminal: Terminal) -> None:
    terminal.publish()
    target = terminal.folder / "bundle.json"
    assert "is not over yet" in terminal.refuses("bundle", CAMPAIGN, "--output", str(target))
    terminal.says("kill", CAMPAIGN, "--by", "Carol")
    assert "engage verify" in terminal.says("bundle", CAMPAIGN, "--output", str(target))
    assert [close["game"] for close in orjson.loads(target.read_bytes())["closes"]] == ["gam_cards", WHEEL]
    assert sorted(path.name for path in terminal.folder.glob("bundle*")) == ["bundle.json"]


def test_a_file_with_faults_is_refused_with_all_of_them(terminal: Terminal) -> None:
    text = changed("units: 5000", "units: 0", changed("total: 10\n", "total: 11\n", PLAYABLE))
    file = terminal.file("spring.yaml", text)
    said = terminal.refuses("load", file, "--by", "Carol")
    assert "games[0].prizes[0].units" in said
    assert "games[0].tables[1].total" in said
    checked = terminal.run("check", file)
    assert (checked.exit_code, "can't be loaded" in checked.stdout) == (1, True)


def test_a_file_that_is_not_text_is_refused(terminal: Terminal) -> None:
    (terminal.folder / "x.yaml").write_bytes(b"id: \xff\n")
    assert "is not UTF-8 text: byte 4" in terminal.refuses("load", str(terminal.folder / "x.yaml"), "--by", "Carol")


def test_codes_of_an_unknown_or_ambiguous_prize_are_refused(terminal: Terminal) -> None:
    codes = terminal.file("codes.txt", CODES)
    assert "No draft has a voucher prize prz_meal" in terminal.refuses("codes", "import", codes, "--prize", "prz_meal")
    for name in ("spring", "autumn"):
        text = PLAYABLE.replace("id: spring", f"id: {name}").replace("id: wheel", f"id: wheel_{name}")
        terminal.says("load", terminal.file("x.yaml", text.replace("id: cards", f"id: cards_{name}")), "--by", "Carol")
    said = terminal.refuses("codes", "import", codes, "--prize", "prz_meal")
    assert said == "prz_meal is a prize of gam_wheel_autumn, gam_wheel_spring. Say which: --game.\n"
    terminal.says("codes", "import", codes, "--prize", "prz_meal", "--game", "gam_wheel_autumn")
    other = terminal.refuses("codes", "import", codes, "--prize", "prz_meal", "--campaign", CAMPAIGN)
    assert "was imported for prz_meal of gam_wheel_autumn" in other


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish", CAMPAIGN, "--by", "Carol"),
        ("publish", CAMPAIGN, "--approved-by", "Dan"),
        ("kill", CAMPAIGN),
        ("pause", "--by", "Carol"),
        ("load", "no-such-file.yaml", "--by", "Carol"),
        ("codes", "import", "no-such-file.txt", "--prize", "prz_meal"),
        ("unknown",),
    ],
)
def test_a_command_that_is_misused_has_status_2(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run(*arguments).exit_code == 2


def test_a_campaign_that_is_not_there_is_refused_in_a_sentence(terminal: Terminal) -> None:
    for command in ("pause", "resume", "end", "kill"):
        assert terminal.refuses(command, "cmp_none", "--by", "Carol") == "There is no campaign cmp_none.\n"
    assert terminal.refuses("export", "cmp_none") == "There is no campaign cmp_none.\n"
    assert terminal.refuses("bundle", "cmp_none") == "No game of cmp_none was ever published.\n"
    assert not list(Path().glob("*.part"))


def test_a_campaign_is_loaded_and_exported_with_the_pictures_beside_it(terminal: Terminal, tmp_path: Path) -> None:
    text = changed("        address: true\n", "        address: true\n        picture: art/tyre.png\n", PLAYABLE)
    file = terminal.file("spring.yaml", text)
    assert "no_picture" in terminal.refuses("load", file, "--by", "Carol")
    assert terminal.run("check", file).exit_code == 1
    (terminal.folder / "art").mkdir()
    picture = terminal.folder / "art" / "tyre.png"
    picture.write_bytes(saved(drawn()))
    terminal.says("check", file)
    terminal.publish(text)
    target = tmp_path / "elsewhere" / "again.yaml"
    target.parent.mkdir()
    assert "its 1 pictures lie beside" in terminal.says("export", CAMPAIGN, "--output", str(target))
    assert (target.parent / "art" / "tyre.png").read_bytes() == picture.read_bytes()
    result = terminal.run("export", CAMPAIGN)
    assert (result.stdout, "Without its 1 pictures" in result.stderr) == (text, True)
    assert "would change" not in terminal.says("load", str(target), "--by", "Carol")
