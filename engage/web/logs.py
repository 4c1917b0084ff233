"""What is logged: static event names with identifiers, one JSON object a line, on standard error.

A fault is told by its kinds and places. Its message and its variables hold rows and requests, so they stay out.
"""

import logging
import sqlite3
import sys
from collections.abc import Iterator, MutableMapping
from traceback import walk_tb
from typing import Any, Literal

import orjson
import structlog

from engage.kernel.clock import SystemClock, render_ms

Level = Literal["info", "warning"]
MAX_CHAIN = 8
MAX_FRAMES = 40
# Exceptions whose messages name code or schema, never a value.
TELLING = (AttributeError, NameError, ImportError, AssertionError, sqlite3.Error)


def configure_logs(level: Level = "info") -> None:
    """Log like this from now on. `info` tells of every request, `warning` only of what somebody should look at."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, _add_time, _describe_fault, _render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def logs_show_variables() -> bool:
    """Whether structlog still renders for developers, which prints the variables of every frame of a fault."""
    return any(isinstance(each, structlog.dev.ConsoleRenderer) for each in structlog.get_config()["processors"])


def _add_time(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    entry["at"] = render_ms(SystemClock().now_ms())
    return entry


def _describe_fault(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    fault = entry.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    if isinstance(fault, BaseException):
        entry["fault"] = [_describe(link) for link in _chain(fault)]
    return entry


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """A fault, what it came from, and so on."""
    link: BaseException | None = fault
    for _ in range(MAX_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _describe(fault: BaseException) -> dict[str, Any]:
    frames = [(frame.f_code, line) for frame, line in walk_tb(fault.__traceback__)]
    told: dict[str, Any] = {
        "kind": f"{type(fault).__module__}.{type(fault).__qualname__}",
        "places": [f"{code.co_filename}:{line} {code.co_name}" for code, line in frames[-MAX_FRAMES:]],
    }
    if isinstance(fault, TELLING):
        told["message"] = str(fault)
    if sqlstate := getattr(fault, "sqlstate", None):
        told["sqlstate"] = sqlstate
    return told


def _render(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> str:
    return orjson.dumps(entry, default=str).decode()
