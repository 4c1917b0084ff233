"""Tasks as members see and do them: the list, joining, claiming, restoring a streak, check-ins, questionnaires."""

from typing import Annotated, Any, Literal

from flask import Response
from flask_openapi import OpenAPI
from pydantic import BaseModel, Field

from engage.api.shapes import Answer, Instant, Request
from engage.feature import Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import Conflict, InvalidRequest, NotEligible, NotFound, SoldOut, UnderReview
from engage.storage.work import Work
from engage.tasks import (
    answer,
    check_in,
    claim,
    describe_questions,
    describe_tasks,
    get_task,
    opt_in,
    restore,
)
from engage.web import MEMBER, KeyAllowed, Routes, actor, answer_once, json_answer, language, request_connection

State = Literal[
    "open",
    "in_progress",
    "locked",
    "opted_out",
    "claimable",
    "completed",
    "reward_gone",
    "upcoming",
    "paused",
    "ended",
]
Unit = Annotated[Literal["fen"] | None, Field(description="fen where amounts are money")]
Mark = Literal["done", "frozen", "restored", "paused", "missed"]
Day = Annotated[str, Field(examples=["2026-12-01"], description="a calendar day where the member lives")]
AnyAnswer = str | int | list[str]


class TaskStep(Answer):
    """One step and how far it has come."""

    title: str
    value: int
    target: int
    unit: Unit


class TaskProgress(Answer):
    """How far the next completion has come. With several steps `value` is how many of them are done."""

    value: int
    target: int
    unit: Unit
    steps: list[TaskStep]


class TaskCompletions(Answer):
    """How often it was completed in the present window, and how often it can be."""

    now: int
    per_window: int


class StreakDay(Answer):
    """What a day was to a streak."""

    day: Day
    mark: Mark


class TaskStreak(Answer):
    """A streak and the days of the present month that were anything to it.

    It is `restorable_until` an instant where it has broken and the member may restore it.
    """

    length: int
    today_done: bool
    freezes: int
    restorable_until: Instant | None
    month: str
    days: list[StreakDay]


class TaskReward(Answer):
    """What a completion brings; `units_left` null: without end."""

    kind: Literal["points", "turns", "voucher", "badge"]
    amount: int
    game: str | None
    badge: str | None
    name: str | None
    art: str | None
    units_left: int | None


class TaskAnswer(Answer):
    """A task as its member sees it now; `rules` say what counts, `until` is when the present window ends."""

    id: str
    campaign: str
    template: str | None
    title: str
    description: str
    how: str
    rules: list[str]
    state: State
    progress: TaskProgress
    window: Literal["once", "day", "week", "month", "campaign", "rolling"]
    opens_at: Instant
    until: Instant
    completions: TaskCompletions
    requires: list[str]
    opt_in: bool
    claimable: int
    streak: TaskStreak | None
    questionnaire: str | None
    reward: TaskReward


class TaskList(Answer):
    """The tasks that concern a member."""

    items: list[TaskAnswer]


class ClaimAnswer(Answer):
    """What became of the reward of a completion: `given`, or `set_off` against what the member owed."""

    task: str
    completion: str
    outcome: Literal["given", "set_off"]
    kind: Literal["points", "turns", "voucher", "badge"]
    amount: int


class CheckInAnswer(Answer):
    """A check-in: for which day of the member's, and when it was made."""

    day: Day
    at: Instant
    is_new: bool


class ChoiceAnswer(Answer):
    """One thing to choose."""

    id: str
    text: str


class QuestionAnswer(Answer):
    """A question: `choices` (one, or `several`), a whole number from `least` to `most`, or a text up to `longest`."""

    id: str
    kind: Literal["choice", "scale", "text"]
    text: str
    optional: bool
    choices: list[ChoiceAnswer] | None
    several: bool | None
    least: int | None
    most: int | None
    longest: int | None


class QuestionnaireAnswer(Answer):
    """A questionnaire; the reward of its task does not depend on what is answered."""

    id: str
    title: str
    questions: list[QuestionAnswer]
    answered_at: Instant | None


class AnswersRequest(Request):
    """Answers by the ids of the questions: a choice's id (or several), a number, or a text."""

    answers: Annotated[dict[str, AnyAnswer], Field(max_length=30)]


class AnsweredAnswer(Answer):
    """That a questionnaire was answered."""

    id: str
    answered_at: Instant


class TaskPath(BaseModel):
    """Which task."""

    task: Annotated[str, Field(max_length=64, pattern=r"^tsk_[a-z0-9_]+$")]


