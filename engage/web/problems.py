"""Every "no" as RFC 9457 problem+json, by one handler. Whatever is not a refusal is a fault: 500, no detail outside."""

from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from engage.kernel.clock import Clock, parse, to_ms
from engage.kernel.fields import find_faults
from engage.kernel.refusals import InvalidRequest, MalformedRequest, MethodNotAllowed, NotFound, Refusal, TooLarge
from engage.web.queries import release

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 1
SECOND_MS = 1000

HTTP_REFUSALS: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}
HTTP_DETAILS = {
    404: "There is nothing at this address. Perhaps the link is old, or a part of it got lost.",
    405: "This address does not know this method; the header Allow names those that it knows.",
    413: "The body is too large: 64 KiB are the limit, 1 MiB where many things may be sent at once.",
}
NOT_AS_IT_SHOULD_BE = "Something in this address or form is not as it should be. Go back and try again."
NOT_NOW = "This can't be done as things stand. Go back and look again, or try a little later."
NO_ROUTE = "There is nothing at this address. The reference is at /docs."
API = "/v1/"
FAULT = Refusal("Something is wrong on our side. It has been recorded.")
FAULT.code, FAULT.status, FAULT.title = "fault", 500, "A fault"

log = structlog.get_logger()


class Problem(BaseModel):
    """A refusal (RFC 9457).

    `code` never changes; `detail` says what to do; further fields carry what a program needs.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str = Field(examples=["out_of_turns"])
    detail: str
    instance: str


PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def is_api(path: str) -> bool:
    """Whether an address belongs to the programs' side, where a problem is never a page."""
    return path.startswith(API)


def say_plainly(status: int) -> str:
    """What people are told whose language has no words for the detail of a refusal."""
    return NOT_AS_IT_SHOULD_BE if status in {MalformedRequest.status, InvalidRequest.status} else NOT_NOW


def problem_of(refusal: Refusal, instance: str, now_ms: int) -> Response:
    """A refusal as a response; `Retry-After` where waiting helps."""
    document: dict[str, Any] = {
        "type": f"/docs/problems#{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.detail,
        "instance": instance,
        **refusal.fields,
    }
    answer = Response(orjson.dumps(document), refusal.status, mimetype=MEDIA_TYPE)
    retry_at = refusal.fields.get("retry_at")
    if refusal.code == "busy":
        answer.headers["Retry-After"] = str(BUSY_SECONDS)
    elif refusal.code == "too_fast" and isinstance(retry_at, str):
        answer.headers["Retry-After"] = str(max(1, -(-(to_ms(parse(retry_at)) - now_ms) // SECOND_MS)))
    elif refusal.code == "unauthenticated":
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problem_of_fault(fault: Exception, method: str, path: str, route: str = "", request_id: str = "") -> Response:
    """A bug as a response: the log gets the places that it came through, the client no detail.

    `route` is the path without what it names, where that may tell who somebody is.
    """
    log.error("request_failed", method=method, route=route or path, request_id=request_id, exc_info=fault)
    return problem_of(FAULT, path, 0)


def invalid_fields(fault: ValidationError) -> InvalidRequest:
    """The refusal that names each field which pydantic did not accept; nothing of the input is repeated."""
    errors = [{"field": field, "message": reason} for field, reason in find_faults(fault, "body")]
    named = ", ".join(sorted({error["field"] for error in errors}))
    return InvalidRequest(f"These fields are not valid: {named}.", errors=errors)


def handle_problems(app: Flask, clock: Clock) -> None:
    """Let every refusal, every HTTP error and every fault of this application be answered as a problem."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return problem_of(refusal, request.path, clock.now_ms())

    @app.errorhandler(HTTPException)
    def failed(fault: HTTPException) -> Response:
        if isinstance(fault.response, Response):
            return fault.response
        kind = HTTP_REFUSALS.get(fault.code or 0, MalformedRequest)
        detail = HTTP_DETAILS.get(fault.code or 0, fault.description or fault.name)
        if kind is NotFound and is_api(request.path):
            detail = NO_ROUTE
        answer = problem_of(kind(detail), request.path, clock.now_ms())
        answer.headers.extend((name, value) for name, value in fault.get_headers() if name == "Allow")
        return answer

    @app.errorhandler(Exception)
    def broken(fault: Exception) -> Response:
        release()  # a transaction in which a statement failed is good for nothing more on PostgreSQL
        route = request.url_rule.rule if request.url_rule else ""
        return problem_of_fault(fault, request.method, request.path, route, g.request_id)
