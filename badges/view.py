"""What a member is shown of badges and collections: held and locked ones, progress, rarity, and how to get the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from badges.documents import BADGE_KIND, COLLECTION_KIND
from badges.holdings import Held, Holdings, rule_of
from badges.issuing import art_address
from badges.steps import Progress, read_progress
from badges.tables import Award, badge_award, badge_revocation, badge_sharing
from engage.catalogue import Entry, read_entries, text_in
from engage.kernel.clock import Clock, render_ms
from engage.members import get_member, why_outside
from engage.rewards import read_pools

COUNTED_MS = 60_000
HOLDERS = (
    sa.select(badge_award.c.badge, badge_award.c.tier, sa.func.count(badge_award.c.member.distinct()))
    .outerjoin(badge_revocation, badge_revocation.c.award == badge_award.c.id)
    .where(badge_revocation.c.award.is_(None))
    .group_by(badge_award.c.badge, badge_award.c.tier)
)
MEMBERS = sa.text("SELECT count(*) FROM book")


class Rarity:
    """How many percent of all members were awarded a tier: counted at most once a minute, whoever asks."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._counted_at = clock, -COUNTED_MS
        self._percent: Mapping[tuple[str, str], float] = {}

    def percent(self, connection: sa.Connection, badge: str, tier: str) -> float:
        """The share in percent, to one place."""
        now_ms = self._clock.now_ms()
        if now_ms - self._counted_at >= COUNTED_MS:
            members = connection.execute(MEMBERS).scalar_one() or 1
            rows = connection.execute(HOLDERS)
            self._percent = {(row[0], row[1]): round(100 * row[2] / members, 1) for row in rows}
            self._counted_at = now_ms
        return self._percent.get((badge, tier), 0.0)


