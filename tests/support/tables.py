"""The metadata with every table of the project in it."""

from importlib import import_module

import sqlalchemy as sa

from engage.storage.metadata import metadata
from tests.architecture.sources import ROOT

STORAGE = ("engage.storage.idempotency", "engage.storage.log")


def every_table() -> sa.MetaData:
    """Import whatever declares a table; the metadata that they all join."""
    found = (path.relative_to(ROOT).with_suffix("") for path in ROOT.glob("*/**/tables.py"))
    packages = [".".join(path.parts) for path in found if path.parts[0] in {"badges", "engage", "games"}]
    for module in (*STORAGE, *sorted(packages)):
        import_module(module)
    return metadata
