"""Ids that sort by time say their time, and only to those who know how to read it."""

import pytest

from engage.kernel.ids import instant_of, is_id, new_id


@pytest.mark.parametrize("moment_ms", [0, 1, 1_764_000_000_123, 2**48 - 1])
def test_an_id_tells_the_instant_it_was_made_for(moment_ms: int) -> None:
    made = new_id("pla", moment_ms)
    assert is_id(made, "pla")
    assert instant_of(made) == moment_ms


def test_what_is_no_id_has_no_instant() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        instant_of("pla_UNKNOWN")
