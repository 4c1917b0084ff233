"""A request that breaks several rules at once is refused by the first of them, in the documented order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from engage.web import edge_of
from engage.web.limits import RateLimit
from tests.support.server import Client, Page, code_of, page_of
from tests.support.world import World, prize, rules, slot

LIMITED = rules(
    "gam_w",
    [prize("prz_p50", units=100)],
    [slot("s1", 1, "prz_p50", "none")],
    limits={"per_day": 1, "per_campaign": None},
)


def change(world: World, statement: str) -> None:
    """Set something in the database to what it could be."""
    world.services.writer.run(lambda work: work.connection.execute(sa.text(statement)))


@dataclass
class Attempt:
    """A request in the making."""

    page: Page
    path: str
    body: dict[str, Any]
    bearer: str = ""
    key: str | None = None
    kept: dict[str, Any] = field(default_factory=dict)

    def send(self) -> TestResponse:
        return Client(self.page.client.world, self.page.client.app, self.bearer).post(
            self.path, self.body, key=self.key
        )


Step = Callable[[Attempt], None]


@dataclass(frozen=True)
class Obstacle:
    """Something that is wrong, and how it is made good."""

    code: str
    put: Step
    take: Step


def in_database(code: str, put: str, take: str) -> Obstacle:
    return Obstacle(
        code,
        lambda attempt: change(attempt.page.client.world, put),
        lambda attempt: change(attempt.page.client.world, take),
    )


def in_body(code: str, name: str, wrong: Any) -> Obstacle:
    def put(attempt: Attempt) -> None:
        attempt.kept[name] = attempt.body.get(name)
        attempt.body[name] = wrong

    def take(attempt: Attempt) -> None:
        right = attempt.kept.pop(name)
        attempt.body.pop(name) if right is None else attempt.body.update({name: right})

    return Obstacle(code, put, take)


def set_bearer(attempt: Attempt, bearer: str) -> None:
    attempt.bearer = bearer


def set_path(attempt: Attempt, old: str, new: str) -> None:
    attempt.path = attempt.path.replace(old, new)


def set_key(attempt: Attempt, key: str) -> None:
    attempt.key = key


def exhaust(attempt: Attempt) -> None:
    edge = edge_of(attempt.page.client.app)
    attempt.kept["limit"] = edge.limit
    edge.limit = RateLimit("1/hour", "", attempt.page.client.world.clock)
    edge.limit.require(attempt.page.member)


def relax(attempt: Attempt) -> None:
    edge_of(attempt.page.client.app).limit = attempt.kept["limit"]


def accept(attempt: Attempt) -> None:
    page = attempt.page
    rules_hash = page.client.get(f"/v1/games/{page.game}").get_json()["rules_hash"]
    assert page.client.post(f"/v1/games/{page.game}/acceptances", {"rules_hash": rules_hash}).status_code == 201


def nothing(_attempt: Attempt) -> None:
    pass


ENTRY = [
    in_database("under_review", "UPDATE game SET under_review = 1", "UPDATE game SET under_review = 0"),
    in_database("game_not_open", "UPDATE game SET state = 'paused'", "UPDATE game SET state = 'live'"),
    in_database("not_eligible", "UPDATE member SET insider = 1", "UPDATE member SET insider = 0"),
    Obstacle(
        "rules_not_accepted",
        lambda attempt: change(attempt.page.client.world, "UPDATE member_game SET accepted = NULL"),
        accept,
    ),
]
ASKING = [
    Obstacle(
        "unauthenticated",
        lambda attempt: set_bearer(attempt, "nonsense"),
        lambda attempt: set_bearer(attempt, attempt.page.client.bearer),
    ),
    Obstacle("too_fast", exhaust, relax),
    in_body("invalid_request", "surprise", 1),
]
NOT_FOUND = Obstacle(
    "not_found",
    lambda attempt: set_path(attempt, "gam_w", "gam_none"),
    lambda attempt: set_path(attempt, "gam_none", "gam_w"),
)
PLAY = [
    *ASKING,
    Obstacle("key_reused", lambda attempt: set_key(attempt, "used"), lambda attempt: set_key(attempt, "fresh")),
    NOT_FOUND,
    *ENTRY,
    in_database("own_limit", "UPDATE member SET plays_per_day = 1", "UPDATE member SET plays_per_day = NULL"),
    in_database("limit_reached", "UPDATE member_game SET plays_today = 1", "UPDATE member_game SET plays_today = 0"),
    Obstacle(
        "out_of_turns",
        nothing,
        lambda attempt: attempt.page.client.world.turns(attempt.page.member, attempt.page.game, 1),
    ),
    in_body("epoch_ended", "epoch", "epo_none"),
    in_body("seed_mismatch", "client_seed", "00" * 32),
    in_database("sold_out", "UPDATE game SET sold_out = 1", "UPDATE game SET sold_out = 0"),
]
EPOCH = [
    *ASKING,
    NOT_FOUND,
    *ENTRY,
    in_body("seed_used", "client_commitment", "11" * 32),
    in_database("sold_out", "UPDATE game SET sold_out = 1", "UPDATE game SET sold_out = 0"),
    in_database("too_fast", "UPDATE member_game SET unplayed_today = 5", "UPDATE member_game SET unplayed_today = 0"),
]


def demand_order(attempt: Attempt, obstacles: list[Obstacle]) -> None:
    """With everything wrong the first is told; as each is made good, the next."""
    for obstacle in obstacles:
        obstacle.put(attempt)
    for obstacle in obstacles:
        answer = attempt.send()
        assert code_of(answer)[1] == obstacle.code, answer.get_json()
        obstacle.take(attempt)
    answer = attempt.send()
    assert answer.status_code == 201, answer.get_json()


@pytest.fixture
def alice(client: Client) -> Page:
    """Alice, who accepted the rules and played her only turn today."""
    page = page_of(client, "alice", client.world.publish(LIMITED, accept_rules=True), turns=1)
    accept(Attempt(page, "", {}))
    page.play("used")
    return page


def test_a_play_is_refused_by_the_first_rule_that_it_breaks(alice: Page) -> None:
    body = {"epoch": alice.epoch, "client_seed": alice.seed.hex()}
    attempt = Attempt(alice, "/v1/games/gam_w/plays", body, alice.client.bearer, "fresh")
    demand_order(attempt, PLAY)


def test_a_game_tells_what_a_play_would_be_refused_for_without_one(alice: Page) -> None:
    body = {"epoch": alice.epoch, "client_seed": alice.seed.hex()}
    attempt = Attempt(alice, "/v1/games/gam_w/plays", body, alice.client.bearer, "fresh")
    standing = [one for one in PLAY[PLAY.index(NOT_FOUND) + 1 :] if one.code not in ("epoch_ended", "seed_mismatch")]
    for obstacle in standing:
        obstacle.put(attempt)
    for obstacle in standing:
        told, refused = alice.client.get("/v1/games/gam_w").get_json()["refusal"], attempt.send().get_json()
        assert told["code"] == obstacle.code
        assert told == {name: refused[name] for name in told}
        obstacle.take(attempt)
    assert alice.client.get("/v1/games/gam_w").get_json()["refusal"] is None


def test_a_game_names_the_open_epoch_and_a_play_in_another_is_told_that_it_was_replaced(alice: Page) -> None:
    def open_epoch() -> str | None:
        epoch: str | None = alice.client.get("/v1/games/gam_w").get_json()["epoch"]
        return epoch

    world, first = alice.client.world, alice.epoch
    world.clock.move(timedelta(days=1))
    world.turns(alice.member, alice.game, 1)
    assert open_epoch() == first
    phone = Page(alice.client, alice.member, alice.game)
    phone.open()
    assert open_epoch() == phone.epoch
    refused = alice.send_play("old")
    assert (code_of(refused), refused.get_json()["elsewhere"]) == ((409, "epoch_ended"), True)
    change(world, "UPDATE game SET run = run + 1")
    assert open_epoch() is None
    refused = phone.send_play("stopped")
    assert (code_of(refused), refused.get_json()["elsewhere"]) == ((409, "epoch_ended"), False)
    change(world, "UPDATE game SET run = run - 1")


def test_opening_an_epoch_is_refused_by_the_first_rule_that_it_breaks(alice: Page) -> None:
    used = {"client_commitment": "11" * 32}
    assert alice.client.post("/v1/games/gam_w/epochs", used).status_code == 201
    assert alice.client.post("/v1/games/gam_w/epochs", {"client_commitment": "22" * 32}).status_code == 201
    attempt = Attempt(alice, "/v1/games/gam_w/epochs", {"client_commitment": "33" * 32}, alice.client.bearer)
    demand_order(attempt, EPOCH)


def test_a_server_whose_clock_was_set_back_is_busy_and_the_same_key_plays_later(alice: Page) -> None:
    world = alice.client.world
    world.clock.move(timedelta(days=1))
    world.turns(alice.member, alice.game, 1)
    world.clock.move(timedelta(seconds=-6))
    answer = alice.send_play("later")
    assert code_of(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
    world.clock.move(timedelta(seconds=6))
    assert alice.send_play("later").status_code == 201


def test_refusals_say_when_or_what_to_do_next(alice: Page) -> None:
    refused = alice.send_play("tomorrow")
    assert code_of(refused) == (409, "limit_reached")
    assert refused.get_json()["retry_at"] == "2026-12-01T16:00:00.000Z"
    alice.client.world.clock.move(timedelta(days=1))
    refused = alice.send_play("tomorrow")
    assert code_of(refused) == (409, "out_of_turns")
    assert refused.get_json()["next_at"] is None
    change(alice.client.world, "UPDATE game SET state = 'paused'")
    refused = alice.send_play("tomorrow")
    assert (refused.get_json()["paused"], refused.get_json()["opens_at"]) == (True, "2026-11-01T00:00:00.000Z")
    change(alice.client.world, "UPDATE game SET state = 'live'")


def test_a_member_under_review_waits_while_others_play_on(client: Client) -> None:
    game = client.world.publish(rules("gam_x", [prize("prz_p50", units=100)], [slot("s1", 1, "prz_p50", "none")]))
    alice, bob = page_of(client, "alice", game), page_of(client, "bob", game)
    change(client.world, "UPDATE book SET under_review = 1 WHERE member = 'mem_alice'")
    bob.play()
    with pytest.raises(AssertionError, match="under_review"):
        alice.open()
    change(client.world, "UPDATE book SET under_review = 0 WHERE member = 'mem_alice'")
    alice.play()


@pytest.mark.parametrize(
    ("policy", "member", "then"),
    [
        ({"minimum_age": 18}, {"birth_date": None}, 403),
        ({"minimum_age": 18}, {"birth_date": "2010-12-02"}, 403),
        ({"minimum_age": 18, "declaration": True}, {"birth_date": None}, 201),
    ],
)
def test_the_age_is_known_from_the_brand_or_declared_where_that_is_allowed(
    client: Client, policy: dict[str, Any], member: dict[str, Any], then: int
) -> None:
    game = client.world.publish(
        rules("gam_a", [prize("prz_p50")], [slot("s1", 1, "none")]), accept_rules=True, **policy
    )
    alice = page_of(client, "alice", game, **member)
    commitment = {"client_commitment": "44" * 32}
    refused = alice.client.post(f"/v1/games/{game}/epochs", commitment)
    assert (code_of(refused), refused.get_json()["reason"]) == ((403, "not_eligible"), "age")
    rules_hash = alice.client.get(f"/v1/games/{game}").get_json()["rules_hash"]
    alice.client.post(f"/v1/games/{game}/acceptances", {"rules_hash": rules_hash, "adult": True})
    assert alice.client.post(f"/v1/games/{game}/epochs", commitment).status_code == then


@pytest.mark.parametrize(
    ("attributes", "then"),
    [
        ('{"tier": "gold", "staff": false}', 201),
        ('{"tier": "silver", "staff": false}', 201),
        ('{"tier": "iron", "staff": false}', 403),
        ('{"tier": "gold", "staff": 0}', 403),
        ('{"tier": "gold"}', 403),
        ("{}", 403),
    ],
)
def test_who_may_take_part_is_what_the_brand_has_recorded(client: Client, attributes: str, then: int) -> None:
    only = [["tier", ["gold", "silver"]], ["staff", [False]]]
    game = client.world.publish(rules("gam_a", [prize("prz_p50")], [slot("s1", 1, "none")]), only=only)
    alice = page_of(client, "alice", game, attributes=attributes)
    answer = alice.client.post(f"/v1/games/{game}/epochs", {"client_commitment": "44" * 32})
    assert answer.status_code == then
    if then == 403:
        assert (answer.get_json()["code"], answer.get_json()["reason"]) == ("not_eligible", "audience")


def test_acceptance_of_other_rules_names_those_in_force(alice: Page) -> None:
    refused = alice.client.post("/v1/games/gam_w/acceptances", {"rules_hash": "00" * 32})
    assert code_of(refused) == (409, "rules_not_accepted")
    assert refused.get_json()["rules_hash"] == alice.client.get("/v1/games/gam_w").get_json()["rules_hash"]
