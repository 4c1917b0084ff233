"""The jurisdiction profiles: which figures and phrases the rules checker uses. All but CN are drafts.

A draft takes the strict side where nobody has read the law yet. Nobody has signed a profile off so far.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engage.campaigns.definition import CampaignDefinition, Jurisdiction
from engage.campaigns.findings import Level

UNREAD = "No source read yet for this profile."
FIVE_HUNDRED_YUAN_FEN = 50_000
FIFTY_THOUSAND_YUAN_FEN = 5_000_000


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who confirmed a profile, and on which day."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One jurisdiction's figures. Money in fen; None: no limit known.

    `tax_note_above_fen`: a prize worth more needs a tax note. `age_declaration`: whether members may declare their age.
    """

    name: Jurisdiction
    draft: bool
    top_prize_fen: int | None
    shown_above_fen: int | None
    tax_note_above_fen: int
    minimum_age: int
    age_declaration: bool
    cash_prizes: Level
    void_clauses: Level
    needs_chinese: bool
    points_need_order: bool
    sources: Mapping[str, str] = field(default_factory=dict)
    signed_off: SignOff | None = None

    def source(self, code: str) -> str:
        """Where a rule stands in this jurisdiction."""
        return self.sources.get(code, UNREAD)


_PROMOTIONS = "Interim Provisions on Regulating Promotional Behaviour (规范促销行为暂行规定, SAMR Order 32, 2020)"
_COMPETITION = "Anti-Unfair Competition Law (反不正当竞争法, as revised 2025)"
_CONSUMER = "Consumer Protection Law (消费者权益保护法)"
_HOUSE = "Rule of the house"

_CN_SOURCES = {
    "profile": f"{_HOUSE}: a profile stays a draft until its law was read.",
    "C1": f"{_PROMOTIONS}, Art. 13; {_COMPETITION}, Art. 11.",
    "C3": f"{_COMPETITION}, Art. 11 (top prize over 50,000 yuan); {_PROMOTIONS}, Art. 17 and 18.",
    "C3b": f"{_PROMOTIONS}, Art. 14 and 18 (prizes count at their market price).",
    "C4": f"{_PROMOTIONS}, Art. 15 (fake prizes).",
    "C5": f"{_PROMOTIONS}, Art. 16 (insiders).",
    "C6": f"{_PROMOTIONS}, Art. 13 (instant prizes over 500 yuan are shown at any time).",
    "C7": f"{_PROMOTIONS}, Art. 14 (points and coupons as prizes).",
    "C9": "Notices on virtual currency in online games, 2009 (20.) and 2016 (6.), by analogy.",
    "C12": f"{_HOUSE}, after the rules on prepaid cards and virtual currency: points are never money.",
    "C13": f"{_HOUSE}: issued value stays within an approved marketing plan.",
    "C13b": f"{_HOUSE}: points that are given away stem from real consumption.",
    "C14": f"{_CONSUMER}, Art. 26; E-Commerce Law (电子商务法), Art. 34.",
    "C15": f"{_CONSUMER}, Art. 26 (unfair standard terms are void).",
    "C17": "财税[2011]50号 (prizes from draws are occasional income, 偶然所得); no exempt amount is known.",
    "C23": "Law on the Protection of Minors (未成年人保护法), Art. 74; guide on blind boxes (2023), by analogy.",
    "C24": f"{_HOUSE}, after guidance against inducing excessive consumption.",
}

CN = Profile(
    name="CN",
    draft=False,
    top_prize_fen=FIFTY_THOUSAND_YUAN_FEN,
    shown_above_fen=FIVE_HUNDRED_YUAN_FEN,
    tax_note_above_fen=0,
    minimum_age=18,
    age_declaration=True,
    cash_prizes=Level.BLOCK,
    void_clauses=Level.BLOCK,
    needs_chinese=True,
    points_need_order=True,
    sources=_CN_SOURCES,
)


def _draft(name: Jurisdiction) -> Profile:
    return Profile(
        name=name,
        draft=True,
        top_prize_fen=None,
        shown_above_fen=None,
        tax_note_above_fen=0,
        minimum_age=18,
        age_declaration=False,
        cash_prizes=Level.WARN,
        void_clauses=Level.WARN,
        needs_chinese=False,
        points_need_order=False,
    )


EU, UK, US = _draft("EU"), _draft("UK"), _draft("US")
_ALL = (CN, EU, UK, US)


def _strictest() -> Profile:
    """What every profile allows."""
    return Profile(
        name="STRICT",
        draft=True,
        top_prize_fen=min(each.top_prize_fen for each in _ALL if each.top_prize_fen is not None),
        shown_above_fen=min(each.shown_above_fen for each in _ALL if each.shown_above_fen is not None),
        tax_note_above_fen=min(each.tax_note_above_fen for each in _ALL),
        minimum_age=max(each.minimum_age for each in _ALL),
        age_declaration=all(each.age_declaration for each in _ALL),
        cash_prizes=Level.BLOCK,
        void_clauses=Level.BLOCK,
        needs_chinese=any(each.needs_chinese for each in _ALL),
        points_need_order=any(each.points_need_order for each in _ALL),
        sources={code: f"As in CN: {source}" for code, source in _CN_SOURCES.items()},
    )


def winners_above_fen(campaign: CampaignDefinition) -> int | None:
    """The value above which a prize's winners have to be shown in the campaign's jurisdiction (C6); None: no rule."""
    return PROFILES[campaign.jurisdiction].shown_above_fen


PROFILES: Mapping[Jurisdiction, Profile] = {each.name: each for each in (*_ALL, _strictest())}
