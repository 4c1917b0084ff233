"""An outsider with the public answers and the verifier's functions: honest growth passes, rewriting does not."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from flask_openapi import Info, OpenAPI

from engage.api.log import register
from engage.events import SubscriberLoop
from engage.fairness import Keyring, ensure_signing_key
from engage.fairness.verifier import PublicKey, canonical, check_consistency, leaf_hash, path_head, signed_message
from engage.feature import Services
from engage.jobs import checkpoint_job, make_seal, seal_subscriber
from engage.kernel.sealing import Sealer
from engage.settings import Settings
from engage.web import open_edge, refuse_invalid
from games.turns import grant_turns
from tests.support.log import GAME, Log, open_log, tamper

ALICE = "mem_alice"
SECRET = "a secret that only this test knows of"


@dataclass
class Operator:
    """The deployment: its log, its seal, and its public answers."""

    log: Log
    services: Services
    client: FlaskClient

    def live(self, rounds: int) -> None:
        """Let things happen, seal them and sign the head."""
        for _ in range(rounds):
            self.log.give(ALICE, 1, f"turns:trn_{self.log.clock.now_ms()}_{self.size()}")
            self.log.happen(2)
        self.seal()

    def seal(self) -> None:
        """Seal all there is and sign its head."""
        seal = make_seal(self.services.keyring, lambda _connection, _subjects: {})
        SubscriberLoop(self.log.writer, self.log.reader, [seal_subscriber(seal)]).catch_up()
        checkpoint_job(seal, self.services.settings.seal_seconds).run(self.services)

    def size(self) -> int:
        """How many events there are."""
        with self.log.reader.connect() as connection:
            return int(connection.exec_driver_sql("SELECT n FROM log_head").scalar_one())


@pytest.fixture
def operator(migrated_url: str) -> Iterator[Operator]:
    with open_log(migrated_url) as log:
        settings = Settings(database_url=migrated_url, secret_keys=(SECRET,))
        sealer = Sealer(settings.secret_keys)
        log.writer.run(lambda work: ensure_signing_key(work, sealer))
        log.join(ALICE)
        keyring = Keyring(log.reader, sealer)
        services = Services(settings, log.clock, log.writer, log.reader, sealer, keyring, grant_turns)
        app = OpenAPI(__name__, info=Info(title="the log", version="1"), validation_error_callback=refuse_invalid)
        open_edge(app, settings, log.clock, log.reader)
        register(app, services, ())
        yield Operator(log, services, app.test_client())


class Rewritten(Exception):  # noqa: N818  what the outsider says
    """History is not what it was."""


@dataclass
class Outsider:
    """Keeps the last head that was accepted, and trusts nothing that is not proven against it."""

    client: FlaskClient
    origin: str = ""
    size: int = 0
    head: bytes = b""

    def get(self, path: str) -> dict[str, Any]:
        """A public answer."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = orjson.loads(answer.data)
        return document

    def follow(self) -> None:
        """Accept the newest checkpoint, if it is signed and its log begins with the one that is known."""
        checkpoint = self.get("/log/checkpoint")
        self._require_signed(checkpoint)
        size, head = checkpoint["size"], bytes.fromhex(checkpoint["head"])
        if self.size:
            self._require_grown(checkpoint["origin"], size, head)
        self.origin, self.size, self.head = checkpoint["origin"], size, head

    def _require_signed(self, checkpoint: dict[str, Any]) -> None:
        signature = urlsafe_b64decode(checkpoint.pop("signature") + "==")
        message = signed_message("engage checkpoint", canonical(checkpoint))
        for jwk in self.get("/.well-known/jwks.json")["keys"]:
            if PublicKey(urlsafe_b64decode(jwk["x"] + "=")).verify(message, signature):
                return
        raise Rewritten("this checkpoint is not signed")

    def _require_grown(self, origin: str, size: int, head: bytes) -> None:
        if origin != self.origin or size < self.size:
            raise Rewritten("this is another log, or a shorter one")
        path = self.get(f"/log/consistency?from={self.size}&to={size}")["path"]
        if not check_consistency(self.size, self.head, size, head, [bytes.fromhex(node) for node in path]):
            raise Rewritten("the log of then is not the beginning of the log of now")

    def find_leaf(self, position: int) -> tuple[bytes, str | None]:
        """The proven leaf hash at a position of the log that is known, and its text if that is public."""
        proof = self.get(f"/log/proof?position={position}&size={self.size}")
        leaf = bytes.fromhex(proof["leaf_hash"])
        path = [bytes.fromhex(node) for node in proof["path"]]
        assert path_head(leaf, position - 1, self.size, path) == self.head
        return leaf, proof["leaf"]


