"""What a template fills in, so that a marketer writes what is to be reached and what it brings. Pure."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

Template: TypeAlias = Literal[
    "check_in", "first_order", "spend", "orders", "review", "profile", "questionnaire", "green", "friends_visit"
]
CHECKED_IN, ANSWERED, VISITED = "member.checked_in", "questionnaire.answered", "share.visited"

TEMPLATES: Mapping[str, Mapping[str, Any]] = {
    "check_in": {"on": (CHECKED_IN,), "aggregate": "streak", "window": "campaign"},
    "first_order": {"on": ("order.completed",), "aggregate": "count", "window": "once", "target": 1},
    "spend": {"on": ("order.completed",), "aggregate": "sum", "field": "net_fen", "window": "month"},
    "orders": {"on": ("order.completed",), "aggregate": "count", "window": "month"},
    "review": {"on": ("review.posted",), "aggregate": "distinct", "field": "product", "window": "month"},
    "profile": {"on": ("profile.completed",), "aggregate": "count", "window": "once", "target": 1},
    "questionnaire": {"on": (ANSWERED,), "aggregate": "count", "window": "once", "target": 1},
    "green": {"on": ("item.recycled",), "aggregate": "count", "window": "month"},
    "friends_visit": {"on": (VISITED,), "aggregate": "distinct", "field": "visitor", "window": "campaign"},
}
"""Fields of a task by template; what the file says itself comes first."""

SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "order.completed": {
        "order": "o-1",
        "merchant": "m-1",
        "store": "s-1",
        "net_fen": 100,
        "currency": "CNY",
        "paid_at": "2026-11-01T00:00:00Z",
        "lines": [{"line": "1", "sku": "k-1", "category": "tea", "labels": ["new"], "quantity": 1, "net_fen": 100}],
        "tenders": [{"kind": "card", "net_fen": 100}],
    },
    "member.registered": {"invite": "i-1"},
    "member.visited": {"place": "p-1"},
    CHECKED_IN: {"day": "2026-11-01"},
    "profile.completed": {"share_percent": 100},
    "review.posted": {"product": "p-1", "order": "o-1", "rating": 5, "pictures": 1, "characters": 80},
    VISITED: {"visitor": "v-1", "page": "p-1"},
    ANSWERED: {"questionnaire": "q_1"},
    "item.recycled": {"what": "bottle", "quantity": 1, "grams": 100},
}
"""An event of each built-in type that has every field: filters are tried on it."""
