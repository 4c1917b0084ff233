"""What a prize is drawn as: an icon of the built-in set, or the organiser's own picture. Presentation, never a rule."""

from typing import Literal, TypeAlias, get_args

Icon: TypeAlias = Literal[
    "again", "apple", "backpack", "bag", "basket", "battery", "bear", "bicycle", "book", "cabbage", "cake", "car",
    "clover", "coffee", "coin", "coins", "coupon", "crown", "cup", "detergent", "eggs", "firework", "fish",
    "flower", "fuel", "gift", "headphones", "ingot", "lantern", "leaf", "meal", "milk", "milk-tea", "mooncake",
    "oil", "percent", "phone", "plane", "popcorn", "red-envelope", "rice", "rice-cooker", "rocket", "star",
    "tangerine", "teapot", "thanks", "ticket", "tissue", "trophy", "tyre", "umbrella",
]  # fmt: skip
"""The names of the built-in icons. The pages draw them: a test compares these names with the pages' own list."""

ICONS: tuple[str, ...] = get_args(Icon)
BLANK_ART = "leaf"
ART_OF_KIND = {"points": "coins", "turns": "again", "voucher": "coupon", "goods": "gift"}
"""What a prize is drawn as when its file doesn't say."""
