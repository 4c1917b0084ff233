"""The second line of defence: statistics that notice a broken generator. Pure.

An e-process: a bet against the published odds that can be read after every draw and, while the odds are true, ever
exceeds 1000 with a probability of at most 1/1000 (Ville's inequality; Lindon and Malek 2022 for this mixture).
"""

from collections.abc import Iterable, Mapping
from math import log, log1p

KAPPA = 2000
"""How many draws' worth of belief in the published odds the bet begins with."""
ALARM_AT = log(1000)
"""Above this the studio gets an alarm."""


def log_growth(weight: int, total: int, came: int, draws: int) -> float:
    """What one draw adds to the logarithm of the e-process: log(((κ·p + c)/(κ + n))/p), with p = weight/total.

    The draw came to the slot of this weight. `came`: how often it came before (c); `draws`: how many draws of this
    table came before (n). Weights are positive.
    """
    # The ratio is 1 + (c/p − n)/(κ + n); with whole numbers nothing is lost before the one division.
    return log1p((came * total - draws * weight) / (weight * (KAPPA + draws)))


class EProcess:
    """How strongly the draws of one table of one revision speak against its odds.

    `weights`: of each slot, positive. `counts`: how often each came so far. `log_e`: the logarithm so far. The
    logarithms of several tables add up, since their draws are bets one after the other.
    """

    def __init__(self, weights: Mapping[str, int], counts: Mapping[str, int] | None = None, log_e: float = 0.0) -> None:
        self._weights = dict(weights)
        self._total = sum(weights.values())
        self.counts = dict.fromkeys(weights, 0) | dict(counts or {})
        self.draws = sum(self.counts.values())
        self.log_e = log_e

    def add(self, slot: str) -> None:
        """Take account of a draw. KeyError for a slot that the table does not have."""
        self.log_e += log_growth(self._weights[slot], self._total, self.counts[slot], self.draws)
        self.counts[slot] += 1
        self.draws += 1

    @property
    def is_alarming(self) -> bool:
        """Whether the draws speak so strongly against the odds that people must look."""
        return self.log_e > ALARM_AT


def eprocess(weights: Mapping[str, int], slots: Iterable[str]) -> float:
    """The logarithm of the e-process after these draws of a table."""
    process = EProcess(weights)
    for slot in slots:
        process.add(slot)
    return process.log_e