class QuestionnairePath(BaseModel):
    """Which questionnaire: the id of the task that asks it."""

    id: Annotated[str, Field(max_length=64, pattern=r"^tsk_[a-z0-9_]+$")]


def register(app: OpenAPI, services: Services) -> None:
    """Add the routes of tasks."""
    routes = Routes(app, "tasks", "Tasks: what members do, how far they have come, and what they get for it.")
    _register_tasks(routes, services)
    _register_questionnaires(routes, services)


def _register_tasks(routes: Routes, services: Services) -> None:
    @routes.add("get", "/v1/tasks", MEMBER, {200: TaskList}, [NotFound])
    def get_tasks() -> Response:
        """My tasks and how far I have come."""
        now_ms = services.clock.now_ms()
        return json_answer({"items": describe_tasks(request_connection(), actor(), now_ms, language())})

    @routes.add("post", "/v1/tasks/<task>/opt-ins", MEMBER, {200: TaskAnswer}, [NotFound, Conflict])
    def post_task_opt_in(path: TaskPath, header: KeyAllowed) -> Response:
        """Join a task: what happens from now on counts."""
        member, locale = actor(), language()

        def decide(work: Work) -> tuple[int, Any]:
            opt_in(work, member, path.task)
            return 200, get_task(work.connection, member, path.task, work.now_ms, locale)

        return answer_once(services.writer, member, header.key, decide)

    refusals = [NotFound, UnderReview, NotEligible, Conflict, SoldOut]

    @routes.add("post", "/v1/tasks/<task>/claims", MEMBER, {201: ClaimAnswer}, refusals)
    def post_task_claim(path: TaskPath, header: KeyAllowed) -> Response:
        """Have the reward of a completed task, once for each completion."""
        member = actor()

        def decide(work: Work) -> tuple[int, Any]:
            row, rule, outcome = claim(work, member, path.task, services.give_turns)
            what = {"kind": rule.reward["kind"], "amount": rule.reward["amount"]}
            return 201, {"task": path.task, "completion": row.id, "outcome": outcome, **what}

        return answer_once(services.writer, member, header.key, decide)

    @routes.add("post", "/v1/tasks/<task>/restorations", MEMBER, {201: TaskAnswer}, [NotFound, UnderReview, Conflict])
    def post_task_restoration(path: TaskPath, header: KeyAllowed) -> Response:
        """Restore a streak that broke less than 24 hours ago."""
        member, locale = actor(), language()

        def decide(work: Work) -> tuple[int, Any]:
            done = restore(work, member, path.task, services.give_turns)
            return 201, get_task(
                work.connection, member, path.task, work.now_ms, locale, standing=done.standing, pool=done.pool
            )

        return answer_once(services.writer, member, header.key, decide)

    @routes.add("post", "/v1/check-ins", MEMBER, {200: CheckInAnswer, 201: CheckInAnswer}, [NotFound])
    def post_check_in(header: KeyAllowed) -> Response:
        """Check in, once a day where I live. Tasks count it in a moment: `task.progressed` tells of it."""
        member = actor()

        def decide(work: Work) -> tuple[int, Any]:
            made = check_in(work, member)
            document = {"day": made.day.isoformat(), "at": render_ms(made.at), "is_new": made.is_new}
            return (201 if made.is_new else 200), document

        return answer_once(services.writer, member, header.key, decide)


def _register_questionnaires(routes: Routes, services: Services) -> None:
    @routes.add("get", "/v1/questionnaires/<id>", MEMBER, {200: QuestionnaireAnswer}, [NotFound])
    def get_questionnaire(path: QuestionnairePath) -> Response:
        """The questions of a questionnaire, and whether I have answered it."""
        return json_answer(describe_questions(request_connection(), actor(), path.id, language()))

    @routes.add("post", "/v1/questionnaires/<id>", MEMBER, {201: AnsweredAnswer}, [NotFound, Conflict, InvalidRequest])
    def post_questionnaire(path: QuestionnairePath, body: AnswersRequest, header: KeyAllowed) -> Response:
        """Answer a questionnaire, once. Answers are sealed, and the reward does not depend on them."""
        member = actor()

        def decide(work: Work) -> tuple[int, Any]:
            at = answer(work, services.sealer, member, path.id, body.answers)
            return 201, {"id": path.id, "answered_at": render_ms(at)}

        return answer_once(services.writer, member, header.key, decide)
