"""How the machine is run: so many lives of a town, each of so many steps at most."""

from __future__ import annotations

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import Road


def run(lives: int, steps: int, seed: int | None = None) -> None:
    """Live through some lives; with a seed, the same each time. Raises what fails, with all that led to it."""
    settings = hypothesis.settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    machine = Road if seed is None else hypothesis.seed(seed)(Road)
    run_state_machine_as_test(machine, settings=settings)
