"""The published terms of a campaign: all that members are told and that a game's rules bind by their hash."""

from typing import Any

from engage.campaigns.definition import CampaignDefinition, Earning, Evidence, FactorDays, Texts

TERMS = "campaign"
"""What a campaign's own terms are called in the catalogue."""


def campaign_terms(campaign: CampaignDefinition) -> dict[str, Any]:
    """The campaign's part of a game's published texts: JSON with texts by language. The budget is no part of it."""
    worth = campaign.point_value
    return {
        "campaign": campaign.campaign_id,
        "campaign_title": campaign.title.by_language(),
        "languages": list(campaign.languages),
        "jurisdiction": campaign.jurisdiction,
        "organiser": {
            "name": campaign.organiser.name.by_language(),
            "licence": campaign.organiser.licence,
            "filing": campaign.organiser.filing,
            "contact": campaign.organiser.contact.by_language(),
        },
        "audience": campaign.audience.terms.by_language(),
        "only": [{"attribute": one.attribute, "values": list(one.values)} for one in campaign.audience.only],
        "age": {"minimum": campaign.age.minimum, "declaration": campaign.age.declaration},
        "accept_rules": campaign.accept_rules,
        "claim": {
            "how": campaign.claim.how.by_language(),
            "until_days": campaign.claim.until_days,
            "forfeiture": campaign.claim.forfeiture.by_language(),
        },
        "points": {
            "value": {"points": worth.points, "fen": worth.fen, "what": worth.what.by_language()} if worth else None,
            "use": optional_texts(campaign.points_use),
            "expire_days": campaign.points_expire.days if campaign.points_expire else None,
            **({"need_order": True} if campaign.points_need_order else {}),
        },
        "tax_note": optional_texts(campaign.tax_note),
        **({"earning": _earning_terms(campaign.earning)} if campaign.earning else {}),
    }


def terms_document(campaign: CampaignDefinition) -> dict[str, Any]:
    """The campaign's own entry in the catalogue: its terms, its time zone, and whose orders earn."""
    terms = campaign_terms(campaign) | {"time_zone": campaign.time_zone}
    earning = campaign.earning
    if earning is not None:
        terms["earning"] |= {"merchants": list(earning.merchants), "stores": list(earning.stores)}
    return terms


def prize_terms(campaign: CampaignDefinition) -> dict[str, Any]:
    """What winners are told of claiming, beside the prize itself: JSON with texts by language."""
    terms = campaign_terms(campaign)
    return {name: terms[name] for name in ("campaign_title", "organiser", "claim", "tax_note")}


def _earning_terms(earning: Earning) -> dict[str, Any]:
    """What members are told of points on orders. How many there are in all is the organiser's matter."""
    return {
        "points": earning.points,
        "per_fen": earning.per_fen,
        "pending_days": earning.pending_days,
        "factors": [_factor(each) for each in earning.factors],
        "terms": earning.terms.by_language(),
    }


def earning_document(earning: Earning, campaign: CampaignDefinition) -> dict[str, Any]:
    """The rule by which orders earn, as it is put into force."""
    return {
        "points": earning.points,
        "per_fen": earning.per_fen,
        "time_zone": campaign.time_zone,
        "pending_days": earning.pending_days,
        "expire_days": campaign.points_expire.days if campaign.points_expire else None,
        "factors": [_factor(each) for each in earning.factors],
        "merchants": list(earning.merchants),
        "stores": list(earning.stores),
    }


def _factor(days: FactorDays) -> dict[str, Any]:
    return {"first": days.first.isoformat(), "last": days.last.isoformat(), "times": days.times}


def evidence_terms(evidence: Evidence) -> dict[str, Any]:
    """Where a market value comes from, as it is published."""
    return {"value_source": evidence.source.by_language(), "value_date": evidence.date.isoformat()}


def optional_texts(texts: Texts | None) -> dict[str, str] | None:
    """A text by language, or None if there is none."""
    return texts.by_language() if texts else None
