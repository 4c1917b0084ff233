"""What was not accepted is named as whoever sent it knows it: by its own names, each once."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from engage.kernel.fields import find_faults


class Member(BaseModel):
    """Something from outside, with fields that may be one thing or another."""

    model_config = ConfigDict(strict=True, extra="forbid")

    attributes: dict[str, Annotated[str, Field(max_length=3)] | int | bool] = {}
    answers: dict[str, str | list[str]] = {}
    age: int = 0

    @field_validator("age")
    @classmethod
    def _is_grown_up(cls, age: int) -> int:
        if age < 0:
            raise ValueError("nobody is younger than newborn")
        return age


EITHER = "Input should be a valid string, or: Input should be a valid integer, or: Input should be a valid boolean"


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"attributes": {"tier": {}}}, {"attributes.tier": EITHER}),
        ({"attributes": {"int": None}}, {"attributes.int": EITHER}),
        (
            {"answers": {"q": [1]}},
            {"answers.q": "Input should be a valid string", "answers.q.0": "Input should be a valid string"},
        ),
        ({"age": -1, "name": "x"}, {"age": "nobody is younger than newborn", "name": "there is no such field"}),
        ([], {"body": "it must be a JSON object"}),
    ],
)
def test_a_fault_is_told_by_the_field_s_own_name(sent: Any, found: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Member.model_validate(sent)
    assert dict(find_faults(caught.value, "body")) == found
