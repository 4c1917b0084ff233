"""Credentials of awards: what a published badge and an award of it make of Open Badges 3.0, and what was revoked.

Nothing but the award's own random id tells of whom one is, so a credential can be shown without saying who one is here.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from badges.credentials import Achievement, Awarded, Evidence, Issuer, revocation_list
from badges.green_year import GreenYear
from badges.holdings import find_badge
from badges.tables import Award, badge_revocation
from engage.catalogue import Entry, read_entries, text_in
from engage.kernel.refusals import NotFound
from engage.kernel.sealing import Sealer
from engage.web import gettext, speaking

ISSUERS, KEYS, REVOCATIONS = "/badges/issuers", "/badges/keys", "/badges/revocations.json"
GREEN_PURPOSE = "green year"
BADGE = "badge"


@dataclass(frozen=True)
class Issuing:
    """Makes credentials. `base_url` is where this server is reached from outside, without a slash at its end."""

    base_url: str
    sealer: Sealer

    def credential(self, award: Award, entry: Entry, locale: str) -> Awarded:
        """The credential of an award, in the organiser's language that is nearest to a locale."""
        language = language_of(entry, locale)
        tier = next(each for each in entry.document["tiers"] if each["id"] == award.tier)
        achievement = Achievement(
            f"{self.base_url}/badges/{entry.id}/{tier['id']}",
            name_of(entry, tier, language),
            text_in(entry.document["description"], language),
            text_in(entry.document["how"], language),
            self.base_url + art_address(entry, award.tier, award.id),
            language,
        )
        address = f"{self.base_url}/b/{award.id}/credential"
        issuer = self.issuer(entry, language)
        return Awarded(address, issuer, achievement, award.awarded_at, award.expires_at, self.base_url + REVOCATIONS)

    def issuer(self, entry: Entry, language: str) -> Issuer:
        """Who issues the badges of a campaign: its organiser."""
        name = text_in(entry.document["organiser"], language)
        return Issuer(f"{self.base_url}{ISSUERS}/{entry.campaign}", name, self.base_url)

    def green_year(self, member: str, year: GreenYear, entry: Entry, locale: str, now_ms: int) -> Awarded:
        """A member's green year as a credential of its own, issued by the organiser of a badge's campaign.

        It says what had been recorded at the instant from which it is valid, which stays true: it has no status.
        """
        language = language_of(entry, locale)
        secret = self.sealer.fingerprints(f"{member} {year.year}".encode(), GREEN_PURPOSE)[0]
        with speaking(language):
            achievement = Achievement(
                f"{self.base_url}/badges/green-year/{year.year}",
                gettext("A green year {year}", year=str(year.year)),
                gettext("Things that were brought back, recycled or bought second-hand."),
                gettext("Each is an event that the organiser has recorded."),
                f"{self.base_url}/badges/green-year.svg",
                language,
            )
            evidence = tuple(
                Evidence(what, gettext("{quantity} pieces", quantity=str(quantity)))
                for what, quantity in year.quantities.items()
            )
        issuer, address = self.issuer(entry, language), UUID(bytes=bytes.fromhex(secret)[:16], version=4).urn
        return Awarded(address, issuer, achievement, now_ms, None, None, evidence)

    def revocations(self, connection: sa.Connection) -> dict[str, Any]:
        """The list of all credentials that were revoked."""
        awards = connection.execute(sa.select(badge_revocation.c.award).order_by(badge_revocation.c.award)).scalars()
        revoked = [f"{self.base_url}/b/{award}/credential" for award in awards]
        return revocation_list(self.base_url + REVOCATIONS, self.base_url, revoked)


def get_revision(connection: sa.Connection, award: Award) -> Entry:
    """The revision of the badge that an award is of."""
    entry = find_badge(connection, award.badge, award.revision)
    assert entry is not None, "revisions are never removed"
    return entry


def get_issuing_entry(connection: sa.Connection, campaign: str | None = None) -> Entry:
    """The last badge to be published, of a campaign if one is named. Refuses with NotFound if there is none."""
    entries = [each for each in read_entries(connection, BADGE) if campaign in (None, each.campaign)]
    if not entries:
        raise NotFound("Nobody issues badges here.")
    return max(entries, key=lambda entry: (entry.recorded_at, entry.id))


def language_of(entry: Entry, locale: str) -> str:
    """The organiser's language that is nearest to a locale, else the first."""
    languages: list[str] = entry.document["languages"]
    base = locale.partition("-")[0]
    near = (each for each in languages if each == locale or each.partition("-")[0] == base)
    return next(near, languages[0])


def name_of(entry: Entry, tier: dict[str, Any], locale: str) -> str:
    """What a tier of a badge is called: the badge's name, with the tier's where it has one."""
    name, of_tier = text_in(entry.document["name"], locale), text_in(tier["name"], locale)
    return f"{name} · {of_tier}" if of_tier else name


def art_address(entry: Entry, tier: str, award: str | None = None) -> str:
    """Where a badge's picture is. Of a secret one it is shown with an award only."""
    proof = f"&award={award}" if award is not None and entry.document["secret"] else ""
    return f"/badges/{entry.id}.svg?tier={tier}&n={entry.n}{proof}"
