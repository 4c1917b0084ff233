"""How a badge is earned and a collection completed, in words made from what was published (C1)."""

# ruff: noqa: RUF001  Chinese has its own punctuation

from collections.abc import Mapping

EN: Mapping[str, str] = {
    "about": "What it says",
    "how": "How",
    "counts": "What counts",
    "tiers": "Tiers",
    "tier": "{name}: {at}",
    "between": "; ",
    "and": ", ",
    "again": "How often",
    "days": "On which days",
    "held": "How long it is held",
    "refund": "Refunds",
    "events": "{events}, each once.",
    "sum": "{field} of these, added up: {events}.",
    "filtered": "Only those that meet the conditions: {conditions}.",
    "values": "{field} is {values}",
    "at_least": "{field} is {n} or more",
    "at_most": "{field} is {n} or less",
    "or": " or ",
    "tasks": "Completed tasks, each once: {tasks}.",
    "reward": "It is the reward of a task.",
    "hand": "It is given by the organiser.",
    "campaign": "Each tier once.",
    "year": "Each tier once a year, counted anew in each.",
    "month": "Each tier once a month, counted anew in each.",
    "from": "from {first}",
    "until": "until {last}, which counts too",
    "for_days": "{n} days",
    "for_good": "for good",
    "undone": "What is refunded does not count any more. A tier that is not reached without it is taken back.",
    "badges": "Badges",
    "secret": "one that is shown to whoever has it",
    "deadline": "Until when",
    "deadline_value": "before {at} ({zone})",
    "prize": "Grand prize",
    "claim": "Claiming it",
    "claim_value": "Whoever holds all of the badges at one instant before then can claim the prize, once, while there "
    "is one and as long as the campaign runs. Any tier of a badge will do.",
}
ZH: Mapping[str, str] = {
    "about": "代表什么",
    "how": "如何获得",
    "counts": "计入什么",
    "tiers": "等级",
    "tier": "{name}：{at}",
    "between": "；",
    "and": "、",
    "again": "可得次数",
    "days": "计入日期",
    "held": "有效期",
    "refund": "退款",
    "events": "{events}，每次计一次。",
    "sum": "{events}的{field}累计。",
    "filtered": "仅计入符合条件的：{conditions}。",
    "values": "{field} 为 {values}",
    "at_least": "{field} 不少于 {n}",
    "at_most": "{field} 不多于 {n}",
    "or": "或",
    "tasks": "完成以下任务，每个计一次：{tasks}。",
    "reward": "作为任务的奖励发放。",
    "hand": "由主办方授予。",
    "campaign": "每个等级一次。",
    "year": "每年重新计算，每个等级每年一次。",
    "month": "每月重新计算，每个等级每月一次。",
    "from": "{first} 起",
    "until": "{last} 止（含当日）",
    "for_days": "{n} 天",
    "for_good": "长期有效",
    "undone": "已退款的不再计入；没有它就达不到的等级会被收回。",
    "badges": "徽章",
    "secret": "一枚获得后才会显示的徽章",
    "deadline": "截止时间",
    "deadline_value": "{at} 前（时区 {zone}）",
    "prize": "大奖",
    "claim": "领取",
    "claim_value": "截止前同时持有全部徽章的会员可领取一次大奖，领完为止，且须在活动期间领取；每枚徽章任一等级均可。",
}


def say_badge(locale: str, sentence: str, **values: object) -> str:
    """A sentence in Chinese, or else in English; integers get thousands separators."""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return (ZH if locale.startswith("zh") else EN)[sentence].format(**shown)
