"""A task as a campaign file holds it: by a template or in full. Frozen and strict; descriptions are the schema's."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engage.campaigns import AnyReward, Condition, Part, Slug, Texts
from engage.events import OWN_TYPE
from engage.tasks.filters import Condition as FieldCondition
from engage.tasks.questions import AnyQuestion
from engage.tasks.templates import ANSWERED, TEMPLATES, Template

OPERATORS = ("is", "is_not", "at_least", "at_most", "one_of", "contains")
MAX_TARGET = 10**12

Aggregate: TypeAlias = Literal["count", "sum", "distinct", "streak"]
Window: TypeAlias = Literal["once", "day", "week", "month", "campaign", "rolling"]
Scalar: TypeAlias = str | int | bool
EventType: TypeAlias = Annotated[str, Field(max_length=200, pattern=OWN_TYPE)]
FieldName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")]


class FieldIs(Part):
    """A condition on a field of the event: exactly one of the comparisons."""

    field: FieldName = Field(description="Field of the event's data, such as net_fen, or lines.category for any line.")
    is_: Scalar | None = Field(None, alias="is", description="It has this value.")
    is_not: Scalar | None = Field(None, description="It does not have this value.")
    at_least: int | None = Field(None, description="It is a number and this much or more.")
    at_most: int | None = Field(None, description="It is a number and this much or less.")
    one_of: tuple[Scalar, ...] | None = Field(None, min_length=1, max_length=100, description="It has one of these.")
    contains: Scalar | None = Field(None, description="It is a list with this value, or a text with this part.")

    @property
    def compares_once(self) -> bool:
        """Whether there is exactly one comparison, as the checker demands."""
        return len(self._said()) == 1

    def _said(self) -> dict[str, Any]:
        found = {name: getattr(self, "is_" if name == "is" else name) for name in OPERATORS}
        return {name: value for name, value in found.items() if value is not None}

    def condition(self) -> FieldCondition:
        """The condition as filters compile it."""
        ((operator, value),) = self._said().items()
        return FieldCondition(self.field, operator, list(value) if isinstance(value, tuple) else value)


class Counted(Part):
    """What counts, and how it adds up. A template fills in what is left out."""

    on: tuple[EventType, ...] | None = Field(
        None, min_length=1, max_length=10, description="Types of the events that count, such as order.completed."
    )
    where: tuple[FieldIs, ...] = Field((), max_length=20, description="Conditions on the event, all of which are met.")
    cel: str | None = Field(
        None,
        max_length=1000,
        description="A condition as an expression of CEL on `event`, such as event.net_fen >= 3000; besides `where`.",
    )
    aggregate: Aggregate | None = Field(
        None, description="count events, sum a field, count distinct values of a field, or a streak of days."
    )
    field: FieldName | None = Field(None, description="The field that sum adds up or distinct tells apart.")
    target: int | None = Field(None, le=MAX_TARGET, description="How much of it completes the task; of a streak, days.")


class StepDefinition(Counted):
    """One of several steps."""

    title: Texts = Field(description="What the step asks for, as members see it.")


class StreakDefinition(Part):
    """What a streak forgives."""

    grace_hours: int = Field(0, ge=0, le=6, description="Hours after midnight that still count for the day before.")
    freezes: int = Field(0, ge=0, le=10, description="Missed days that are covered from the first day on.")
    freeze_every: int | None = Field(None, ge=2, le=365, description="One more freeze after so many days in a row.")
    freezes_max: int = Field(0, ge=0, le=10, description="The most freezes that a member can have by earning them.")
    restorations: int = Field(
        0, ge=0, le=10, description="How often a member may restore a streak within 24 hours of its break."
    )


class TaskDefinition(Counted):
    """A task: what counts, how often, for whom, and what it brings."""

    id: Slug = Field(description="Name of the task; its id is tsk_ and this.")
    template: Template | None = Field(None, description="What fills in the fields below that are left out.")
    title: Texts = Field(description="What the task is called, as members see it.")
    description: Texts | None = Field(None, description="More about it, if there is anything.")
    how: Texts = Field(description="What to do, in words, with everything that does not count.")
    window: Window | None = Field(None, description="The time in which the target has to be reached, for each member.")
    days: int = Field(7, ge=1, le=90, description="Length of a rolling window in days.")
    steps: tuple[StepDefinition, ...] = Field((), max_length=10, description="Steps, if there is more than one.")
    order: Literal["any", "in_order"] = Field("any", description="Whether steps count in their order only.")
    requires: tuple[Slug, ...] = Field((), max_length=10, description="Tasks that have to be completed before.")
    only: tuple[Condition, ...] = Field((), max_length=10, description="Conditions on attributes of the member.")
    per_window: int = Field(1, ge=1, le=1000, description="How often it can be completed in each window.")
    in_all: int | None = Field(None, ge=1, le=10_000, description="How often altogether; null: without end.")
    cooldown_hours: int = Field(0, ge=0, le=2400, description="Hours after a completion in which nothing counts.")
    opt_in: bool = Field(default=False, description="Whether a member has to join before anything counts.")
    claim: Literal["automatic", "by_hand"] = Field("automatic", description="Whether the member asks for the reward.")
    streak: StreakDefinition | None = Field(None, description="What a streak forgives; null: nothing.")
    questions: tuple[AnyQuestion, ...] = Field(
        (), max_length=30, description="The questions of a questionnaire that this task asks on its own page."
    )
    reward: Annotated[AnyReward, Field(discriminator="kind")] = Field(description="What a completion brings.")

    @property
    def task_id(self) -> str:
        """The task's real id."""
        return f"tsk_{self.id}"

    def said(self, name: str) -> Any:  # noqa: ANN401  any field
        """A field as the file or else the template has it."""
        own = getattr(self, name)
        return own if own is not None else TEMPLATES.get(self.template or "", {}).get(name)

    def counted(self) -> tuple[Counted, ...]:
        """What counts, step by step, with what the template fills in."""
        if self.steps:
            return self.steps
        names = ("on", "aggregate", "field", "target")
        return (self.model_copy(update={name: self.said(name) for name in names}),)

    def own_conditions(self) -> tuple[FieldCondition, ...]:
        """What the template demands of an event besides."""
        if self.template == "questionnaire" and ANSWERED in (self.said("on") or ()):
            return (FieldCondition("questionnaire", "is", self.id),)
        return ()


TASK: TypeAdapter[TaskDefinition] = TypeAdapter(TaskDefinition)
