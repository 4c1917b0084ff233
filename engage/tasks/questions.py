"""Questions that a task asks on its own page, and whether answers are answers to them. Pure.

What somebody answers never decides on the reward.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from engage.campaigns import Part, Slug, Texts

MAX_TEXT = 2_000


class Choice(Part):
    """One thing to choose."""

    id: Slug
    text: Texts = Field(description="The choice in words.")


class ChoiceQuestion(Part):
    """A question with choices."""

    kind: Literal["choice"] = Field(description="choice, scale or text.")
    id: Slug
    text: Texts = Field(description="The question in words.")
    optional: bool = Field(default=False, description="Whether it may be left out.")
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=30, description="What can be chosen.")
    several: bool = Field(default=False, description="Whether more than one may be chosen.")


class ScaleQuestion(Part):
    """A question that is answered by a number."""

    kind: Literal["scale"] = Field(description="choice, scale or text.")
    id: Slug
    text: Texts = Field(description="The question in words.")
    optional: bool = Field(default=False, description="Whether it may be left out.")
    least: int = Field(1, ge=0, le=10, description="The lowest number.")
    most: int = Field(5, ge=1, le=10, description="The highest number.")


class TextQuestion(Part):
    """A question that is answered in words."""

    kind: Literal["text"] = Field(description="choice, scale or text.")
    id: Slug
    text: Texts = Field(description="The question in words.")
    optional: bool = Field(default=False, description="Whether it may be left out.")
    longest: int = Field(500, ge=1, le=MAX_TEXT, description="Longest answer in characters.")


AnyQuestion: TypeAlias = Annotated[ChoiceQuestion | ScaleQuestion | TextQuestion, Field(discriminator="kind")]


def find_wrong(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers that are none, each by the question's id with the reason."""
    known = {question["id"] for question in questions}
    found = [(name, "is no question here") for name in answers if name not in known]
    for question in questions:
        if question["id"] not in answers:
            if not question["optional"]:
                found.append((question["id"], "is not answered"))
        elif (why := _why_wrong(question, answers[question["id"]])) is not None:
            found.append((question["id"], why))
    return found


def _why_wrong(question: Mapping[str, Any], answer: object) -> str | None:
    match question["kind"]:
        case "choice":
            chosen = answer if isinstance(answer, list) else [answer]
            names = {choice["id"] for choice in question["choices"]}
            is_known = all(isinstance(one, str) and one in names for one in chosen) and len(set(chosen)) == len(chosen)
            is_right = is_known and (len(chosen) == 1 or (question["several"] and len(chosen) > 1))
            return None if is_right else "is not one of the choices"
        case "scale":
            is_number = isinstance(answer, int) and not isinstance(answer, bool)
            is_right = is_number and question["least"] <= answer <= question["most"]
            return None if is_right else f"is no whole number from {question['least']} to {question['most']}"
        case _:
            is_right = isinstance(answer, str) and 0 < len(answer) <= question["longest"]
            return None if is_right else f"is no text of 1 to {question['longest']} characters"
