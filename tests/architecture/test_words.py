"""Words that no file of the project may hold. The patterns are written so that they don't find themselves."""

import re
from collections.abc import Iterator

from tests.architecture.sources import Source, demand_none, lines_with, sources

HOSTS = (
    r"\b(?:pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|crates[.]io|rubygems[.]org|docker[.]io|ghcr[.]io"
    r"|unpkg[.]com|jsdelivr[.]net|cdnjs[.]|esm[.]sh|skypack[.]dev|googleapis[.]com|gstatic[.]com|deb[.]debian[.]org)"
)
MACHINE_PATHS = r"(?<![\w.$}/-])/(?:home|root|work|Users)/[\w.]|\b[A-Z]:\\Users\\"
PROMISES = r"\b(?:TO[D]O|FIX[M]E)\b"

TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<rest>.*)")
NOQA = re.compile(r"#\s*(?:ruff:\s*)?noqa(?P<rest>.*)", re.IGNORECASE)
CODES_AND_REASON_OF_MYPY = re.compile(r"\[[a-z-]+(?:, *[a-z-]+)*\]\s+\S")
CODES_AND_REASON_OF_RUFF = re.compile(r": *(?P<codes>[A-Z]+[0-9]+(?:, *[A-Z]+[0-9]+)*)(?P<reason>\s+\S)?")


def test_no_registry_and_no_content_network_is_named() -> None:
    demand_none(
        lines_with(HOSTS),
        "Files name no registries and no content networks: use packages by name, serve everything from the server.",
    )


def test_no_path_of_somebody_s_machine_is_named() -> None:
    demand_none(lines_with(MACHINE_PATHS), "Write a path relative to the project, or take it as a setting.")


def test_nothing_is_promised_for_later() -> None:
    demand_none(lines_with(PROMISES), "Do it now, or leave it out and say so where users read it.")


def test_an_exception_from_the_type_checker_says_which_and_why() -> None:
    demand_none(
        (
            f"{source.name}:{line}: {comment}"
            for source in sources()
            for line, comment in source.comments()
            if (found := TYPE_IGNORE.search(comment)) and not CODES_AND_REASON_OF_MYPY.match(found["rest"])
        ),
        "Write `# type: ignore[code]  # reason`.",
    )


def test_an_exception_from_the_linter_says_which_and_why() -> None:
    demand_none(
        (f"{source.name}:{line}: {comment}" for source in sources() for line, comment in _unexplained(source)),
        "Write `# noqa: CODE  reason`. A reason that was given once in a file need not be repeated for the same code.",
    )


def _unexplained(source: Source) -> Iterator[tuple[int, str]]:
    explained: set[str] = set()
    for line, comment in source.comments():
        found = NOQA.search(comment)
        if not found:
            continue
        said = CODES_AND_REASON_OF_RUFF.match(found["rest"])
        codes = set(re.findall(r"\w+", said["codes"])) if said else {""}
        if said and said["reason"]:
            explained |= codes
        elif not codes <= explained:
            yield line, comment
