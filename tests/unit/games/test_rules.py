"""A game in a campaign file becomes the rules document of FAIRNESS §1, bound to its texts by their hash."""

import json
from hashlib import sha256

import pytest

from engage.campaigns import CampaignFile
from engage.campaigns.files import load
from engage.kernel.canonical import canonical
from games.rules import DeckSeal, policy_document, rules_document, texts_document
from games.section import SECTION, games_of
from tests.support.sample_campaign import TEXT, changed

SEAL = DeckSeal("ab" * 32, "cd" * 32)


def loaded(text: str = TEXT) -> CampaignFile:
    return load(text, [SECTION])


def wheel_hash(text: str) -> str:
    file = loaded(text)
    document = rules_document(games_of(file)[0], file.definition, 1, None)
    return str(document["texts_hash"])


def test_a_game_by_odds_becomes_its_rules_document() -> None:
    file = loaded()
    wheel = games_of(file)[0]
    texts_hash = sha256(canonical(texts_document(wheel, file.definition))).hexdigest()
    assert rules_document(wheel, file.definition, 3, None) == {
        "alg": "draw/1",
        "game": "gam_wheel",
        "revision": 3,
        "opens_at": "2026-10-31T16:00:00.000Z",
        "closes_at": "2026-11-30T16:00:00.000Z",
        "time_zone": "Asia/Shanghai",
        "prizes": [
            _prize("prz_few", "points", points=10, value=125, units=5000, rank=1),
            _prize("prz_meal", "voucher", value=2500, units=40, rank=2, per_member=1),
            _prize("prz_again", "turns", value=0, units=None, rank=2),
        ],
        "tables": [
            {
                "id": 0,
                "slots": [
                    {"slot": "s1", "prize": "prz_meal", "else": ["prz_few", "none"], "weight": 5},
                    {"slot": "s2", "prize": "prz_few", "else": ["none"], "weight": 45},
                    {"slot": "s3", "prize": "none", "else": [], "weight": 50},
                ],
            },
            {
                "id": 1,
                "slots": [
                    {"slot": "s1", "prize": "prz_meal", "else": ["prz_again"], "weight": 4},
                    {"slot": "t2", "prize": "prz_again", "else": [], "weight": 6},
                ],
            },
        ],
        "guarantee": {"class": 2, "misses": 9, "table": 1},
        "turns": {"free_per_day": 1},
        "limits": {"per_day": 3, "per_campaign": 60},
        "when_out": "end",
        "deck": None,
        "texts_hash": texts_hash,
    }


def _prize(  # noqa: PLR0913  the fields of a prize
    name: str,
    kind: str,
    *,
    value: int,
    units: int | None,
    rank: int,
    points: int | None = None,
    per_member: int | None = None,
) -> dict[str, object]:
    return {
        "id": name,
        "kind": kind,
        "points": points,
        "market_value_fen": value,
        "units": units,
        "class": rank,
        "per_member": per_member,
    }


def test_a_deck_game_carries_its_seal_and_no_tables() -> None:
    file = loaded()
    document = rules_document(games_of(file)[1], file.definition, 1, SEAL)
    assert (document["alg"], document["tables"], document["guarantee"]) == ("deck/1", [], None)
    assert document["deck"] == {
        "id": "dck_cards",
        "n": 100,
        "counts": [["prz_tyre", 3], ["none", 97]],
        "seed_commitment": "ab" * 32,
        "root": "cd" * 32,
    }


@pytest.mark.parametrize(("number", "seal"), [(0, SEAL), (1, None)])
def test_a_seal_belongs_to_a_deck_game_and_to_no_other(number: int, seal: DeckSeal | None) -> None:
    file = loaded()
    with pytest.raises(ValueError, match="seal"):
        rules_document(games_of(file)[number], file.definition, 1, seal)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("en: Meal voucher", "en: Lunch voucher"),
        ("en: Once a day", "en: Twice a day"),
        ("en: Members}", "en: Anyone}"),
        ("en: Lost after that", "en: Never lost"),
        ("use_by_days: 60", "use_by_days: 61"),
        ("until_days: 30", "until_days: 31"),
        ("{days: 365}", "null"),
        ("  fen: 2500", "  fen: 2600"),
        ("turns: 2", "turns: 3"),
        ('licence: "9', 'licence: "8'),
        ("en: Price list", "en: Guess"),
        ("minimum: 18", "minimum: 19"),
        ("per_purchase: 1", "per_purchase: 3"),
    ],
)
def test_the_texts_hash_binds_every_name_condition_and_term(old: str, new: str) -> None:
    assert wheel_hash(changed(old, new)) != wheel_hash(TEXT)


@pytest.mark.parametrize(
    ("old", "new"), [("plan 7", "plan 8"), ("points: 60000", "points: 70000"), ("units: 40", "units: 41")]
)
def test_the_texts_hash_does_not_cover_what_is_internal_or_in_the_rules(old: str, new: str) -> None:
    assert wheel_hash(changed(old, new)) == wheel_hash(TEXT)


def test_points_are_valued_upwards_to_the_fen() -> None:
    file = loaded(changed("        points: 10", "        points: 5"))
    document = rules_document(games_of(file)[0], file.definition, 1, None)
    assert document["prizes"][0]["market_value_fen"] == 63


def test_points_without_a_valuation_have_no_value() -> None:
    lines = "point_value:\n  points: 200\n  fen: 2500\n  what: {zh-CN: 套餐, en: a meal}\n"
    file = loaded(changed(lines, ""))
    with pytest.raises(ValueError, match="no point_value"):
        rules_document(games_of(file)[0], file.definition, 1, None)


def test_the_policy_says_what_a_play_needs_beside_the_rules() -> None:
    file = loaded()
    policy = policy_document(games_of(file)[0], file.definition)
    assert {key: value for key, value in policy.items() if key != "texts"} == {
        "campaign": "cmp_spring",
        "accept_rules": True,
        "minimum_age": 18,
        "declaration": True,
        "only": [],
        "need_order": True,
        "points_days": 365,
        "winners_above_fen": 50_000,
        "turns": {"prz_again": 2},
        "use_by_days": {"prz_meal": 60},
    }
    assert policy["texts"] == texts_document(games_of(file)[0], file.definition)
    assert policy["texts"]["prizes"]["prz_meal"] == {"zh-CN": "套餐券", "en": "Meal voucher"}
    json.loads(canonical(policy))


def test_conditions_on_members_are_published_and_checked_at_each_play() -> None:
    text = TEXT.replace("audience:\n", "audience:\n  only: [{attribute: tier, values: [gold, 3, true]}]\n")
    file = loaded(text)
    assert policy_document(games_of(file)[0], file.definition)["only"] == [["tier", ["gold", 3, True]]]
    published = texts_document(games_of(file)[0], file.definition)
    assert published["only"] == [{"attribute": "tier", "values": ["gold", 3, True]}]
