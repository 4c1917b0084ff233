"""What is declared agrees with what is pinned, and the picture of the house shows all of it."""

import re
import tomllib
from functools import cache
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT, SHIPPED, TOP_LEVEL_CODE, demand_none, sources

PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)[^\n]*?\\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\\n|\n))+", re.MULTILINE)
FIRST_LINE_OF_PIN = re.compile(r"^\w[^\n]*$", re.MULTILINE)


@cache
def pyproject() -> dict[str, Any]:
    """The project's declaration."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins_of(name: str) -> dict[str, list[str]]:
    """The versions that a file of pins allows of each package; more than one where they depend on the machine."""
    pins: dict[str, list[str]] = {}
    for package, version in PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(package), []).append(version)
    return pins


def _unsatisfied(name: str, requirements: list[str]) -> list[str]:
    pins = pins_of(name)
    wanted = [Requirement(text) for text in requirements]
    return [
        f"requirements/{name}: {requirement}"
        for requirement in wanted
        if not any(requirement.specifier.contains(v) for v in pins.get(canonicalize_name(requirement.name), []))
    ]


def test_the_pins_satisfy_what_is_declared() -> None:
    project, groups = pyproject()["project"], pyproject()["dependency-groups"]
    extras = project["optional-dependencies"]
    demand_none(
        [
            *_unsatisfied("run.txt", project["dependencies"]),
            *_unsatisfied("dev.txt", [*project["dependencies"], *extras["test"], *extras["check"]]),
            *_unsatisfied("build.txt", [*groups["build"], *pyproject()["build-system"]["requires"]]),
            *_unsatisfied("pins.txt", groups["pins"]),
        ],
        "Run: make pins",
    )


def test_tests_run_on_the_very_versions_that_serve() -> None:
    dev = pins_of("dev.txt")
    demand_none(
        (
            f"{package}: {run} and {dev.get(package)}"
            for package, run in pins_of("run.txt").items()
            if dev.get(package) != run
        ),
        "Run: make pins",
    )


def test_every_pin_has_its_hashes() -> None:
    demand_none(
        (
            f"{path.name}: {line}"
            for path in (ROOT / "requirements").glob("*.txt")
            for line in FIRST_LINE_OF_PIN.findall(PIN.sub("", path.read_text(encoding="utf-8")))
        ),
        "Run: make pins",
    )


def test_the_picture_of_the_house_shows_every_package() -> None:
    present = {name for name in SHIPPED if (ROOT / name / "__init__.py").exists()}
    shown = set(pyproject()["tool"]["importlinter"]["root_packages"])
    demand_none(present ^ shown, "Say in pyproject.toml, [tool.importlinter] root_packages, which packages there are.")


def test_all_code_lies_where_the_checks_look() -> None:
    demand_none(
        (source.name for source in sources() if source.name.partition("/")[0] not in TOP_LEVEL_CODE),
        f"Python files lie in {', '.join(TOP_LEVEL_CODE)}. For another place, change SOURCES in the Makefile too.",
    )
