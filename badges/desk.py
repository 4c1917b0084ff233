"""What the routes of the shelf share: the makers of credentials and pictures, and the key that signs."""

from dataclasses import dataclass

import sqlalchemy as sa

from badges.baking import bake
from badges.credentials import Awarded
from badges.issuing import KEYS, Issuing, get_revision, language_of
from badges.keys import CredentialKeys
from badges.pictures import Pictures
from badges.tables import Award
from engage.feature import Services


@dataclass(frozen=True)
class Desk:
    """Credentials and pictures. Whoever signs must hold no connection: the first credential of all makes the key."""

    issuing: Issuing
    keys: CredentialKeys
    pictures: Pictures

    def credential(self, connection: sa.Connection, award: Award, locale: str) -> Awarded:
        """What an award is as a credential."""
        return self.issuing.credential(award, get_revision(connection, award), locale)

    def svg(self, connection: sa.Connection, award: Award, locale: str) -> str:
        """An award's medal."""
        entry = get_revision(connection, award)
        return self.pictures.svg(connection, entry, award.tier, language_of(entry, locale))

    def sign(self, credential: Awarded) -> str:
        """The credential as a VC-JWT."""
        return self.keys.current().sign(credential.document(), self.issuing.base_url + KEYS)

    def bake(self, credential: Awarded, svg: str) -> bytes:
        """The medal as PNG with the credential in it."""
        return bake(self.pictures.png(svg), self.sign(credential))


def open_desk(services: Services) -> Desk:
    """The desk of an application."""
    base_url = services.settings.base_url.rstrip("/")
    keys = CredentialKeys(services.writer, services.reader, services.sealer)
    return Desk(Issuing(base_url, services.sealer), keys, Pictures())
