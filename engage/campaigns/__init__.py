"""Campaigns: files, lifecycle, budget, checks and the rules page."""

from engage.campaigns.album import address_of, find_picture, reader_of
from engage.campaigns.amendment import (
    ANY_LOOK,
    FEWER,
    FIRST_PICTURE,
    LATER,
    MORE,
    MORE_OR_ENDLESS,
    Amendment,
    Verdict,
    compare,
)
from engage.campaigns.amendment import Rules as AmendmentRules
from engage.campaigns.art import ART_OF_KIND, BLANK_ART, ICONS, Icon
from engage.campaigns.budget import PoolPlan
from engage.campaigns.changes import Campaign, Change, find_campaign, get_campaign, list_campaigns
from engage.campaigns.checker import check
from engage.campaigns.cli import make_campaign_group
from engage.campaigns.definition import (
    MAX_FEN,
    MAX_POINTS,
    CampaignDefinition,
    Condition,
    Evidence,
    Instant,
    Part,
    PicturePath,
    Slug,
    Texts,
    Theme,
)
from engage.campaigns.disclosure import Block, Facts, Links, Note, local, render_context, say_condition, say_period
from engage.campaigns.edition import Edition, hash_of_rules, published, read_edition
from engage.campaigns.faults import find_part, suggest
from engage.campaigns.files import CampaignFile, Section, render_schema, schema_of, with_schedule
from engage.campaigns.files import load as read_file
from engage.campaigns.findings import Finding, Findings, Level, format_findings
from engage.campaigns.item_words import tell_items
from engage.campaigns.items import ITEM_SHELF, ITEMS, Item
from engage.campaigns.lifecycle import (
    Published,
    compare_draft,
    end,
    end_due_campaigns,
    export,
    find_voucher_prize,
    kill,
    load,
    pause,
    publish,
)
from engage.campaigns.offers import Offer, Promise
from engage.campaigns.office import Contributor, Office, open_office, sections_of
from engage.campaigns.pictures import Hashes, hash_of
from engage.campaigns.profiles import winners_above_fen
from engage.campaigns.publisher import Publisher
from engage.campaigns.resumption import resume
from engage.campaigns.reward_parts import (
    REWARD,
    AnyReward,
    BadgeReward,
    PointsReward,
    RewardPart,
    TurnsReward,
    VoucherReward,
    reward_document,
    reward_plan,
    reward_prizes,
    reward_promise,
)
from engage.campaigns.reward_words import reward_in_words
from engage.campaigns.rulebook import ChapterText, facts, render_rulebook
from engage.campaigns.sentences import say_money
from engage.campaigns.shelf import Shelf
from engage.campaigns.source import Place
from engage.campaigns.terms import TERMS, campaign_terms, prize_terms

__all__ = [
    "ANY_LOOK",
    "ART_OF_KIND",
    "BLANK_ART",
    "FEWER",
    "FIRST_PICTURE",
    "ICONS",
    "ITEMS",
    "ITEM_SHELF",
    "LATER",
    "MAX_FEN",
    "MAX_POINTS",
    "MORE",
    "MORE_OR_ENDLESS",
    "REWARD",
    "TERMS",
    "Amendment",
    "AmendmentRules",
    "AnyReward",
    "BadgeReward",
    "Block",
    "Campaign",
    "CampaignDefinition",
    "CampaignFile",
    "Change",
    "ChapterText",
    "Condition",
    "Contributor",
    "Edition",
    "Evidence",
    "Facts",
    "Finding",
    "Findings",
    "Hashes",
    "Icon",
    "Instant",
    "Item",
    "Level",
    "Links",
    "Note",
    "Offer",
    "Office",
    "Part",
    "PicturePath",
    "Place",
    "PointsReward",
    "PoolPlan",
    "Promise",
    "Published",
    "Publisher",
    "RewardPart",
    "Section",
    "Shelf",
    "Slug",
    "Texts",
    "Theme",
    "TurnsReward",
    "Verdict",
    "VoucherReward",
    "address_of",
    "campaign_terms",
    "check",
    "compare",
    "compare_draft",
    "end",
    "end_due_campaigns",
    "export",
    "facts",
    "find_campaign",
    "find_part",
    "find_picture",
    "find_voucher_prize",
    "format_findings",
    "get_campaign",
    "hash_of",
    "hash_of_rules",
    "kill",
    "list_campaigns",
    "load",
    "local",
    "make_campaign_group",
    "open_office",
    "pause",
    "prize_terms",
    "publish",
    "published",
    "read_edition",
    "read_file",
    "reader_of",
    "render_context",
    "render_rulebook",
    "render_schema",
    "resume",
    "reward_document",
    "reward_in_words",
    "reward_plan",
    "reward_prizes",
    "reward_promise",
    "say_condition",
    "say_money",
    "say_period",
    "schema_of",
    "sections_of",
    "suggest",
    "tell_items",
    "winners_above_fen",
    "with_schedule",
]