def rewrite(operator: Operator, url: str, *statements: str) -> None:
    """What an operator would do who wants another past: change it, and build and sign the tree anew."""
    tamper(url, *statements, "DELETE FROM log_tile", "DELETE FROM checkpoint", "DELETE FROM subscriber")
    operator.seal()


def test_a_log_that_only_grows_is_accepted_again_and_again(operator: Operator) -> None:
    outsider = Outsider(operator.client)
    for rounds in (1, 3, 1, 90, 2):
        operator.live(rounds)
        outsider.follow()
        outsider.follow()
    assert outsider.size == operator.size() == 3 * 97


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount = 100 WHERE cause = (SELECT subject FROM event WHERE position = 1)",
        "UPDATE event SET name = 'game.killed' WHERE position = 2",
        "UPDATE event SET recorded_at = recorded_at + 1 WHERE position = 9",
    ],
)
def test_a_past_that_was_rewritten_and_signed_anew_is_caught(
    operator: Operator, migrated_url: str, statement: str
) -> None:
    outsider = Outsider(operator.client)
    operator.live(3)
    outsider.follow()
    rewrite(operator, migrated_url, statement)
    with pytest.raises(Rewritten, match="not the beginning"):
        outsider.follow()
    operator.live(4)
    with pytest.raises(Rewritten, match="not the beginning"):
        outsider.follow()


def test_a_log_that_lost_its_end_is_caught_before_and_after_it_has_grown_over_it(
    operator: Operator, migrated_url: str
) -> None:
    outsider = Outsider(operator.client)
    operator.live(3)
    outsider.follow()
    rewrite(operator, migrated_url, "DELETE FROM event WHERE position = 9", "UPDATE log_head SET n = 8")
    with pytest.raises(Rewritten, match="a shorter one"):
        outsider.follow()
    operator.log.clock.move(timedelta(minutes=1))
    operator.log.happen(7)
    operator.seal()
    with pytest.raises(Rewritten, match="not the beginning"):
        outsider.follow()


def test_a_head_that_is_not_signed_is_not_accepted(operator: Operator, migrated_url: str) -> None:
    operator.live(1)
    tamper(migrated_url, "UPDATE checkpoint SET head = replace(head, '1', '2')")
    with pytest.raises(Rewritten, match="not signed"):
        Outsider(operator.client).follow()


def test_a_published_revision_stands_in_the_log_for_everyone_to_read(operator: Operator) -> None:
    operator.live(2)
    operator.log.writer.run(
        lambda work: work.append("revision.published", "revision:gam_wheel#1", '{"rules_hash":"ab"}', game=GAME)
    )
    operator.live(2)
    outsider = Outsider(operator.client)
    outsider.follow()
    leaf, text = outsider.find_leaf(7)
    assert text is not None
    assert leaf_hash(text.encode()) == leaf
    assert '"rules_hash\\":\\"ab\\"' in text


def test_every_event_is_proven_but_a_members_is_not_told(operator: Operator) -> None:
    operator.live(100)
    outsider = Outsider(operator.client)
    outsider.follow()
    for position in (1, 2, 128, 256, 257, 300):
        _leaf, text = outsider.find_leaf(position)
        assert text is None


def test_an_older_checkpoint_can_be_asked_for(operator: Operator) -> None:
    operator.live(1)
    operator.live(1)
    outsider = Outsider(operator.client)
    assert [outsider.get(f"/log/checkpoint?size={size}")["size"] for size in (3, 6)] == [3, 6]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/log/checkpoint?size=2", 404, "not_found"),
        ("/log/consistency?from=3&to=2", 422, "invalid_request"),
        ("/log/consistency?from=1&to=4", 422, "invalid_request"),
        ("/log/proof?position=3&size=2", 422, "invalid_request"),
        ("/log/proof?position=1&size=4", 422, "invalid_request"),
        ("/log/checkpoint?size=0", 422, "invalid_request"),
        ("/log/checkpoint?x=1", 422, "invalid_request"),
        ("/log/consistency?from=1", 422, "invalid_request"),
        ("/log/proof?position=a&size=1", 422, "invalid_request"),
        (f"/log/proof?position=1&size={2**63}", 422, "invalid_request"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused(operator: Operator, path: str, status: int, code: str) -> None:
    operator.live(1)
    answer = operator.client.get(path)
    assert (answer.status_code, orjson.loads(answer.data)["code"]) == (status, code)


def test_before_anything_is_sealed_there_is_no_checkpoint(operator: Operator) -> None:
    assert operator.client.get("/log/checkpoint").status_code == 404


def test_the_contract_describes_every_answer(operator: Operator) -> None:
    paths = Outsider(operator.client).get("/openapi/openapi.json")["paths"]
    for path in ("/log/checkpoint", "/log/consistency", "/log/proof", "/.well-known/jwks.json"):
        assert "$ref" in paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
