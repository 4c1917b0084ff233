"""A campaign with everything that a file can hold: games, tasks of each kind, questions, badges, items, earning."""

from __future__ import annotations

from engage.rewards import import_codes
from tests.integration.tasks.desk import task
from tests.stateful.campaign import VOUCHERS, town_text
from tests.support.bureau import Bureau
from tests.support.sample_campaign import changed

ASK = "tsk_ask"
POINTS = "{kind: points, points: 1, units: 100}"
QUESTIONS = (
    "[{id: taste, text: {zh-CN: 口味, en: Taste}, kind: text},"
    " {id: again, text: {zh-CN: 还来吗, en: Again}, kind: scale}]"
)


def open_shop(bureau: Bureau) -> None:
    """Import the codes of all its vouchers, and publish it."""
    for owner, units in VOUCHERS.items():
        prize = "prz_item" if owner.startswith("itm") else "prz_reward"
        codes = [f"{owner}-{n:04}" for n in range(units)]
        import_codes(bureau.services.writer, bureau.services.sealer, owner, prize, codes)
    asking = task("ask", POINTS, template="questionnaire", questions=QUESTIONS)
    bureau.publish_campaign(changed("games:\n", asking + "games:\n", town_text()))
