"""The browser's check and the command's are the same: every verdict, every first step, every word."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, Page

from engage.fairness.keys import SigningKey
from engage.fairness.verifier import Report, verify_export
from games.exports import bundle, member_export
from tests.support.bureau import DURING
from tests.support.exports import played
from tests.support.honest_house import SETS, Document, House, seal_again
from tests.support.lies import tamper
from tests.support.screen import Screen, Settings
from tests.support.season import live_through, opened
from tests.support.served import Served

LIES, AT_ONCE = 240, 20
VERIFY = """cases => Promise.all(cases.map(async ([exported, bundle, key]) => {
    const options = {...(bundle === null ? {} : {bundle}), ...(key === null ? {} : {key})};
    const {verifyExport} = await document.querySelector('engage-verify').engine;
    const report = await verifyExport(exported, options);
    const results = report.results.map(({subject, verdict, step, detail}) => [subject, verdict, step, detail]);
    return {...report, results};
}))"""


@dataclass(frozen=True)
class Case:
    """A file to check, what to compare it with, and the key that is pinned."""

    export: Any
    bundle: Any = None
    key: str | None = None


@dataclass(frozen=True)
class Season:
    """What real plays left behind: exports and bundles, and the key that signed them."""

    exports: list[Document]
    bundles: list[Document]
    key: SigningKey


@pytest.fixture(scope="module")
def verifying(browser: Browser, served: Served) -> Iterator[Page]:
    """The page `/verify`, in English."""
    screen = Screen(browser, served.address, Settings(locale="en-US"))
    page = screen.open("/verify")
    page.locator("engage-verify").wait_for()
    yield page
    assert not screen.faults, screen.faults
    screen.close()


@pytest.fixture(scope="module")
def season(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Season:
    """A season of random plays in two campaigns, one of which is over."""
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("season") / "engage.db")
    with opened(f"sqlite:///{path}", DURING) as bureau:
        live_through(bureau)
        members = [member for (member,) in bureau.rows("SELECT DISTINCT member FROM play ORDER BY member")]
        with bureau.services.reader.connect() as connection:
            pieces = [member_export(connection, bureau.services, member) for member in members]
            exports = [orjson.loads(b"".join(each)) for each in pieces]
            bundles = [orjson.loads(b"".join(bundle(connection, bureau.services, "cmp_autumn")))]
        return Season(exports, bundles, bureau.services.keyring.current)


def by_browser(page: Page, cases: list[Case]) -> list[dict[str, Any]]:
    """What the page says of files."""
    found: list[dict[str, Any]] = []
    for begin in range(0, len(cases), AT_ONCE):
        part = cases[begin : begin + AT_ONCE]
        # A lone surrogate can't be handed to the browser but as JSON.
        sent = json.dumps([[case.export, case.bundle, case.key] for case in part])
        found += page.evaluate(f"text => ({VERIFY})(JSON.parse(text))", sent)
    return found


def by_command(case: Case) -> dict[str, Any]:
    """What the command says of a file, as the page puts it."""
    report: Report = verify_export(case.export, case.bundle, case.key)
    return {
        "results": [list(result) for result in report.results],
        "fingerprints": report.fingerprints,
        "isPinned": report.is_pinned,
        "notCovered": report.not_covered,
        "complete": report.complete,
        "receipts": report.receipts,
        "compared": report.compared,
    }


def require_agreement(page: Page, cases: list[Case]) -> list[dict[str, Any]]:
    """Fail at the first case of which the two say different things; else what they say."""
    said = by_browser(page, cases)
    for number, (case, one) in enumerate(zip(cases, said, strict=True)):
        assert one == by_command(case), f"case {number}"
    return said


def test_all_vectors_have_their_verdicts_in_a_browser(verifying: Page) -> None:
    said = require_agreement(verifying, [Case(one["export"]) for one in SETS])
    for one, report in zip(SETS, said, strict=True):
        assert [verdict for _, verdict, *_ in report["results"]] == ["proven"] * one["verdicts"]["proven"]


def test_every_tampered_vector_fails_in_a_browser_where_it_was_tampered_with(verifying: Page) -> None:
    lies = [(one["export"], lie) for one in SETS for lie in one["tampered"]]
    said = require_agreement(verifying, [Case(_changed(export, lie["changes"])) for export, lie in lies])
    first = [next(result for result in report["results"] if result[1] == "FAILED") for report in said]
    assert [(subject, step) for subject, _, step, _ in first] == [(lie["at"], lie["step"]) for _, lie in lies]
    assert len(lies) == 79


WITHOUT_ED25519 = """
if (globalThis.SubtleCrypto) {
    const importKey = SubtleCrypto.prototype.importKey;
    SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
        if (algorithm === 'Ed25519') return Promise.reject(new DOMException('unknown', 'NotSupportedError'));
        return importKey.call(this, format, key, algorithm, ...rest);
    };
}
"""
"""A page that is not secure, such as the empty one that comes first, has no cryptography at all."""


def test_a_browser_without_ed25519_says_the_same(browser: Browser, served: Served) -> None:
    screen = Screen(browser, served.address, Settings(locale="en-US"))
    screen.context.add_init_script(WITHOUT_ED25519)
    page = screen.open("/verify")
    page.wait_for_load_state("networkidle")
    screen.context.set_offline(offline=True)
    forged = deepcopy(SETS[0]["export"])
    seal = forged["receipts"][0]["seal"]
    seal["signature"] = seal["signature"][:40] + ("A" if seal["signature"][40] != "A" else "B") + seal["signature"][41:]
    said = require_agreement(page, [*(Case(one["export"]) for one in SETS), Case(forged)])
    assert said[-1]["results"][0][1:3] == ["FAILED", "signature"]
    assert not screen.faults
    screen.close()


def _changed(export: Document, changes: list[tuple[list[Any], Any]]) -> Document:
    copy = deepcopy(export)
    for path, value in changes:
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = deepcopy(value)
    return copy


def test_a_season_of_random_plays_is_judged_alike(verifying: Page, season: Season) -> None:
    cases = [Case(export) for export in (*season.exports, *season.bundles)]
    cases += [Case(export, season.bundles[0], season.key.fingerprint) for export in season.exports]
    said = require_agreement(verifying, cases)
    verdicts = {verdict for report in said for _, verdict, *_ in report["results"]}
    assert verdicts == {"proven", "card proven", "not yet revealed"}, "everything has happened, and nothing is wrong"


@pytest.mark.parametrize("seed", range(2))
def test_random_lies_are_found_at_the_same_step_with_the_same_words(verifying: Page, season: Season, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  a test that can be repeated
    houses = [played(House(), plays=24), played(House(seed=b"another"), plays=16)]
    worlds: list[tuple[Document, SigningKey]] = [
        *((export, season.key) for export in (*season.exports, *season.bundles)),
        *((show(house), house.key) for house in houses for show in SHOWS),
    ]
    cases = [_lie(chance, worlds) for _ in range(LIES)]
    said = require_agreement(verifying, cases)
    steps = {step for report in said for _, _, step, _ in report["results"]}
    assert steps >= {"format", "signature", "sequence", "bundle"}, f"these lies are too tame (seed {seed}): {steps}"


SHOWS: tuple[Callable[[House], Document], ...] = (
    lambda house: house.export(),
    lambda house: house.export(closed=False, revealed=False),
    lambda house: house.export(member="mem_bob"),
)


def _lie(chance: Random, worlds: list[tuple[Document, SigningKey]]) -> Case:
    """A file with a few lies in it, often signed again with the true key, sometimes beside a bundle or a pinned key."""
    export, key = chance.choice(worlds)
    export = deepcopy(export)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        tamper(chance, export)
    if chance.random() < 0.6:
        _sign_again(export, key)
    other = deepcopy(chance.choice(worlds)[0]) if chance.randrange(3) == 0 else None
    if other is not None and chance.randrange(3) == 0:
        tamper(chance, other)
    pinned = chance.choice([None] * 6 + ["00" * 32, key.fingerprint])
    return Case(export, other, pinned)


def _sign_again(export: Any, key: SigningKey) -> None:
    """As far as what was changed can be signed at all."""
    try:
        seal_again(export, key)
    except (AttributeError, IndexError, KeyError, TypeError, UnicodeEncodeError):
        return