@dataclass
class Cabinet:
    """Everything that one member is shown, of one sight of the database."""

    connection: sa.Connection
    rarity: Rarity
    member: str
    locale: str
    now_ms: int

    def __post_init__(self) -> None:
        self.holdings = Holdings(self.connection, [self.member])
        self.entries = {entry.id: entry for entry in read_entries(self.connection, BADGE_KIND)}
        self._progress = read_progress(self.connection, members=[self.member], badges=list(self.entries))
        awards = [each.award.id for each in self.holdings.held[self.member]]
        rows = self.connection.execute(sa.select(badge_sharing).where(badge_sharing.c.award.in_(awards)))
        self._shared = {row.award: row for row in rows}

    def badges(self) -> list[dict[str, Any]]:
        """Held badges, the latest first, then those that can still be got; secret ones only once they were awarded."""
        shown = [entry for entry in self.entries.values() if self._is_shown(entry)]
        found = [self.badge(entry) for entry in shown]
        return sorted(
            found, key=lambda badge: (badge["state"] != "held", _descending(badge["awarded_at"]), badge["id"])
        )

    def _is_shown(self, entry: Entry) -> bool:
        if any(each.revoked_at is None for each in self.holdings.of(self.member, entry.id)):
            return True
        return not entry.document["secret"] and entry.state != "ended" and entry.closes_at > self.now_ms

    def badge(self, entry: Entry) -> dict[str, Any]:
        """One badge."""
        held = [each for each in self.holdings.of(self.member, entry.id) if each.revoked_at is None]
        best = self._best(entry, held)
        tiers = [self._tier(entry, tier, held) for tier in entry.document["tiers"]]
        shown = best.tier if best else tiers[0]["id"]
        return {
            "id": entry.id,
            "campaign": entry.campaign,
            "name": text_in(entry.document["name"], self.locale),
            "description": text_in(entry.document["description"], self.locale),
            "how": text_in(entry.document["how"], self.locale),
            "secret": entry.document["secret"],
            "state": self._state(entry, best),
            "tier": best.tier if best else None,
            "tiers": tiers,
            "progress": self._how_far(entry),
            "art": art_address(entry, shown, best.id if best else None),
            "award": best.id if best else None,
            "awarded_at": render_ms(best.awarded_at) if best else None,
            "expires_at": render_ms(best.expires_at) if best and best.expires_at else None,
            "rarity_percent": self.rarity.percent(self.connection, entry.id, shown),
            "sharing": self.sharing(best.id) if best else None,
        }

    def sharing(self, award: str) -> dict[str, Any]:
        """What a member shows of an award, and where."""
        row = self._shared.get(award)
        public = bool(row and row.public)
        return {"public": public, "name": bool(row and row.name), "address": f"/b/{award}" if public else None}

    def _best(self, entry: Entry, held: list[Held]) -> Award | None:
        """The award of the highest tier that is held now, else the last one that was."""
        ranks = {tier["id"]: rank for rank, tier in enumerate(entry.document["tiers"])}
        ordered = sorted(
            held, key=lambda each: (each.holds(self.now_ms), ranks.get(each.award.tier, -1), each.award.awarded_at)
        )
        return ordered[-1].award if ordered else None

    def _state(self, entry: Entry, best: Award | None) -> str:
        if best is not None:
            return "held" if best.expires_at is None or best.expires_at > self.now_ms else "expired"
        return "locked" if entry.opens_at <= self.now_ms else "upcoming"

    def _tier(self, entry: Entry, tier: Mapping[str, Any], held: list[Held]) -> dict[str, Any]:
        own = [each for each in held if each.award.tier == tier["id"]]
        last = own[-1].award if own else None
        return {
            "id": tier["id"],
            "name": text_in(tier["name"], self.locale),
            "at": tier["at"],
            "held": any(each.holds(self.now_ms) for each in own),
            "award": last.id if last else None,
            "awarded_at": render_ms(last.awarded_at) if last else None,
            "expires_at": render_ms(last.expires_at) if last and last.expires_at else None,
            "rarity_percent": self.rarity.percent(self.connection, entry.id, tier["id"]),
            "art": art_address(entry, tier["id"], last.id if last else None),
        }

    def _how_far(self, entry: Entry) -> dict[str, Any] | None:
        """How far the member is in the present period, and how far the next tier is; None where nothing is counted."""
        rule = rule_of(entry)
        if rule.by not in ("events", "tasks"):
            return None
        value = self._progress.get((entry.id, self.member, rule.period_of(self.now_ms)), Progress()).total
        following = rule.next_tier(value)
        target = (following or rule.tiers[-1]).at
        tier = following.id if following else None
        return {"value": min(value, target), "target": target, "unit": rule.unit, "tier": tier}

    def collections(self) -> list[dict[str, Any]]:
        """The collections that are open to the member, and those that the member has completed."""
        entries, row = read_entries(self.connection, COLLECTION_KIND), get_member(self.connection, self.member)
        shown = [
            each
            for each in entries
            if (each.id, self.member) in self.holdings.claims
            or (
                (each.state != "ended" or (each.id, self.member) in self.holdings.completions)
                and why_outside(each.document["only"], row) is None
            )
        ]
        return [self.collection(entry) for entry in shown]

    def collection(self, entry: Entry) -> dict[str, Any]:
        """One collection: how much of it is there, and of each badge that is missing how to get it."""
        parts = [self._part(badge) for badge in entry.document["badges"]]
        completion = self.holdings.completions.get((entry.id, self.member))
        claim = self.holdings.claims.get((entry.id, self.member))
        is_whole = completion is not None and (claim is not None or not self.holdings.missing(completion, self.now_ms))
        have = len(parts) if is_whole else sum(part["held"] for part in parts)
        return {
            "id": entry.id,
            "campaign": entry.campaign,
            "title": text_in(entry.document["title"], self.locale),
            "description": text_in(entry.document["description"], self.locale),
            "state": self._state_of(entry, have),
            "have": have,
            "of": len(parts),
            "deadline": render_ms(entry.document["deadline"]),
            "badges": parts,
            "reward": self._reward(entry),
            "completed_at": render_ms(completion.completed_at) if completion else None,
            "claimed_at": render_ms(claim.claimed_at) if claim else None,
        }

    def _part(self, badge: str) -> dict[str, Any]:
        entry = self.entries[badge]
        held = [each for each in self.holdings.of(self.member, badge) if each.holds(self.now_ms)]
        award = self._best(entry, held)
        hidden = entry.document["secret"] and award is None
        tier = award.tier if award else entry.document["tiers"][0]["id"]
        return {
            "id": None if hidden else badge,
            "name": "" if hidden else text_in(entry.document["name"], self.locale),
            "how": "" if hidden else text_in(entry.document["how"], self.locale),
            "held": award is not None,
            "award": award.id if award else None,
            "expires_at": render_ms(award.expires_at) if award and award.expires_at else None,
            "progress": None if hidden else self._how_far(entry),
            "art": None if hidden else art_address(entry, tier, award.id if award else None),
        }

    def _state_of(self, entry: Entry, have: int) -> str:
        if (entry.id, self.member) in self.holdings.claims:
            return "claimed"
        is_open, whole = entry.is_open(self.now_ms), have == len(entry.document["badges"])
        is_complete = whole and (entry.id, self.member) in self.holdings.completions
        in_time = self.now_ms < entry.document["deadline"]
        if is_complete or self.holdings.find_whole(self.member, entry) is not None:
            gone = any(pool.units_left == 0 for pool in read_pools(self.connection, entry.id))
            return self._stopped(entry) if not is_open else "gone" if gone else "claimable"
        if entry.opens_at > self.now_ms:
            return "upcoming"
        if in_time and self._stopped(entry) == "paused":
            return "paused"
        return "open" if is_open and in_time else "missed"

    def _stopped(self, entry: Entry) -> str:
        """Why a collection is not open although its time has begun."""
        return "paused" if entry.state == "paused" and entry.covers(self.now_ms) else "ended"

    def _reward(self, entry: Entry) -> dict[str, Any]:
        """The grand prize, as far as it is the same for everybody."""
        reward, prizes = entry.document["reward"], entry.document["prizes"]
        texts = prizes.get(reward["prize"])
        pools = read_pools(self.connection, entry.id)
        return {
            "kind": reward["kind"],
            "amount": reward["amount"],
            "game": reward.get("game"),
            "name": text_in(texts["name"], self.locale) if texts else "",
            "art": texts["art"] if texts else None,
            "units": pools[0].units if pools else None,
            "left": pools[0].units_left if pools else None,
        }


def _descending(moment: str | None) -> str:
    """A key by which instants sort backwards, and none comes last."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in moment or "")
