"""What the platform brings of its own in the shape of features: sections, tables, routes, readers."""

from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa
from flask_openapi import OpenAPI

from engage.api import register_tasks
from engage.campaigns import ITEM_SHELF, ITEMS, tell_items
from engage.feature import Feature, Periodic, Services
from engage.jobs import CAPTURE_JOB
from engage.rewards import cancel_all, describe_catalogued
from engage.tasks import (
    TASK_HOTS,
    TASK_INVARIANTS,
    TASK_SHELF,
    TASKS,
    erase_answers,
    read_answers,
    task_subscriber,
    tell_tasks,
)


def _answers(services: Services, connection: sa.Connection, member: str) -> Mapping[str, bytes]:
    """A member's own answers to questionnaires."""
    found = read_answers(connection, services.sealer, member)
    return {"questionnaires.json": orjson.dumps(found, option=orjson.OPT_INDENT_2)}


TASK_FEATURE = Feature(
    name="tasks",
    hots=TASK_HOTS,
    register=register_tasks,
    section=TASKS,
    publisher=lambda _services: TASK_SHELF,
    subscribers=lambda services: (task_subscriber(services.give_turns),),
    invariants=lambda _services: TASK_INVARIANTS,
    describe_prize={"tsk_": describe_catalogued},
    tell_rules=tell_tasks,
    own_files=_answers,
    erase=erase_answers,
)


def _register_nothing(_app: OpenAPI, _services: Services) -> None:
    """Its routes are among the platform's own."""


def _spending_jobs(_services: Services) -> tuple[Periodic, ...]:
    return ((CAPTURE_JOB.name, CAPTURE_JOB.every_seconds, CAPTURE_JOB.run),)


SPENDING_FEATURE = Feature(
    name="spending",
    hots=(),
    register=_register_nothing,
    section=ITEMS,
    publisher=lambda _services: ITEM_SHELF,
    jobs=_spending_jobs,
    erase=cancel_all,
    describe_prize={"itm_": describe_catalogued},
    tell_rules=tell_items,
)
"""Items that points buy."""

BUILT_IN: tuple[Feature, ...] = (SPENDING_FEATURE, TASK_FEATURE)


def all_features(features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Those of the composition root, then the platform's own, which are given once however often this is asked."""
    return (*features, *(each for each in BUILT_IN if each not in features))
