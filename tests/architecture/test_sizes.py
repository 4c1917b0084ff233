"""How long a function and a file may be. A limit that holds everywhere needs no discussion anywhere."""

import ast
import statistics
from collections.abc import Iterator

from tests.architecture.sources import AnyFunction, demand_none, name_of, project_files, shipped_sources, sources

MAX_FUNCTION_LINES = 70
MAX_MEDIAN_FUNCTION_LINES = 10
MAX_FILE_LINES = 500
MAX_DOCSTRING_LINES = 5
WRITTEN_BY_HAND = {".css", ".html", ".js", ".py", ".ts"}
LONG_BY_DESIGN = {"engage/fairness/verifier.py"}  # one file that can be handed to somebody who trusts nobody


def own_lines(function: AnyFunction) -> int:
    """The lines of a function, without those of the functions inside it, which count for themselves."""
    return _lines(function) - sum(_lines(inner) for inner in _inner_functions(function))


def _lines(node: AnyFunction) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _inner_functions(node: ast.AST) -> Iterator[AnyFunction]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        else:
            yield from _inner_functions(child)


def test_a_function_fits_on_a_screen() -> None:
    demand_none(
        (
            f"{source.name}:{function.lineno}: {function.name} has {own_lines(function)} lines"
            for source in sources()
            for function in source.functions()
            if own_lines(function) > MAX_FUNCTION_LINES
        ),
        f"A function has at most {MAX_FUNCTION_LINES} lines. Give its steps names and call them.",
    )


def test_most_functions_are_short() -> None:
    median = statistics.median(own_lines(function) for source in shipped_sources() for function in source.functions())
    assert median <= MAX_MEDIAN_FUNCTION_LINES, (
        f"The median function has {median} lines, not at most {MAX_MEDIAN_FUNCTION_LINES}. Split the longest ones."
    )


def test_a_file_has_one_subject() -> None:
    demand_none(
        (
            f"{name_of(path)} has {lines} lines"
            for path in project_files()
            if path.suffix in WRITTEN_BY_HAND and name_of(path) not in LONG_BY_DESIGN
            if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
        ),
        f"A file has at most {MAX_FILE_LINES} lines. Find its second subject and give it a file of its own.",
    )


def test_a_module_says_in_five_lines_what_it_is_for() -> None:
    demand_none(
        (
            f"{source.name}: {lines} lines"
            for source in sources()
            if not 1 <= (lines := _prose_lines(ast.get_docstring(source.tree) or "")) <= MAX_DOCSTRING_LINES
        ),
        f"A module begins with a docstring of 1 to {MAX_DOCSTRING_LINES} lines: what it is for, and its law. Drawings "
        "of trees and indented examples are not counted.",
    )


def _prose_lines(docstring: str) -> int:
    return sum(bool(line) and not line.startswith((" ", "├", "│", "└")) for line in docstring.splitlines())
