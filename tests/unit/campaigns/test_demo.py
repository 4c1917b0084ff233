"""The demo's campaigns check without a fault, a block or a warning, and hold what the field's figures say."""

from fractions import Fraction
from pathlib import Path

import pytest

from engage.builtin import all_features
from engage.campaigns import CampaignFile, Level, check, sections_of
from engage.campaigns.files import load
from games.definition import DeckGame, OddsGame, Table
from games.rules import value_fen
from games.section import games_of
from tests.support.features import FEATURES

FOLDER = Path(__file__).resolve().parents[3] / "engage/demo/campaigns"
DEMO_PLAYS = 100_000


def demo(name: str) -> CampaignFile:
    return load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), sections_of(all_features(FEATURES)))


@pytest.mark.parametrize("name", ["anniversary", "dealer"])
def test_a_demo_file_may_be_published_without_a_warning(name: str) -> None:
    findings = check((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), sections_of(all_features(FEATURES)))
    assert findings.may_publish
    # The demo shows both, points that need an order and points that need none.
    assert {item.level for item in findings.items if item.code != "C13b"} == {Level.INFO}


def test_the_jackpot_of_five_thousand_points_is_worth_625_yuan() -> None:
    file = demo("anniversary")
    values = {prize.id: value_fen(prize, file.definition) for prize in games_of(file)[0].prizes}
    assert (values["jackpot"], values["meal"], values["p5"]) == (62_500, 2_500, 63)


def test_points_last_for_all_the_demo_s_plays() -> None:
    (wheel,) = games_of(demo("anniversary"))
    assert isinstance(wheel, OddsGame)
    assert wheel.guarantee is not None
    base, guaranteed = wheel.tables
    units = {prize.id: prize.units or 0 for prize in wheel.prizes}
    for prize in ("p5", "p20", "p50"):
        most = _may_pay(base, prize) + _may_pay(guaranteed, prize) / (wheel.guarantee.misses + 1)
        assert units[prize] > DEMO_PLAYS * most, prize


def _may_pay(table: Table, prize: str) -> Fraction:
    """The odds of the slots that pay a prize, first or when another is gone."""
    return Fraction(sum(slot.weight for slot in table.slots if prize in slot.chain), table.total)


def test_the_dealer_s_deck_has_five_thousand_cards_and_no_points_beyond_its_budget() -> None:
    (cards,) = games_of(demo("dealer"))
    assert isinstance(cards, DeckGame)
    assert cards.deck.n == 5_000
    assert {prize.id: prize.kind for prize in cards.prizes}["tyre"] == "goods"


def test_both_campaigns_value_points_at_one_rate() -> None:
    rates = {demo(name).definition.value_of_points(1000) for name in ("anniversary", "dealer")}
    assert rates == {12_500}
