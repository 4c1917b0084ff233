"""The published terms of a campaign: all that members are told and that a game's rules bind by their hash."""

from typing import Any

from engage.campaigns.definition import CampaignDefinition, Texts


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
        },
        "tax_note": optional_texts(campaign.tax_note),
    }


def optional_texts(texts: Texts | None) -> dict[str, str] | None:
    """A text by language, or None if there is none."""
    return texts.by_language() if texts else None
