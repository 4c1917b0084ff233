"""The seal at work: one reader of the log appends the leaves, one job signs the head."""

from engage.events import Subscriber
from engage.fairness import Keyring
from engage.feature import Services
from engage.jobs.schedule import Job
from engage.ledger import LogSeal, ReadReceiptHashes

BATCH = 256
GATHER_SECONDS = 1.0


def make_seal(keyring: Keyring, read_receipt_hashes: ReadReceiptHashes) -> LogSeal:
    """The seal that signs with the deployment's key; `read_receipt_hashes` is the games' part of a leaf."""

    def sign(label: str, payload: bytes) -> str:
        return keyring.current.sign(label, payload)

    return LogSeal(read_receipt_hashes, lambda: keyring.origin, sign)


def seal_subscriber(seal: LogSeal) -> Subscriber:
    """The reader of the log that appends leaves; nobody waits for one, so it lets events gather."""
    return Subscriber("seal", BATCH, seal.append, GATHER_SECONDS)


def checkpoint_job(seal: LogSeal, every_seconds: float) -> Job:
    """Signs the head of what was sealed, if the log grew: at least every ten minutes (`every_seconds` ≤ 600)."""

    def run(services: Services) -> None:
        services.writer.run(seal.sign_head)

    return Job("checkpoint", every_seconds, run)
