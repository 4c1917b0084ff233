"""The grand prize of a collection: given once to each member who completed it, out of its funded pool.

The member's book is locked first, then the pool; that it was claimed is one row of the database.
"""

from badges.awarding import Awarding
from badges.documents import COLLECTION_KIND
from badges.holdings import Holdings
from badges.tables import CLAIM, Claim, Completion
from engage.catalogue import Entry, find_entry
from engage.kernel.ids import new_id
from engage.kernel.refusals import Conflict, NotFound, SoldOut
from engage.members import get_member, require_book, why_outside
from engage.rewards import GiveTurns, RewardGiven, give_reward, require_may_receive, reward_from
from engage.storage.work import Work


def get_collection(work: Work, collection: str) -> Entry:
    """A collection as it is now. Refuses with NotFound."""
    entry = find_entry(work.connection, collection)
    if entry is None or entry.kind != COLLECTION_KIND:
        raise NotFound("There is no such collection.")
    return entry


def claim(work: Work, member: str, collection: str, turns: GiveTurns) -> tuple[Claim, RewardGiven]:
    """Give a member the grand prize.

    Refuses with NotFound, UnderReview, NotEligible for insiders (C5) and for those whom the campaign is not for,
    Conflict if it was claimed before, while it is paused or after its end, Conflict unless it is complete and nothing
    of it was revoked since, SoldOut. It is not drawn for, so nobody has to be of an age (C23).
    """
    book, entry = require_book(work, member), get_collection(work, collection)
    require_may_receive(work, member)
    if outside := why_outside(entry.document["only"], get_member(work.connection, member)):
        raise outside
    awarding = Awarding(work, {member})
    if (collection, member) in awarding.holdings.claims:
        raise Conflict("You have claimed this prize already. It is among your prizes.")
    if not entry.is_open(work.now_ms):
        raise Conflict("This collection is paused, or over.")
    completion = awarding.complete(member, entry)
    _require_complete(awarding.holdings, entry, member, completion, work.now_ms)
    assert completion is not None, "it was just required"
    row = Claim(collection, member, new_id("clm", work.now_ms), entry.n, "", "", work.now_ms)
    reward = reward_from(collection, entry.n, entry.campaign, entry.document["reward"])
    given = give_reward(work, book, reward, cause=f"claim:{row.id}", turns=turns)
    if given is None:
        raise SoldOut("All of these prizes have been given away.")
    row.prize, row.kind = given.prize, given.kind
    work.insert(CLAIM, row)
    return row, given


def _require_complete(
    holdings: Holdings, entry: Entry, member: str, completion: Completion | None, now_ms: int
) -> None:
    """Refuses with Conflict unless all of it was held at once, and nothing of that was revoked since."""
    badges = entry.document["badges"]
    if completion is None:
        have = sum(holdings.find(member, badge, now_ms) is not None for badge in badges)
        raise Conflict(f"You have {have} of {len(badges)} badges.", have=have, of=len(badges))
    if missing := holdings.missing(completion, now_ms):
        raise Conflict("A badge of this collection was taken back.", have=len(badges) - len(missing), of=len(badges))
