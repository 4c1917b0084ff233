"""Tasks as a member sees them: what to do, how far it has come, until when, and what it brings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from engage.catalogue import text_in
from engage.kernel.clock import day_ms, local_date, render_ms
from engage.kernel.refusals import NotFound
from engage.members import Member, get_member
from engage.rewards import Pool, read_pools
from engage.tasks.own_steps import find_answer
from engage.tasks.rules import Progress, TaskRule
from engage.tasks.standing import Standing, read_rules
from engage.tasks.streaks import Streak
from engage.tasks.words import rule_words


def describe_tasks(connection: sa.Connection, member_id: str, now_ms: int, locale: str) -> list[dict[str, Any]]:
    """The tasks that a member can see, those of campaigns that have ended left out unless a reward waits."""
    rules, member = read_rules(connection), get_member(connection, member_id)
    standing = Standing(connection, {member_id: rules})
    shown = [
        _describe(
            rule,
            state,
            document,
            member,
            standing,
            next(iter(read_pools(connection, rule.id)), None),
            now_ms,
            locale,
        )
        for rule, state, document in rules.values()
        if rule.admits(orjson.loads(member.attributes)) and not member.insider
    ]
    return [task for task in shown if task["state"] != "ended"]


def get_task(  # noqa: PLR0913  whose, which, when, for whom, and within what
    connection: sa.Connection,
    member_id: str,
    task: str,
    now_ms: int,
    locale: str,
    *,
    standing: Standing | None = None,
    pool: Pool | None = None,
) -> dict[str, Any]:
    """One task as its member sees it. Refuses with NotFound.

    Within a transaction that has completed it, `standing` and its `pool` are those of the transaction.
    """
    found = read_rules(connection).get(task)
    if found is None:
        raise NotFound("There is no such task.")
    rule, state, document = found
    member = get_member(connection, member_id)
    pool = pool or next(iter(read_pools(connection, task)), None)
    return _describe(
        rule, state, document, member, standing or Standing(connection, {member_id: [task]}), pool, now_ms, locale
    )


def _describe(  # noqa: PLR0913  a task is seen in the light of all of these
    rule: TaskRule,
    state: str,
    document: Mapping[str, Any],
    member: Member,
    standing: Standing,
    pool: Pool | None,
    now_ms: int,
    locale: str,
) -> dict[str, Any]:
    today = local_date(now_ms, member.time_zone)
    period = rule.period_of(today)
    progress = standing.progress(rule, member.id, period, now_ms, member.time_zone)
    left, units = (pool.units_left, pool.units) if pool else (None, None)
    is_streak = rule.steps[0].aggregate == "streak"
    titles = document["step_titles"] or [document["title"]]
    return {
        "id": rule.id,
        "campaign": rule.campaign,
        "template": document["template"],
        "title": text_in(document["title"], locale),
        "description": text_in(document["description"], locale),
        "how": text_in(document["how"], locale),
        "rules": rule_words(document["rule"], units, locale),
        "state": _state(rule, state, member, standing, progress, left, now_ms),
        "progress": {
            "value": progress.value,
            "target": progress.target,
            "unit": rule.steps[0].unit if len(rule.steps) == 1 else None,
            "steps": [
                {"title": text_in(title, locale), "value": value, "target": target, "unit": step.unit}
                for step, title, (value, target) in zip(rule.steps, titles, progress.steps, strict=True)
            ],
        },
        "window": rule.window,
        "opens_at": render_ms(rule.opens_at),
        "until": render_ms(_until(rule, today, member.time_zone)),
        "completions": {"now": progress.rounds, "per_window": rule.per_window},
        "requires": [task for task in rule.requires if not standing.live(task, member.id)],
        "opt_in": rule.opt_in,
        "claimable": len(standing.unsettled(rule.id, member.id)) if rule.by_hand else 0,
        "streak": _streak(standing.streak(rule, member.id, now_ms, member.time_zone), today) if is_streak else None,
        "questionnaire": rule.id if document["questions"] else None,
        "reward": _reward(rule.reward, document, locale) | {"units_left": left},
    }


def _state(  # noqa: PLR0913  a state is made of these
    rule: TaskRule, state: str, member: Member, standing: Standing, progress: Progress, left: int | None, now_ms: int
) -> str:
    """The first of these that is true: what waits to be claimed comes before the end of the task."""
    done = standing.live(rule.id, member.id)
    is_done = progress.rounds >= rule.per_window or len(done) == rule.in_all
    waits = rule.by_hand and bool(standing.unsettled(rule.id, member.id))
    candidates = (
        ("reward_gone", waits and left == 0),
        ("claimable", waits),
        ("ended", state == "ended" or now_ms >= rule.closes_at),
        ("upcoming", now_ms < rule.opens_at),
        ("completed", is_done),
        ("paused", state == "paused"),
        ("reward_gone", left == 0),
        ("locked", any(not standing.live(task, member.id) for task in rule.requires)),
        ("opted_out", rule.opt_in and (rule.id, member.id) not in standing.opted),
        ("in_progress", any(value for value, _ in progress.steps)),
    )
    return next((name for name, is_true in candidates if is_true), "open")


def _until(rule: TaskRule, today: date, zone: str) -> int:
    after = rule.first_day_after(today)
    return rule.closes_at if after is None else min(day_ms(after, zone)[0], rule.closes_at)


def _streak(streak: Streak, today: date) -> dict[str, Any]:
    until = streak.restorable_until
    return {
        "length": streak.length,
        "today_done": streak.today_done,
        "freezes": streak.freezes,
        "restorable_until": None if until is None else render_ms(until),
        "month": f"{today:%Y-%m}",
        "days": [
            {"day": day.isoformat(), "mark": mark}
            for day, mark in sorted(streak.month(today.year, today.month).items())
        ],
    }


def _reward(reward: Mapping[str, Any], document: Mapping[str, Any], locale: str) -> dict[str, Any]:
    prize = document["prizes"].get(reward["prize"])
    return {
        "kind": reward["kind"],
        "amount": reward["amount"],
        "game": reward.get("game"),
        "badge": reward.get("badge"),
        "name": text_in(prize["name"], locale) if prize else None,
        "art": prize["art"] if prize else None,
    }


def describe_questions(connection: sa.Connection, member_id: str, questionnaire: str, locale: str) -> dict[str, Any]:
    """The questions of a task, and whether its member has answered them. Refuses with NotFound."""
    found = read_rules(connection).get(questionnaire)
    if found is None or not found[2]["questions"]:
        raise NotFound("There is no such questionnaire.")
    answered_at = find_answer(connection, member_id, questionnaire)
    return {
        "id": questionnaire,
        "title": text_in(found[2]["title"], locale),
        "questions": [_question(each, locale) for each in found[2]["questions"]],
        "answered_at": None if answered_at is None else render_ms(answered_at),
    }


def _question(question: Mapping[str, Any], locale: str) -> dict[str, Any]:
    choices = question.get("choices")
    told = [{"id": each["id"], "text": text_in(each["text"], locale)} for each in choices] if choices else None
    plain = {name: question.get(name) for name in ("several", "least", "most", "longest")}
    named = {name: question[name] for name in ("id", "kind", "optional")}
    return named | {"text": text_in(question["text"], locale), "choices": told} | plain
