"""Shapes that several routes share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from engage.kernel.ids import EXTERNAL_ID
from engage.web import Parameters

Instant = Annotated[str, Field(description="UTC, YYYY-MM-DDThh:mm:ss.sssZ", examples=["2026-12-01T02:03:04.567Z"])]
ExternalId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=128,
        pattern=EXTERNAL_ID,
        description="The brand's own id: visible ASCII without `/`, and more than dots, for it stands in addresses.",
        examples=["m-10042"],
    ),
]
IdText = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
_HIDDEN = r"\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
PRINTED = f"^[^{_HIDDEN}]*[^ {_HIDDEN}][^{_HIDDEN}]*$"
"""Text in one line that shows something: no control characters, none that turn the direction, not only blanks."""
Nickname = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTED)]
Zone = Annotated[str, Field(max_length=64, examples=["Asia/Shanghai"])]


class Request(BaseModel):
    """A request's body: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Answer(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


class MemberPath(BaseModel):
    """Which member, by the brand's own id."""

    ext: ExternalId


class Page(Parameters):
    """Which part of a list. `cursor` is the `next` of the page before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cursor: Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Balances(Answer):
    """Points owned, those of them that are held, and turns by game."""

    points: int
    held: int
    turns: dict[str, int]
