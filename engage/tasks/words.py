"""The rules of a task in words, made from what was published and nothing else (C1): in Chinese and in English.

Free texts are the organiser's; these sentences say what the server does, to the last number.
"""

# ruff: noqa: RUF001  Chinese has its own punctuation

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engage.campaigns import say_money

EN: Mapping[str, str] = {
    "count": "Reached with {target} of these: {events}.",
    "sum": "Reached when {field} of these adds up to {target}: {events}.",
    "distinct": "Reached with {target} different values of {field} in these: {events}.",
    "streak": "Reached after {target} days in a row with one of these: {events}.",
    "filtered": "Only those count that meet the conditions.",
    "once": "Everything counts that happens while the task is open.",
    "campaign": "Everything counts that happens while the task is open.",
    "day": "Each calendar day where you live begins anew.",
    "week": "Each week, from Monday where you live, begins anew.",
    "month": "Each calendar month where you live begins anew.",
    "rolling": "What happened within {days} days in a row counts together.",
    "in_order": "Steps count in their order only.",
    "per_window": "At most {per_window} times in that time.",
    "in_all": "At most {in_all} times altogether.",
    "cooldown": "After each time nothing counts for {hours} hours.",
    "opt_in": "Counts from when you have joined.",
    "grace": "Until {grace_hours} hours after midnight the day before still counts if it is open.",
    "freezes": "{freezes} missed days are covered from the start.",
    "freeze_every": "One more missed day is covered after every {freeze_every} days in a row, up to {freezes_max}.",
    "restorations": "A broken streak can be restored within 24 hours, {restorations} times.",
    "pause": "Days on which the campaign is paused break nothing.",
    "refunds": "What is refunded is taken off again, and with it a reward that it was given for.",
    "units": "{units:,} rewards in all.",
    "by_hand": "The reward is given when you ask for it, before the campaign ends and while there are any.",
    "automatic": "The reward is given at once.",
}
ONE: Mapping[str, tuple[str, str]] = {
    "distinct": ("target", "Reached with one value of {field} in these: {events}."),
    "per_window": ("per_window", "At most once in that time."),
    "in_all": ("in_all", "At most once altogether."),
    "cooldown": ("hours", "After each time nothing counts for an hour."),
    "grace": ("grace_hours", "Until an hour after midnight the day before still counts if it is open."),
    "freezes": ("freezes", "One missed day is covered from the start."),
    "freeze_every": ("freeze_every", "One more missed day is covered after every day, up to {freezes_max}."),
    "restorations": ("restorations", "A broken streak can be restored within 24 hours, once."),
    "units": ("units", "One reward in all."),
}
"""What English says where the number that is named is one."""
ZH: Mapping[str, str] = {
    "count": "达到{target}次即完成：{events}。",
    "sum": "{field}累计达到{target}即完成：{events}。",
    "distinct": "{events}中不同的{field}达到{target}个即完成。",
    "streak": "连续{target}天，每天至少一次即完成：{events}。",
    "filtered": "仅计入符合条件的。",
    "once": "任务开放期间发生的都计入。",
    "campaign": "任务开放期间发生的都计入。",
    "day": "按您所在地的日历日，每天重新计算。",
    "week": "按您所在地的时间，每周一起重新计算。",
    "month": "按您所在地的日历月，每月重新计算。",
    "rolling": "任意连续 {days} 天内发生的合并计算。",
    "in_order": "各步骤须按顺序完成。",
    "per_window": "在此时间内最多 {per_window} 次。",
    "in_all": "总共最多 {in_all} 次。",
    "cooldown": "每次完成后 {hours} 小时内不计入。",
    "opt_in": "从您报名之后开始计入。",
    "grace": "零点后 {grace_hours} 小时内，如前一天尚未完成，计入前一天。",
    "freezes": "开始时即可补漏 {freezes} 天。",
    "freeze_every": "每连续 {freeze_every} 天增加一次补漏，最多 {freezes_max} 次。",
    "restorations": "中断后 24 小时内可恢复，共 {restorations} 次。",
    "pause": "活动暂停的日子不会中断连续天数。",
    "refunds": "退款会扣回相应进度，以及因此发放的奖励。",
    "units": "奖励共 {units:,} 份。",
    "by_hand": "奖励由您领取后发放，须在活动结束前领取，发完为止。",
    "automatic": "完成后奖励立即发放。",
}
EVENTS: Mapping[str, tuple[str, str]] = {
    "order.completed": ("paid orders", "已支付的订单"),
    "member.checked_in": ("check-ins", "签到"),
    "member.visited": ("visits", "到访"),
    "member.registered": ("registration", "注册"),
    "profile.completed": ("a completed profile", "完善资料"),
    "review.posted": ("reviews", "评价"),
    "share.visited": ("visits by friends, verified", "经核验的好友访问"),
    "questionnaire.answered": ("answered questionnaires", "填写问卷"),
    "item.recycled": ("recycled or second-hand items", "回收或二手物品"),
}
FIELDS: Mapping[str, tuple[str, str]] = {
    "net_fen": ("the amount paid (after refunds and coupons)", "实付金额（扣除退款和优惠）"),
    "product": ("the product", "商品"),
    "visitor": ("the visitor", "访客"),
    "quantity": ("the quantity", "数量"),
    "grams": ("the weight in grams", "重量（克）"),
}


