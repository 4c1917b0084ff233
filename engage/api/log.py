"""The seal of the log, open to everyone: signed heads, the proofs that it only grew, and the keys to check with."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from flask import Response
from flask_openapi import OpenAPI
from pydantic import BaseModel, ConfigDict, Field

from engage.api.shapes import Answer, Instant
from engage.events import read_after
from engage.feature import Feature, Services
from engage.kernel.clock import render_ms
from engage.kernel.refusals import InvalidRequest, NotFound
from engage.ledger import LogTree, TileCache, find_checkpoint, render_leaves
from engage.web import ANYONE, Routes, json_answer, request_connection

MAX_SIZE = 2**53 - 1
PUBLIC_EVENTS = frozenset({"revision.published"})

Size = Annotated[int, Field(ge=1, le=MAX_SIZE, description="a number of leaves, which is a number of events")]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in lower-case hex")]


class CheckpointQuery(BaseModel):
    """Which checkpoint: the one of exactly this size, or the last."""

    model_config = ConfigDict(extra="forbid")
    size: Size | None = None


class CheckpointAnswer(Answer):
    """A signed head of the log.

    `signature` covers `engage checkpoint`, a zero byte, and JCS({head, origin, size, time}).
    """

    origin: Annotated[str, Field(description="the log's name: the fingerprint of the deployment's first key")]
    size: Size
    head: Hash
    time: Instant
    signature: Annotated[str, Field(description="Ed25519, base64url without padding")]


class ConsistencyQuery(BaseModel):
    """From which size to which."""

    model_config = ConfigDict(extra="forbid")
    old: Annotated[Size, Field(alias="from")]
    new: Annotated[Size, Field(alias="to")]


class ConsistencyAnswer(Answer):
    """The RFC 6962 proof that the log of `to` events begins with the log of `from` events."""

    old: Annotated[Size, Field(alias="from")]
    new: Annotated[Size, Field(alias="to")]
    path: list[Hash]


class ProofQuery(BaseModel):
    """Which event, in the log of which size."""

    model_config = ConfigDict(extra="forbid")
    position: Annotated[int, Field(ge=1, le=MAX_SIZE, description="the event's position; its leaf is one less")]
    size: Size


class ProofAnswer(Answer):
    """The RFC 6962 audit path of an event, from the leaf up."""

    position: int
    size: Size
    leaf_hash: Hash
    path: list[Hash]
    leaf: Annotated[
        str | None, Field(description="what was hashed, as text, if the event is public: a revision that was published")
    ]


class JsonWebKeySet(Answer):
    """Public keys as in RFC 7517; Ed25519 ones as in RFC 8037."""

    keys: list[dict[str, str]]


def register(app: OpenAPI, services: Services, features: Sequence[Feature]) -> None:
    """Add the four routes. None needs a credential."""
    routes, cache = Routes(app, "log", "What an outsider needs to see that history only grows."), TileCache()

    @routes.add("get", "/log/checkpoint", ANYONE, {200: CheckpointAnswer}, [NotFound])
    def get_log_checkpoint(query: CheckpointQuery) -> Response:
        """The last signed head of the log, or the one of a given size. Refuses with NotFound."""
        found = find_checkpoint(request_connection(), query.size)
        if found is None:
            raise NotFound("There is no checkpoint of this size." if query.size else "Nothing has been sealed yet.")
        return json_answer(
            {
                "origin": services.keyring.origin,
                "size": found.size,
                "head": found.head,
                "time": render_ms(found.recorded_at),
                "signature": found.signature,
            }
        )

    @routes.add("get", "/log/consistency", ANYONE, {200: ConsistencyAnswer})
    def get_log_consistency(query: ConsistencyQuery) -> Response:
        """The proof that the log only grew from one size to another. Refuses with InvalidRequest."""
        _require_ordered("from", query.old, "to", query.new)
        tree = _access_tree(request_connection(), cache, "to", query.new)
        path = tree.consistency_path(query.old, query.new)
        return json_answer({"from": query.old, "to": query.new, "path": [node.hex() for node in path]})

    @routes.add("get", "/log/proof", ANYONE, {200: ProofAnswer})
    def get_log_proof(query: ProofQuery) -> Response:
        """The proof that an event is in the log of a given size. Refuses with InvalidRequest."""
        _require_ordered("position", query.position, "size", query.size)
        connection = request_connection()
        tree = _access_tree(connection, cache, "size", query.size)
        path = tree.audit_path(query.position - 1, query.size)
        leaf, text = tree.leaf(query.position - 1), _find_public_leaf(connection, query.position)
        return json_answer(
            {
                "position": query.position,
                "size": query.size,
                "leaf_hash": leaf.hex(),
                "path": [node.hex() for node in path],
                "leaf": text,
            }
        )

    @routes.add("get", "/.well-known/jwks.json", ANYONE, {200: JsonWebKeySet})
    def get_signing_keys() -> Response:
        """The public keys that epochs, receipts, closes and checkpoints are signed with, and those of credentials."""
        connection = request_connection()
        more = [key for feature in features for key in feature.public_keys(connection)]
        return json_answer({"keys": [*services.keyring.jwks()["keys"], *more]})


def _require_ordered(low_name: str, low: int, high_name: str, high: int) -> None:
    """Refuses with InvalidRequest unless low ≤ high."""
    if low > high:
        message = f"{low_name} is greater than {high_name}"
        raise InvalidRequest(f"{message}.", errors=[{"field": low_name, "message": message}])


def _access_tree(connection: sa.Connection, cache: TileCache, name: str, size: int) -> LogTree:
    """The tree, if it has reached this size. Refuses with InvalidRequest."""
    tree = LogTree(connection, cache)
    if tree.size() < size:
        message = "the log is not sealed that far"
        raise InvalidRequest(f"{name}: {message}.", errors=[{"field": name, "message": message}])
    return tree


def _find_public_leaf(connection: sa.Connection, position: int) -> str | None:
    """A leaf's text if its event is everybody's business. Such events have no receipt."""
    event = read_after(connection, position - 1, 1)[0]
    if event.name not in PUBLIC_EVENTS:
        return None
    return render_leaves(connection, [event], lambda _connection, _subjects: {})[0].decode()
