"""No text makes the checker fall over, and every finding lies in the text."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engage.campaigns import Findings
from engage.campaigns.source import read_source
from tests.support.sample_campaign import TEXT, checked

SAMPLE = read_source(TEXT)[0].data
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["none"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _require_sound(findings: Findings, text: str) -> None:
    for item in findings.items:
        assert 1 <= item.line <= max(1, len(text.splitlines()))
        assert item.sentence.endswith((".", "?"))
    assert findings.complete == findings.may_load


def _steps(data: Any) -> list[str | int]:
    return list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The sample with up to three of its values replaced or taken out, as JSON, which is YAML as well."""
    data: Any = json.loads(json.dumps(SAMPLE))
    for _ in range(draw(st.integers(1, 3))):
        around, steps = data, _steps(data)
        while True:
            step = draw(st.sampled_from(steps))
            steps = _steps(around[step])
            if not steps or draw(st.integers(0, 3)) == 0:
                break
            around = around[step]
        if draw(st.booleans()):
            around[step] = draw(VALUES)
        else:
            del around[step]
    return json.dumps(data, indent=1, ensure_ascii=False)


@given(text=damaged())
def test_a_damaged_file_is_told_what_is_wrong(text: str) -> None:
    _require_sound(checked(text), text)


@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}&*!#|>'\"%?,\n \t1.：中"), max_size=60))  # noqa: RUF001  typed by mistake
def test_any_text_is_told_what_is_wrong(text: str) -> None:
    _require_sound(checked(text), text)


@given(cut=st.integers(0, len(TEXT)))
def test_a_file_cut_off_anywhere_is_told_what_is_wrong(cut: int) -> None:
    _require_sound(checked(TEXT[:cut]), TEXT[:cut])