def rule_words(rule: Mapping[str, Any], units: int | None, locale: str) -> list[str]:
    """The sentences in a language: Chinese, or else English. `units` is how many rewards there are in all."""
    is_chinese = locale.startswith("zh")
    values = {**rule, **(rule["streak"] or {}), "hours": rule["cooldown_hours"], "units": units}
    found = []
    for key, more in _keys(rule, units, locale):
        named = values | more
        number, one = ONE.get(key, ("", ""))
        sentence = ZH[key] if is_chinese else one if number and named[number] in {1, "1"} else EN[key]
        found.append(sentence.format(**named))
    return found


def events_in_words(types: Sequence[str], locale: str) -> str:
    """What events of these types are called; types of the brand's own are called as they are."""
    is_chinese = locale.startswith("zh")
    names = [EVENTS[type_][is_chinese] if type_ in EVENTS else type_ for type_ in types]
    return ("、" if is_chinese else ", ").join(names)


def field_in_words(name: str | None, locale: str) -> str:
    """What a field of an event is called."""
    return FIELDS[name][locale.startswith("zh")] if name is not None and name in FIELDS else name or ""


def amount_in_words(field: str | None, amount: int, locale: str) -> str:
    """So much of a field of an event, or of what is counted (None); money where the field's name says so."""
    return say_money(locale, amount) if (field or "").endswith("_fen") else f"{amount:,}"


def _keys(rule: Mapping[str, Any], units: int | None, locale: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Which sentences a rule needs, with what they say besides."""
    for step in rule["steps"]:
        yield step["aggregate"], {"events": events_in_words(step["events"], locale)} | _goal(step, locale)
        if step["filter"] is not None:
            yield "filtered", {}
    if rule["in_order"] and len(rule["steps"]) > 1:
        yield "in_order", {}
    is_streak = any(step["aggregate"] == "streak" for step in rule["steps"])
    yield rule["window"], {}
    yield "per_window", {}
    conditions = {
        "in_all": rule["in_all"] is not None,
        "cooldown": rule["cooldown_hours"],
        "opt_in": rule["opt_in"],
        **{name: bool((rule["streak"] or {}).get(name)) for name in ("freezes", "freeze_every", "restorations")},
        "grace": (rule["streak"] or {}).get("grace_hours"),
        "pause": is_streak,
        "refunds": any("order.completed" in step["events"] for step in rule["steps"]),
        "units": units is not None,
        "by_hand": rule["by_hand"],
        "automatic": not rule["by_hand"],
    }
    yield from ((key, {}) for key, is_true in conditions.items() if is_true)


def _goal(step: Mapping[str, Any], locale: str) -> dict[str, str]:
    """How much of what has to be reached. In Chinese, digits and letters stand apart from characters beside them."""
    is_chinese = locale.startswith("zh")
    field = field_in_words(step["field"], locale)
    target = amount_in_words(step["field"] if step["aggregate"] == "sum" else None, step["target"], locale)
    if not is_chinese:
        return {"field": field, "target": target}
    return {"field": field + " " * field[-1:].isascii(), "target": f" {target}" + " " * target[-1].isascii()}
