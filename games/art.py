"""What a prize is drawn as: an icon of the built-in set, or the organiser's own picture. Presentation, never a rule."""

from typing import Literal, TypeAlias, get_args

Icon: TypeAlias = Literal[
    "gift", "coins", "ticket", "refresh", "percent", "trophy", "crown", "star", "sparkles", "medal", "gem", "clover",
    "heart", "balloon", "cake", "utensils", "soup", "salad", "pizza", "coffee", "tea", "drink", "dessert", "apple",
    "car", "tyre", "wrench", "droplet", "fuel", "key", "truck", "bag", "shirt", "phone", "headphones", "watch",
    "camera", "gamepad", "book", "plane", "bed", "film", "music", "bike", "house", "sprout",
]  # fmt: skip
"""The names of the built-in icons. The pages draw them: a test compares these names with the pages' own list."""

ICONS: tuple[str, ...] = get_args(Icon)
BLANK_ART = "clover"
ART_OF_KIND = {"points": "coins", "turns": "refresh", "voucher": "ticket", "goods": "gift"}
"""What a prize is drawn as when its file doesn't say."""
