"""What a process keeps in order to play.

The parsed revisions, the open decks, the key that signs, the key that unseals.
"""

from engage.fairness import Keyring
from engage.kernel.sealing import Sealer
from games.decks import Decks
from games.revisions import Revisions

SEED_PURPOSE = "epoch seed"


class Desk:
    """Lent to every command that opens an epoch or plays."""

    def __init__(self, sealer: Sealer, keyring: Keyring) -> None:
        self._sealer, self._keyring = sealer, keyring
        self.revisions = Revisions()
        self.decks = Decks(sealer)

    def sign(self, label: str, payload: bytes) -> str:
        """FAIRNESS's `sign(t, x)` by the deployment's key, in base64url without padding."""
        return self._keyring.current.sign(label, payload)

    def seal_seed(self, seed: bytes) -> bytes:
        """A server seed as it is stored."""
        return self._sealer.seal(seed, SEED_PURPOSE)

    def open_seed(self, sealed: bytes) -> bytes:
        """A server seed for a draw or for its reveal."""
        return self._sealer.open(sealed, SEED_PURPOSE)
