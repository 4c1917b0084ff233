"""What a phone has to fetch. A budget that is broken names what weighs most."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Request

from engage.web import languages
from tests.pages.registry import Houses, State, all_states
from tests.support.screen import Screen, Settings

KB = 1000
FIRST_SCRIPT = 30 * KB
LOADED_SCRIPT = 60 * KB
EVER_SCRIPT = 90 * KB
"""With what a page may come to load: the whole verifier, its library for old browsers, the socket, the confetti."""
STYLES = 10 * KB
DOCUMENT = 10 * KB
FIRST_LOAD = 150 * KB
DIST = Path(__file__).parents[2] / "static" / "dist"


Chunks: TypeAlias = dict[str, Any]


@cache
def chunks_in(language: str) -> Chunks:
    """What Vite built for a language."""
    name = "manifest.json" if language == "en" else f"manifest.{language}.json"
    found: Chunks = json.loads((DIST / name).read_bytes())
    return found


def entries() -> list[tuple[str, str]]:
    """The entry of each page in each language."""
    return [
        (language, name)
        for language in languages()
        for name, chunk in sorted(chunks_in(language).items())
        if chunk.get("isEntry")
    ]


def files_of(chunks: Chunks, entry: str, *, later: bool) -> set[str]:
    """The scripts of an entry, with those that it loads `later` or without."""
    kinds = ("imports", "dynamicImports") if later else ("imports",)
    found, waiting = {entry}, [entry]
    while waiting:
        needed = {name for kind in kinds for name in chunks[waiting[-1]].get(kind, ())}
        waiting = waiting[:-1] + sorted(needed - found)
        found |= needed
    return {chunks[name]["file"] for name in found}


@cache
def gzipped(file: str) -> int:
    """How many bytes a built file has when it is sent with gzip."""
    return len(gzip.compress((DIST / file).read_bytes(), 9))


def require_within(budget: int, weights: dict[str, int]) -> None:
    """Fail if these weigh more than the budget."""
    total = sum(weights.values())
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:12]
    told = "\n".join(f"{weight:>8} {name}" for name, weight in heaviest)
    assert total <= budget, f"{total} bytes, {total - budget} more than the budget of {budget}:\n{told}"


@pytest.mark.parametrize(("language", "entry"), entries())
def test_a_page_has_little_script_before_the_first_tap(language: str, entry: str) -> None:
    files = files_of(chunks_in(language), entry, later=False)
    require_within(FIRST_SCRIPT, {file: gzipped(file) for file in files})


@pytest.mark.parametrize(("language", "entry"), entries())
def test_a_page_has_little_script_in_all(language: str, entry: str) -> None:
    files = files_of(chunks_in(language), entry, later=True)
    require_within(EVER_SCRIPT, {file: gzipped(file) for file in files})


@pytest.mark.parametrize(("language", "entry"), entries())
def test_a_page_has_few_styles(language: str, entry: str) -> None:
    files = files_of(chunks_in(language), entry, later=False)
    chunks = (chunk for chunk in chunks_in(language).values() if chunk["file"] in files)
    require_within(STYLES, {style: gzipped(style) for chunk in chunks for style in chunk.get("css", ())})


@pytest.mark.parametrize("state", [state for state in all_states() if state.is_first_load], ids=lambda one: one.name)
def test_a_first_load_is_light(state: State, browser: Browser, houses: Houses) -> None:
    served = houses.of(state)
    screen = Screen(browser, served.address, Settings(), state.allowed)
    requests: list[Request] = []
    screen.context.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108  it must be a function
    state.show(screen, served).wait_for_load_state("networkidle")
    weights = dict(_weights(requests))
    documents = {request.url: weights[request.url] for request in requests if request.resource_type == "document"}
    scripts = {request.url: weights[request.url] for request in requests if request.resource_type == "script"}
    screen.close()
    require_within(DOCUMENT, documents)
    require_within(LOADED_SCRIPT, scripts)
    require_within(FIRST_LOAD, weights)


def _weights(requests: list[Request]) -> Iterator[tuple[str, int]]:
    for request in requests:
        yield request.url, request.sizes()["responseBodySize"]
