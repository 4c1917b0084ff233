"""The project's own files, read once, and the one way in which a law is said to be broken."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("engage", "games", "badges")
TOP_LEVEL_CODE = (*SHIPPED, "wsgi.py", "hatch_build.py", "tests", "bench")

AnyFunction: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A Python file. `name` is relative to the project, `module` is what it is imported as."""

    path: Path
    name: str

    @property
    def module(self) -> str:
        """The dotted name; a package's `__init__` has the package's."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_shipped(self) -> bool:
        """Whether it is installed with the server."""
        return self.name == "wsgi.py" or self.name.startswith(tuple(f"{package}/" for package in SHIPPED))

    @cached_property
    def text(self) -> str:
        """What is in the file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.name)

    def nodes(self, kind: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of a kind."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    def functions(self) -> Iterator[AnyFunction]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def comments(self) -> Iterator[tuple[int, str]]:
        """Line and text of every comment; what only looks like one, inside a string, is not one."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project, without what .gitignore names and without git's own folder."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [".git", *(line.rstrip("/") for line in lines if line and not line.startswith("#"))]
    return tuple(sorted(_walk(ROOT, ignored)))


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        if any(fnmatch(path.name, pattern) or fnmatch(f"/{name_of(path)}", pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the project."""
    return tuple(Source(path, name_of(path)) for path in project_files() if path.suffix == ".py")


@cache
def shipped_sources() -> tuple[Source, ...]:
    """Every Python file that is installed with the server."""
    return tuple(source for source in sources() if source.is_shipped)


def name_of(path: Path) -> str:
    """A path relative to the project, as it is said in messages."""
    return path.relative_to(ROOT).as_posix()


def text_lines() -> Iterator[tuple[str, str]]:
    """Place and text of every line of every text file of the project."""
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{name_of(path)}:{number}", line


def lines_with(pattern: str) -> list[str]:
    """Where a regular expression is found in the project's text files."""
    search = re.compile(pattern).search
    return [f"{place}: {line.strip()[:160]}" for place, line in text_lines() if search(line)]


def demand_none(violations: Iterable[str], remedy: str) -> None:
    """Fail with every place that breaks a law, and with what to do about it."""
    found = sorted(set(violations))
    if found:
        pytest.fail("\n".join([*found, "", f"({len(found)}) {remedy}"]), pytrace=False)
