"""What the platform brings of its own in the shape of features: sections, tables, routes, readers."""

from collections.abc import Sequence

from engage.feature import Feature

BUILT_IN: tuple[Feature, ...] = ()


def all_features(features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Those of the composition root, then the platform's own, which are given once however often this is asked."""
    return (*features, *(each for each in BUILT_IN if each not in features))
