"""Whatever campaign can be written without a mistake becomes rules that a stranger's verifier accepts."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engage.campaigns import Level
from engage.campaigns.files import load
from engage.campaigns.source import read_source
from engage.fairness.verifier import verify_export
from games.rules import DeckSeal, rules_document
from games.section import SECTION, games_of
from tests.support.sample_campaign import TEXT, checked

SAMPLE: Any = read_source(TEXT)[0].data
WORDS = {"zh-CN": "文", "en": "words"}
SLUGS = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True).filter(lambda slug: slug != "none")
TOP_CLASS = 9
NEVER_OUT = {"id": "never_out", "kind": "turns", "name": WORDS, "turns": 1, "class": TOP_CLASS}


@st.composite
def prizes(draw: st.DrawFn, *, in_deck: bool) -> list[dict[str, Any]]:
    """One to four prizes of any kind; those of a deck have units and no limits."""
    made = []
    for slug in draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True)):
        kind = draw(st.sampled_from(["points", "voucher", "goods", "turns"]))
        prize: dict[str, Any] = {"id": slug, "kind": kind, "name": WORDS, "class": draw(st.integers(1, TOP_CLASS))}
        prize["units"] = draw(st.integers(1, 50))
        if not in_deck:
            prize["per_member"] = draw(st.none() | st.integers(1, 9))
            prize["units"] = draw(st.none() | st.integers(1, 50)) if kind == "turns" else prize["units"]
        if kind == "points":
            prize["points"] = draw(st.integers(1, 10_000))
        elif kind == "turns":
            prize["turns"] = draw(st.integers(1, 100))
        else:
            evidence = {"source": WORDS, "date": "2026-10-01"}
            prize |= {"market_value_fen": draw(st.integers(1, 5_000_000)), "value_evidence": evidence}
        if kind == "goods":
            prize["address"] = draw(st.booleans())
        made.append(prize)
    return made


def _common(draw: st.DrawFn, slug: str) -> dict[str, Any]:
    return {
        "id": slug,
        "mechanic": draw(st.sampled_from(["wheel", "scratch"])),
        "title": WORDS,
        "conditions": WORDS,
        "turns": {"free_per_day": draw(st.integers(0, 3))},
        "limits": {"per_day": draw(st.integers(3, 9))},
        "when_out": "end",
    }


def _table(draw: st.DrawFn, ids: list[str], ends: list[list[str]]) -> dict[str, Any]:
    slots = []
    for number in range(draw(st.integers(1, 5))):
        chain = [
            *draw(st.lists(st.sampled_from(ids), min_size=0 if all(ends) else 1, max_size=3, unique=True)),
            *draw(st.sampled_from(ends)),
        ]
        slot = {"slot": f"s{number}", "prize": chain[0], "else": chain[1:], "weight": draw(st.integers(1, 1000))}
        slots.append(slot)
    return {"slots": slots, "total": sum(slot["weight"] for slot in slots)}


@st.composite
def games_by_odds(draw: st.DrawFn) -> dict[str, Any]:
    """A game by odds: chains end in no prize or in turns without end; perhaps a guarantee."""
    made = draw(prizes(in_deck=False))
    finite = [prize for prize in made if prize["units"] is not None or prize["per_member"] is not None]
    made = [*(finite or draw(prizes(in_deck=True))), NEVER_OUT]
    ids = [prize["id"] for prize in made if prize is not NEVER_OUT]
    tables = [_table(draw, ids, [["none"], ["never_out"]])]
    game = {**_common(draw, "game"), "chance": "odds", "prizes": made, "tables": tables}
    if draw(st.booleans()):
        least = draw(st.integers(1, TOP_CLASS))
        better = [prize["id"] for prize in made if prize["class"] >= least and prize is not NEVER_OUT]
        tables.append(_table(draw, better or ["never_out"], [["never_out"]] if better else [[]]))
        game["guarantee"] = {"class": least, "misses": draw(st.integers(1, 400)), "table": 1}
    return game


@st.composite
def games_by_deck(draw: st.DrawFn) -> dict[str, Any]:
    """A game with a deck that holds each of its prizes, and perhaps blanks."""
    made = draw(prizes(in_deck=True))
    counts = [[prize["id"], prize["units"]] for prize in made]
    counts += draw(st.sampled_from([[], [["none", 7]]]))
    deck = {"counts": draw(st.permutations(counts)), "n": sum(count for _, count in counts)}
    return {**_common(draw, "game"), "chance": "deck", "prizes": made, "deck": deck}


def faults_that_a_verifier_finds(document: dict[str, Any]) -> list[str]:
    """What the one-file verifier says about an export that holds nothing but these rules."""
    empty: dict[str, list[Any]] = {"epochs": [], "receipts": [], "decks": [], "closes": []}
    head = {"format": "engage-export/1", "exported_at": "2099-01-01T00:00:00.000Z", "keys": {"keys": []}}
    return [str(result) for result in verify_export({**head, **empty, "rules": [document]}).failed]


@given(game=games_by_odds() | games_by_deck(), revision=st.integers(1, 2**31))
def test_a_campaign_without_a_mistake_becomes_rules_that_the_verifier_accepts(
    game: dict[str, Any], revision: int
) -> None:
    text = json.dumps({**SAMPLE, "games": [game]}, ensure_ascii=False)
    assert not checked(text).at(Level.FAULT)
    file = load(text, [SECTION])
    (read,) = games_of(file)
    seal = DeckSeal("ab" * 32, "cd" * 32) if game["chance"] == "deck" else None
    document = rules_document(read, file.definition, revision, seal)
    assert faults_that_a_verifier_finds(document) == []
    document["prizes"][0]["class"] = 0
    assert len(faults_that_a_verifier_finds(document)) == 1
