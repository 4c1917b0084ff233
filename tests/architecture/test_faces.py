"""A package is used through its face: the names in its `__init__`'s `__all__`. What is behind it can change freely."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import ROOT, Source, demand_none, shipped_sources

OPEN_PACKAGES = {"engage.kernel", "engage.storage"}  # tools: their modules are what others use
OPEN_MODULES = {"engage.fairness.verifier"}  # one file, made to be taken alone


@cache
def packages() -> frozenset[str]:
    """What has a face: each package inside `engage`, and each feature as a whole."""
    inside = (path.parent.name for path in (ROOT / "engage").glob("*/__init__.py"))
    features = (name for name in ("games", "badges") if (ROOT / name / "__init__.py").exists())
    return frozenset({*(f"engage.{name}" for name in inside), *features})


def package_of(module: str) -> str | None:
    """The package with a face that a module belongs to; None for a module that stands alone, such as `engage.app`."""
    return next((package for package in packages() if module == package or module.startswith(f"{package}.")), None)


@cache
def face_of(package: str) -> frozenset[str]:
    """The names in a package's `__all__`."""
    tree = ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return frozenset(ast.literal_eval(node.value))  # type: ignore[attr-defined]  # both kinds of node have a value
    return frozenset()


def imports_of(source: Source) -> Iterator[tuple[int, str, str | None]]:
    """Line, module and name of each import; the name is None for `import module`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, node.module, alias.name) for alias in node.names)


def is_through_face(module: str, name: str | None) -> bool:
    """Whether an import takes only what the other package shows."""
    if name is not None and f"{module}.{name}" in packages() | OPEN_MODULES:
        module, name = f"{module}.{name}", None
    package = package_of(module)
    if package is None or package in OPEN_PACKAGES or module in OPEN_MODULES:
        return True
    return module == package and name in face_of(package)


def test_packages_are_used_through_their_faces() -> None:
    demand_none(
        (
            f"{source.name}:{line}: {module}{f'.{name}' if name else ''}"
            for source in shipped_sources()
            for line, module, name in imports_of(source)
            if (package_of(source.module) is None or package_of(module) != package_of(source.module))
            and not is_through_face(module, name)
        ),
        "Write `from package import name`, and add the name to `__all__` in the package's __init__.py if it is meant "
        "for others. If it is a table or a detail, ask the package for a function that does what you need.",
    )


def test_faces_name_only_what_is_there() -> None:
    demand_none(
        (
            f"{source.name}: {name}"
            for source in shipped_sources()
            if source.module in packages()
            for name in face_of(source.module) - set(_names_bound_in(source))
        ),
        "`__all__` names something that the __init__.py neither imports nor defines. Import it there, or take it off.",
    )


def _names_bound_in(source: Source) -> Iterator[str]:
    """What is there at once, and what comes when it is asked for: that is imported for the type checker only."""
    for node in (each for outer in source.tree.body for each in (outer.body if isinstance(outer, ast.If) else [outer])):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def test_a_table_never_leaves_its_package() -> None:
    demand_none(
        (
            f"{source.name}:{node.lineno}: {target.id}"
            for source in shipped_sources()
            if (package := package_of(source.module)) is not None
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Assign) and _makes_a_table(node.value)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in face_of(package)
        ),
        "Take the table out of the package's `__all__`. Others get a function that answers their question, or the Hot.",
    )


def _makes_a_table(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    made = value.func
    return (made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")) == "Table"


def test_nothing_imports_the_composition_root() -> None:
    demand_none(
        (
            f"{source.name}:{line}"
            for source in shipped_sources()
            for line, module, _name in imports_of(source)
            if module == "wsgi" or module.startswith("wsgi.")
        ),
        "wsgi.py puts everything together, so nothing may need it. Take what you need as an argument.",
    )
