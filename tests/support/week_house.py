"""A demo in which Alice and Bob have lived through a week: what the hub shows when there is something to show."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from engage.demo.week import Week
from engage.kernel.clock import SystemClock, from_ms
from tests.support.screen import Screen
from tests.support.served import Served, running_demo

MOST_TIMES = 1000


@dataclass(frozen=True)
class WeekHouse(Served):
    """A served demo whose brand has sent a week of events, all of which the rules have read."""

    def token(self, name: str) -> str:
        """A token of a member of the brand."""
        token: str = self.post(f"/v1/members/{name}/tokens", {}, self.key)["token"]
        return token

    def open(self, screen: Screen, name: str, path: str) -> Page:
        """A page of a member who comes from the brand's site, in the language of the screen."""
        form: dict[str, str | float | bool] = {"who": name, "to": "/v1/me"}
        screen.context.request.post("/demo/sign-in", form=form, headers={"Origin": self.address})
        page = screen.open(f"{path}?language={screen.settings.locale.partition('-')[0]}")
        page.wait_for_load_state("networkidle")
        return page

    def tasks(self, name: str) -> dict[str, Any]:
        """A member's tasks by id."""
        return {task["id"]: task for task in self.get("/v1/tasks", self.token(name))["items"]}

    def share(self, name: str, badge: str) -> str:
        """Have a member show a badge to others; the award."""
        token = self.token(name)
        held = {each["id"]: each["award"] for each in self.get("/v1/badges", token)["items"]}
        award: str = held[badge]
        self._ask("PUT", f"/v1/badges/{award}/sharing", token, {"public": True, "name": True})
        return award

    def take_back(self, name: str) -> None:
        """Have a member buy a meal, and the brand take it back: the points are there again."""
        token = self.token(name)
        bought = self._do("/v1/redemptions", {"item": "itm_set_meal"}, token)
        (grant,) = self._do(f"/v1/redemptions/{bought['redemption']}/captures", {}, token)["grants"]
        self._do(
            f"/v1/prizes/{grant}/states", {"state": "revoked", "note": "订单已退款 The order was refunded"}, self.key
        )

    def _do(self, path: str, body: dict[str, Any], bearer: str) -> dict[str, Any]:
        done: dict[str, Any] = self.post(path, body, bearer, **{"Idempotency-Key": secrets.token_hex(8)})
        return done

    def wait_for(self, name: str, task: str, state: str) -> None:
        """Ask until the readers of the log have brought a task so far."""
        asked = 0
        while self.tasks(name)[task]["state"] != state:
            asked += 1
            assert asked < MOST_TIMES, self.tasks(name)[task]


@contextmanager
def running_week() -> Iterator[WeekHouse]:
    """A fresh demo after its week, for the length of a block."""
    with running_demo() as demo:
        house = WeekHouse(demo.address, demo.data)
        week = Week(house.address, house.data, from_ms(SystemClock().now_ms()))
        try:
            for _ in range(2):  # sent twice it counts once
                list(week.days())
        finally:
            week.close()
        house.wait_for("alice", "tsk_green", "completed")
        yield house
