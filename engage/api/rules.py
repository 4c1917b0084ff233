"""The rules of a campaign, for people and as the documents that they are made from. Anybody may read them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import Response, request, url_for
from flask_openapi import OpenAPI
from pydantic import Field

from engage.api.hub import hub_of
from engage.api.shapes import Answer, IdText, Instant, Request
from engage.campaigns import Edition, hash_of_rules, published, read_edition, render_rulebook
from engage.feature import Feature
from engage.kernel.refusals import NotFound
from engage.storage.snapshot import snapshot
from engage.web import ANYONE, LanguageQuery, Routes, json_answer, pages_of, request_connection


class CampaignPath(Request):
    """Which campaign."""

    campaign: IdText


class EntryAnswer(Answer):
    """Something that is promised: the campaign's own terms, a task, a badge, a collection or an item."""

    id: str
    kind: Literal["campaign", "task", "badge", "collection", "item"]
    opens_at: Instant
    closes_at: Instant
    document: Annotated[dict[str, Any], Field(description="all that was published of it, with texts by language")]


class CampaignRules(Answer):
    """All that a campaign promises beside its games. A badge that is secret is no part of it."""

    campaign: str
    state: Literal["live", "paused", "ended"]
    rules_hash: Annotated[str, Field(description="SHA-256 over `entries` as canonical JSON (RFC 8785), in hex")]
    entries: list[EntryAnswer]


def register(app: OpenAPI, features: Sequence[Feature]) -> None:
    """Add the document and the page."""
    routes, pages = Routes(app, "campaigns", "What campaigns promise."), Routes(app, "pages", "Pages for people.")

    @routes.add("get", "/v1/campaigns/<campaign>/rules", ANYONE, {200: CampaignRules}, [NotFound])
    def get_campaign_rules(path: CampaignPath) -> Response:
        """What a campaign promises, as documents; the games' rules are at `/v1/games/{game}/rules`."""
        with snapshot(request_connection()):
            edition = read_edition(request_connection(), path.campaign)
        return json_answer(
            {
                "campaign": edition.terms.id,
                "state": edition.terms.state,
                "rules_hash": hash_of_rules(edition),
                "entries": published(edition),
            }
        )

    @pages.page("/c/<campaign>/rules", ANYONE, [NotFound])
    def get_campaign_rules_page(path: CampaignPath, query: LanguageQuery) -> Response:
        """The rules of a campaign for people, in one of the organiser's languages."""
        with snapshot(request_connection()):
            edition = _edition(path.campaign, query.language)
            chapters = [chapter for feature in features for chapter in feature.tell_rules(edition)]
        links = {
            "document": url_for("get_campaign_rules", campaign=edition.terms.id),
            "page": url_for("get_campaign_rules_page", campaign=edition.terms.id),
        }
        context = render_rulebook(edition, chapters, links)
        theme = hub_of(app).look_of("")["theme"]
        answer = pages_of(app).render_plain("rules/campaign.html", spoken=edition.language, theme=theme, **context)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _edition(campaign: str, asked: str) -> Edition:
    """The rules in the language that was asked for, else in one that the browser likes. Refuses with NotFound."""
    edition = read_edition(request_connection(), campaign)
    languages = edition.terms.document["languages"]
    liked = asked if asked in languages else request.accept_languages.best_match(languages)
    return read_edition(request_connection(), campaign, liked or languages[0])
