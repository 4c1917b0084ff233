"""Hashing, canonical JSON, streams of words and draws, against definitions written down once more."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from itertools import count, islice
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from engage.fairness import verifier as v
from tests.support.honest_house import VECTORS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-v.MAX_INTEGER, v.MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)


def words_by_definition(key: bytes, label: str, *parts: bytes) -> Iterator[int]:
    for k in count():
        prefixed = b"".join(len(x).to_bytes(4, "big") + x for x in (*parts, k.to_bytes(4, "big")))
        block = hmac.new(key, label.encode() + b"\x00" + prefixed, sha256).digest()
        yield from (int.from_bytes(block[i : i + 8], "big") for i in range(0, 32, 8))


@pytest.mark.parametrize("case", VECTORS["below"], ids=lambda case: f"below {case['n']}")
def test_a_word_that_would_favour_small_numbers_is_passed_over(case: dict[str, Any]) -> None:
    assert v.below(iter(case["words"]), case["n"]) == case["result"]


@given(st.binary(max_size=80), st.lists(st.binary(max_size=40), max_size=4))
def test_words_are_those_of_the_definition(key: bytes, parts: list[bytes]) -> None:
    assert [*islice(v.words(key, "some label", *parts), 11)] == [
        *islice(words_by_definition(key, "some label", *parts), 11)
    ]


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**64 - 1))
@example(bytes(32), 2**63 + 1)
@example(bytes(32), 2**64 - 1)
def test_a_draw_takes_the_first_word_that_is_good(key: bytes, n: int) -> None:
    parts = (b"rules", b"epoch")
    assert v._pick(key, "draw/1 spin", parts, n) == v.below(v.words(key, "draw/1 spin", *parts), n)


@given(st.binary(min_size=32, max_size=32), TEXTS, st.integers(0, 999))
def test_each_kind_of_draw_has_a_stream_of_its_own(seed: bytes, epoch: str, nonce: int) -> None:
    rules, client, n = b"r" * 32, b"c" * 32, 2**32 - 1
    bound = (rules, epoch.encode(), client, nonce.to_bytes(8, "big"))
    assert v.draw_ticket(seed, rules, epoch, client, nonce, n) == v.below(
        words_by_definition(seed, "draw/1 spin", *bound), n
    )
    assert v.deck_start(seed, rules, epoch, client, nonce, n) == v.below(
        words_by_definition(seed, "deck/1 pick", *bound), n
    )
    assert v.look_ppm(seed, rules, epoch, client, nonce) == v.below(
        words_by_definition(seed, "draw/1 look", *bound), 1_000_000
    )


@given(st.lists(st.binary(max_size=5)), st.lists(st.binary(max_size=5)))
def test_no_two_rows_of_parts_look_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (v.lp(*one) == v.lp(*other)) == (one == other)


@given(JSON)
def test_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert v.canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), {"ключ": 1}, {1: 2}, b"x", {"a": [{"b": 0.5}]}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        v.canonical(value)


def test_text_that_is_not_unicode_has_no_canonical_form() -> None:
    with pytest.raises(UnicodeEncodeError):
        v.canonical(["\ud800"])


@pytest.mark.parametrize(("ticket", "place"), [(0, 0), (4, 0), (5, 1), (6, 2), (9, 2), (10, None)])
def test_a_ticket_belongs_to_the_first_slot_whose_sum_is_greater(ticket: int, place: int | None) -> None:
    assert v.slot_of([5, 6, 10], ticket) == place


@given(st.integers(1, 40), st.data())
def test_the_shelf_gives_the_first_unsold_card_and_wraps_around(n: int, data: st.DataObject) -> None:
    shelf, sold = v.Shelf(n), set[int]()
    for start in data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n)):
        serial = shelf.first_unsold(start)
        assert serial == next(i % n for i in range(start, start + n) if i % n not in sold)
        shelf.sell(serial)
        sold.add(serial)
    assert shelf.first_unsold(0) is None
