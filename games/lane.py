"""A well-formed play's way past Flask: the same checks, the same command, the same bytes, a fifth of the overhead.

Whatever is unusual about a request (a token that was not read before, a cookie that is to be renewed, a body that is
not just so) goes to the view, which says what is wrong.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response

from engage.feature import Services
from engage.kernel.refusals import Refusal
from engage.storage.idempotency import fingerprint
from engage.web import KEY_PATTERN, REPLAYED, Edge, finish_headers, problem_of, problem_of_fault
from games.desk import Desk
from games.play import Play

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = re.compile(r"/v1/games/([!-.0-~]{1,64})/plays")
SEED = re.compile(r"[0-9a-f]{64}")
EPOCH = re.compile(r"[!-~]{1,64}")
KEY = re.compile(KEY_PATTERN)
FIELDS = {"epoch", "client_seed"}
MAX_BODY = 1024


class PlayLane:
    """Stands before an application and answers the plays that it understands."""

    def __init__(self, following: "WSGIApplication", services: Services, desk: Desk, edge: Edge) -> None:
        self._next, self._services, self._desk, self._edge = following, services, desk, edge

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a play, or hand the request on untouched."""
        if environ["REQUEST_METHOD"] == "POST":
            path = PATH.fullmatch(environ["PATH_INFO"])
            command = path and self._read(environ, path[1])
            if command:
                return self._play(command, environ, start_response)
        return self._next(environ, start_response)

    def _read(self, environ: "WSGIEnvironment", game: str) -> Play | None:
        """The command of a request that is just as it should be; None leaves the request as it came."""
        member = self._edge.find_known_member(environ)
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
        length = environ.get("CONTENT_LENGTH") or ""
        if member is None or not KEY.fullmatch(key) or not length.isdecimal() or int(length) > MAX_BODY:
            return None
        data = environ["wsgi.input"].read(int(length))
        body = _parse(data)
        if body is None:
            environ["wsgi.input"] = BytesIO(data)
            return None
        mark = fingerprint("POST", environ["PATH_INFO"], data)
        return Play(self._desk, member, game, body["epoch"], body.get("client_seed"), key, mark)

    def _play(self, command: Play, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            self._edge.limit.require(command.member)
            self._desk.decks.prepare(self._services.reader, command.game)
            played = self._services.writer.submit(command)
        except Refusal as refusal:
            now_ms = self._services.clock.now_ms()
            return _send(problem_of(refusal, environ["PATH_INFO"], now_ms), environ, start_response)
        except Exception as fault:  # noqa: BLE001  as in the view: whatever it is, the client gets an answer
            return _send(problem_of_fault(fault, "POST", environ["PATH_INFO"]), environ, start_response)
        data = played.row.answer.encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(data))),
            *finish_headers(environ.get("HTTP_X_REQUEST_ID", "")),
        ]
        if played.replayed:
            headers.append((REPLAYED, "true"))
        start_response("200 OK" if played.replayed else "201 CREATED", headers)
        return [data]


def _send(answer: Response, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    for name, value in finish_headers(environ.get("HTTP_X_REQUEST_ID", "")):
        answer.headers[name] = value
    return answer(environ, start_response)


def _parse(data: bytes) -> dict[str, Any] | None:
    """The body if it has just the fields of a play, each as it should be."""
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict) or not body.keys() <= FIELDS:
        return None
    epoch, seed = body.get("epoch"), body.get("client_seed")
    if not isinstance(epoch, str) or not EPOCH.fullmatch(epoch):
        return None
    if seed is not None and not (isinstance(seed, str) and SEED.fullmatch(seed)):
        return None
    return body
