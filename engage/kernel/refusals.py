"""Expected answers of "no". Each has a stable code, an HTTP status and the way out; everything else is a fault.

Refusal
├── Unauthenticated 401        no valid credential
├── Forbidden 403              the credential may not do this
├── TooFast 429                later, at `retry_at`
├── InvalidRequest 400/422     names the field
├── KeyReused 422              the idempotency key belongs to another request
├── NotFound 404               no such thing for this actor
├── UnderReview 409            quarantined until two people lift it
├── GameNotOpen 409            `opens_at`, `closes_at`, `paused`
├── NotEligible 403            `reason`: insider, age, audience
├── RulesNotAccepted 409       `rules_hash` to accept
├── OwnLimit 409               the member's own limit
├── LimitReached 409           the game's limit, `retry_at`
├── OutOfTurns 409             `next_at`
├── EpochEnded 409             open the next epoch
├── SeedMismatch 422           the seed is not the one committed to
├── SeedUsed 409               the commitment was used before
├── SoldOut 409                nothing left to draw from
├── NotOpen 409                not begun, paused or over: `opens_at`, `closes_at`, `paused`
├── TooFewPoints 409           `missing` points
├── PointsHeld 409             enough points, but some are held: `missing`, `held`
├── NotWon 409                 nobody has won this voucher
├── Revoked 409                the brand took the voucher back
├── NotRevealed 409            its winner has not looked at the code yet
├── AlreadyUsed 409            `used_at`, `store`
├── Expired 409                `expired_at`
├── TooLate 409                what could be undone can't be any more
├── MethodNotAllowed 405       the path knows other methods
├── TooLarge 413               send less at a time
├── Conflict 409               the thing is in another state than the request needs
└── Busy 503                   nothing is known to be lost: same key again
"""

from collections.abc import Mapping
from typing import TypeAlias

FieldValue: TypeAlias = str | int | bool | list[dict[str, str]] | None


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not an error
    """A named "no": `code` never changes, `detail` says what to do, `fields` carry what a program needs."""

    code = "refused"
    status = 400
    title = "Refused"

    def __init__(self, detail: str, **fields: FieldValue) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields: Mapping[str, FieldValue] = fields


class Unauthenticated(Refusal):
    """No valid credential came with the request."""

    code, status, title = "unauthenticated", 401, "Sign in first"


class Forbidden(Refusal):
    """The credential is valid but may not do this."""

    code, status, title = "forbidden", 403, "Not allowed with this credential"


class TooFast(Refusal):
    """Too many requests, or too many epochs, in too short a time."""

    code, status, title = "too_fast", 429, "Too many requests"


class InvalidRequest(Refusal):
    """A field is missing, unknown or out of range; `errors` names each."""

    code, status, title = "invalid_request", 422, "The request is not valid"


class MalformedRequest(InvalidRequest):
    """The body is no JSON object or is too large to be read."""

    status = 400


class KeyReused(Refusal):
    """The idempotency key was used for another request."""

    code, status, title = "key_reused", 422, "This Idempotency-Key belongs to another request"


class NotFound(Refusal):
    """There is no such thing, or it is not this actor's to see."""

    code, status, title = "not_found", 404, "Not found"


class UnderReview(Refusal):
    """A check found numbers that do not add up; two people must look before this goes on."""

    code, status, title = "under_review", 409, "Under review"


class GameNotOpen(Refusal):
    """The game has not begun, is paused, or is over."""

    code, status, title = "game_not_open", 409, "The game is not open"


class NotEligible(Refusal):
    """This member may not take part; `reason` says why."""

    code, status, title = "not_eligible", 403, "Not eligible"


class RulesNotAccepted(Refusal):
    """The rules of this revision have to be accepted first."""

    code, status, title = "rules_not_accepted", 409, "Accept the rules first"


class OwnLimit(Refusal):
    """The member's own limit has been reached."""

    code, status, title = "own_limit", 409, "Your own limit is reached"


class LimitReached(Refusal):
    """The game's limit for this member has been reached."""

    code, status, title = "limit_reached", 409, "The limit is reached"


class OutOfTurns(Refusal):
    """No turn is left."""

    code, status, title = "out_of_turns", 409, "No turn left"


class EpochEnded(Refusal):
    """The epoch is over or another one was opened since."""

    code, status, title = "epoch_ended", 409, "This epoch has ended"


class SeedMismatch(Refusal):
    """The seed is not the one that the epoch was opened with."""

    code, status, title = "seed_mismatch", 422, "The seed does not match its commitment"


class SeedUsed(Refusal):
    """The commitment has been used before."""

    code, status, title = "seed_used", 409, "This commitment was used before"


class SoldOut(Refusal):
    """Nothing is left to draw from."""

    code, status, title = "sold_out", 409, "Sold out"


class NotOpen(Refusal):
    """What was asked for has not begun, is paused, or is over."""

    code, status, title = "not_open", 409, "It is not open"


class TooFewPoints(Refusal):
    """The member has too few points, by `missing`."""

    code, status, title = "too_few_points", 409, "Too few points"


class PointsHeld(Refusal):
    """The member has enough points, but so many of them are held that `missing` are not free."""

    code, status, title = "held", 409, "Some of the points are held"


class NotWon(Refusal):
    """The voucher exists, but nobody has won it: whoever shows its code did not get it from here."""

    code, status, title = "not_won", 409, "Nobody has won this voucher"


class Revoked(Refusal):
    """The brand took the voucher back."""

    code, status, title = "revoked", 409, "This voucher was taken back"


class NotRevealed(Refusal):
    """The winner has not looked at the code yet, so whoever shows it is not the winner."""

    code, status, title = "not_revealed", 409, "The code was not revealed yet"


class AlreadyUsed(Refusal):
    """The voucher was used before, at `used_at`."""

    code, status, title = "already_used", 409, "Used already"


class Expired(Refusal):
    """The time to use or claim it has passed, at `expired_at`."""

    code, status, title = "expired", 409, "Expired"


class TooLate(Refusal):
    """What could be undone for a while can't be undone any more."""

    code, status, title = "too_late", 409, "Too late to undo"


class MethodNotAllowed(Refusal):
    """This path does not know this method; the header `Allow` names those that it knows."""

    code, status, title = "method_not_allowed", 405, "Method not allowed"


class TooLarge(Refusal):
    """The body is larger than 64 KiB, or than 1 MiB where many things may be sent at once."""

    code, status, title = "too_large", 413, "The body is too large"


class Conflict(Refusal):
    """The thing is in another state than the request needs."""

    code, status, title = "conflict", 409, "Not in this state"


class Busy(Refusal):
    """The outcome is not known yet, or nothing was begun; the same request with the same key is safe."""

    code, status, title = "busy", 503, "Busy, try again with the same key"
