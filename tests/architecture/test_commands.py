"""Commands that documents show can be given: targets exist, and `engage` knows the subcommands and their options."""

import re
import shlex
import subprocess
from collections.abc import Iterator

import click
from click.testing import CliRunner

from engage.cli import make_group
from tests.architecture.sources import ROOT, demand_none, name_of, project_files
from tests.support.platform import platform_of

FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`(make [a-z][^`\n]*)`(?!`)")
SHELLS = {"bash", "console", "sh", "shell"}
END_OF_COMMAND = {"&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1"}


def shown_commands() -> Iterator[tuple[str, list[str]]]:
    """Document and words of each command in a fenced block or an inline `make …`."""
    for path in project_files():
        if path.suffix != ".md":
            continue
        text = path.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            if block["language"] in SHELLS:
                yield from ((name_of(path), words) for words in commands_of(block["body"]))
        yield from ((name_of(path), shlex.split(inline)) for inline in INLINE.findall(FENCE.sub("", text)))


def commands_of(block: str) -> Iterator[list[str]]:
    """The commands of a block: its lines after a prompt `$`, or all of them if there is no prompt."""
    lines = block.replace("\\\n", " ").splitlines()
    prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    for line in prompted or lines:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:  # a line of some output, with a quote in it
            continue
        command: list[str] = []
        for word in [*words, ";"]:
            if word.rstrip(";") != word or word in END_OF_COMMAND:
                command += [word.rstrip(";")] if word.strip(";") and word not in END_OF_COMMAND else []
                if bare := _without_environment(command):
                    yield bare
                command = []
            else:
                command.append(word)


def _without_environment(words: list[str]) -> list[str]:
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return words


def test_the_readme_shows_how_to_start() -> None:
    shown = [words for name, words in shown_commands() if name == "README.md"]
    assert ["make", "demo"] in [words[:2] for words in shown], "README.md must show `make demo` in a fenced block."


def test_make_has_every_target_that_documents_show() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    demand_none(
        (
            f"{name}: make {word}"
            for name, words in shown_commands()
            if words[:1] == ["make"]
            for word in words[1:]
            if re.fullmatch(r"[a-z][a-z-]*", word) and word not in targets
        ),
        "Add the target to the Makefile, or correct the document.",
    )


def test_make_lists_every_target_that_people_call() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = subprocess.run(
        ["/usr/bin/env", "make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    described = re.findall(r"^([a-z][a-z-]*):[^\n]*## (.+)$", makefile, re.MULTILINE)
    demand_none(
        (
            target
            for target, text in described
            if not re.search(rf"^ +make {target} +{re.escape(text)}$", listed, re.MULTILINE)
        ),
        "`make help` must list every target that has a `##` comment.",
    )


def test_engage_understands_every_command_that_documents_show() -> None:
    shown = {tuple(words[1:]): name for name, words in shown_commands() if words[0].rpartition("/")[2] == "engage"}
    group = make_group(platform_of({}))
    demand_none(
        (
            f"{name}: engage {shlex.join(words)}: {fault}"
            for words, name in shown.items()
            if (fault := _fault_of(group, words))
        ),
        "Correct the document, or give `engage` the subcommand and the options.",
    )


def _fault_of(group: click.Group, words: tuple[str, ...]) -> str:
    """What `engage` has against a command; with `--help` behind it nothing is done, but unknown words are refused."""
    asked = CliRunner().invoke(group, [*words, "--help"])
    return asked.output.strip().rpartition("\n")[2] if asked.exit_code else ""
