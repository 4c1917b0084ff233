"""A request that is sent twice has one effect and one answer. A play keeps its own; this is for all the others."""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

import orjson
from flask import Response, current_app, request

from engage.kernel.refusals import Refusal
from engage.storage.hot import Needs
from engage.storage.idempotency import ANSWERED, ANSWERED_BY_KEY, AnsweredRequest, fingerprint, require_same
from engage.storage.work import Work
from engage.storage.writer import Command, Overtaken, Writer

REPLAYED = "Idempotency-Replayed"
Decide = Callable[[Work], tuple[int, Any]]
T = TypeVar("T")
Render: TypeAlias = Callable[[T], tuple[int, Any]]


class AnswerOnce:
    """Carries a request out and keeps its answer in the same transaction, or finds the answer that was given."""

    game: str | None = None
    alone = True

    def __init__(self, owner: str, key: str | None, print_: str, decide: Decide, game: str | None = None) -> None:
        self._owner, self._key, self._print, self._decide = owner, key, print_, decide
        self.game = game

    def needs(self, needs: Needs) -> None:
        """The answer, if this key was used."""
        if self._key is not None:
            needs.add(ANSWERED_BY_KEY, (self._owner, self._key))

    def decide(self, work: Work) -> tuple[int, str, bool]:
        """Status, body, and whether it was answered before.

        Refuses with KeyReused, then with what the request refuses.
        """
        if self._key is None:
            status, document = self._decide(work)
            return status, orjson.dumps(document).decode(), False
        known = work.find(ANSWERED_BY_KEY, (self._owner, self._key))
        if known is not None:
            require_same(known.fingerprint, self._print)
            return known.status, known.answer, True
        try:
            status, document = self._decide(work)
        except Refusal:
            self._require_not_overtaken(work, (self._owner, self._key))
            raise
        answer = orjson.dumps(document).decode()
        work.insert(ANSWERED, AnsweredRequest(self._owner, self._key, self._print, status, answer, work.now_ms))
        return status, answer, False

    def _require_not_overtaken(self, work: Work, key: tuple[str, str]) -> None:
        """What refuses may be what this very request did in another process, while this one waited for a row."""
        work.load(ANSWERED_BY_KEY, [key])
        if work.find(ANSWERED_BY_KEY, key) is not None:
            raise Overtaken

    def blame(self, _table: str) -> tuple[str, str]:
        """A member's own request is the member's; a server's is nobody's."""
        return ("member", self._owner) if self._owner.startswith("mem_") else ("", "")


class AnswerCommandOnce(AnswerOnce, Generic[T]):
    """Carries a command out that may share its transaction with others, and keeps its answer like any other."""

    def __init__(self, owner: str, key: str | None, print_: str, command: Command[T], render: Render[T]) -> None:
        super().__init__(owner, key, print_, lambda work: render(command.decide(work)), command.game)
        self._command = command
        self.alone = command.alone

    def needs(self, needs: Needs) -> None:
        """The rows of the command, and the answer if this key was used."""
        self._command.needs(needs)
        super().needs(needs)

    def blame(self, table: str) -> tuple[str, str]:
        """Whom the command blames."""
        return self._command.blame(table)


def fingerprint_of_request() -> str:
    """What makes this request the same as another."""
    return fingerprint(request.method, request.path, request.get_data())


def answer_once(  # noqa: PLR0913  a request has these parts
    writer: Writer, owner: str, key: str | None, decide: Decide, game: str | None = None, *, print_: str | None = None
) -> Response:
    """Carry the current request out once. `decide` gives the status and the document of the answer.

    `print_` is what makes the request the same as another, by default its fingerprint: for an address with a secret.

    Use it alone, not in a batch with others, when `decide` reads or writes through `work.connection`. An answer that is
    kept must hold no secret.
    """
    return _answer(writer, AnswerOnce(owner, key, print_ or fingerprint_of_request(), decide, game))


def answer_command(writer: Writer, owner: str, key: str | None, command: Command[T], render: Render[T]) -> Response:
    """Carry the current request's command out once. `render` gives the status and the document of its answer."""
    return _answer(writer, AnswerCommandOnce(owner, key, fingerprint_of_request(), command, render))


def _answer(writer: Writer, once: AnswerOnce) -> Response:
    status, body, replayed = writer.submit(once)
    answer = current_app.response_class(body, status, mimetype="application/json")
    if replayed:
        answer.headers[REPLAYED] = "true"
    return answer
