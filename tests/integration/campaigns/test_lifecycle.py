"""A campaign's life: what may be done in which state, by whom, and what is true afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson
import pytest

from engage import campaigns
from engage.campaigns.budget import require_covers
from engage.campaigns.files import load
from engage.fairness.verifier import tag
from engage.kernel.refusals import Conflict, GameNotOpen, InvalidRequest, NotFound
from engage.storage.work import Work
from games.tables import GAME, GAME_BY_ID, GAME_STOP, GameStop
from tests.support.bureau import AFTER, CAMPAIGN, CARDS, OTHER, PLAYABLE, WHEEL, Bureau
from tests.support.sample_campaign import changed
from tests.support.till import Till, item, shop_text

CLOSES = datetime(2026, 11, 30, 16, tzinfo=UTC)
CHANGES: dict[str, Callable[[Bureau], object]] = {
    "load": lambda bureau: bureau.load(PLAYABLE + "# again\n"),
    "publish": lambda bureau: campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan"),
    "pause": lambda bureau: campaigns.pause(bureau.office, CAMPAIGN, "Carol"),
    "resume": lambda bureau: campaigns.resume(bureau.office, CAMPAIGN, "Carol"),
    "end": lambda bureau: campaigns.end(bureau.office, CAMPAIGN, "Carol", "Dan"),
    "kill": lambda bureau: campaigns.kill(bureau.office, CAMPAIGN, "Carol"),
}
PATHS = {"draft": (), "live": ("publish",), "paused": ("publish", "pause"), "ended": ("publish", "end")}
AFTERWARDS = {
    ("draft", "load"): "draft",
    ("draft", "publish"): "live",
    ("live", "load"): "live",
    ("live", "publish"): "live",
    ("live", "pause"): "paused",
    ("live", "end"): "ended",
    ("live", "kill"): "ended",
    ("paused", "load"): "paused",
    ("paused", "resume"): "live",
    ("paused", "end"): "ended",
    ("paused", "kill"): "ended",
}


@pytest.fixture
def started(bureau: Bureau, state: str) -> Bureau:
    bureau.load()
    bureau.import_codes()
    for change in PATHS[state]:
        CHANGES[change](bureau)
    if state == "live":
        bureau.load(changed("per_day: 3", "per_day: 4", PLAYABLE))
    return bureau


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", PATHS)
def test_each_change_is_made_in_its_states_only(started: Bureau, state: str, change: str) -> None:
    before = started.rows("SELECT * FROM campaign_change")
    if (state, change) in AFTERWARDS:
        CHANGES[change](started)
        assert started.state() == AFTERWARDS[state, change]
    else:
        with pytest.raises(Conflict, match=f"{CAMPAIGN} is {state}"):
            CHANGES[change](started)
        assert (started.state(), started.rows("SELECT * FROM campaign_change")) == (state, before)


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "load"])
def test_nothing_can_be_done_with_a_campaign_that_is_not_there(bureau: Bureau, change: str) -> None:
    with pytest.raises(NotFound):
        CHANGES[change](bureau)


@pytest.mark.parametrize(
    ("by", "approved_by"),
    [
        ("Carol", "Carol"),
        ("Carol", " carol "),
        ("Carol", "\uff23\uff41\uff52\uff4f\uff4c"),  # Carol in full width
        ("Carol", ""),
        ("  ", "Dan"),
        ("engage", "Dan"),
    ],
)
def test_publishing_takes_two_different_people(bureau: Bureau, by: str, approved_by: str) -> None:
    bureau.load()
    bureau.import_codes()
    before = bureau.one("SELECT n FROM log_head")
    with pytest.raises(InvalidRequest):
        campaigns.publish(bureau.office, CAMPAIGN, by, approved_by)
    assert (bureau.state(), bureau.one("SELECT n FROM log_head")) == ("draft", before)


def test_every_change_is_a_fact_with_its_people_and_an_event_of_the_same_subject(bureau: Bureau) -> None:
    bureau.publish_campaign()
    for change in ("pause", "resume", "end"):
        CHANGES[change](bureau)
    assert bureau.rows('SELECT n, change, "by", approved_by FROM campaign_change ORDER BY n') == [
        (1, "load", "Carol", None),
        (2, "publish", "Carol", "Dan"),
        (3, "pause", "Carol", None),
        (4, "resume", "Carol", None),
        (5, "end", "Carol", "Dan"),
    ]
    assert bureau.rows("SELECT name, subject FROM event WHERE name LIKE 'campaign.%' ORDER BY position") == [
        ("campaign.loaded", f"load:{CAMPAIGN}#1"),
        ("campaign.published", f"publish:{CAMPAIGN}#2"),
        ("campaign.paused", f"pause:{CAMPAIGN}#3"),
        ("campaign.resumed", f"resume:{CAMPAIGN}#4"),
        ("campaign.ended", f"end:{CAMPAIGN}#5"),
    ]
    assert {cause for (cause,) in bureau.rows("SELECT DISTINCT cause FROM posting")} == {
        f"publish:{CAMPAIGN}#2",
        f"end:{CAMPAIGN}#5",
    }


@pytest.mark.parametrize("text", [PLAYABLE, PLAYABLE.replace("\n", "\r\n"), "# 头\n\n" + PLAYABLE + "\n\n"])
def test_a_file_is_given_back_byte_for_byte(bureau: Bureau, text: str) -> None:
    assert campaigns.export(bureau.office, bureau.load(text)) == text


def test_export_gives_what_is_in_force_and_the_draft_when_asked(bureau: Bureau) -> None:
    bureau.publish_campaign()
    newer = changed("per_day: 3", "per_day: 4", PLAYABLE)
    bureau.load(newer)
    assert campaigns.export(bureau.office, CAMPAIGN) == PLAYABLE
    assert campaigns.export(bureau.office, CAMPAIGN, draft=True) == newer


def test_a_file_with_faults_is_not_kept_and_every_fault_is_named(bureau: Bureau) -> None:
    text = changed("units: 5000", "units: 0", changed("total: 100\n", "total: 101\n", PLAYABLE))
    with pytest.raises(InvalidRequest) as refused:
        bureau.load(text)
    errors = refused.value.fields["errors"]
    assert isinstance(errors, list)
    assert [error["path"] for error in errors] == ["games[0].prizes[0].units", "games[0].tables[0].total"]
    assert bureau.rows("SELECT id FROM campaign") == []


def test_a_block_of_the_checker_can_t_be_published(bureau: Bureau) -> None:
    text = changed("market_value_fen: 100000", "market_value_fen: 6000000", PLAYABLE)
    bureau.load(changed("money_fen: 300000", "money_fen: 18000000", text))
    bureau.import_codes()
    with pytest.raises(Conflict, match="C3"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.state() == "draft"


def test_a_campaign_whose_end_has_passed_can_t_be_published(bureau: Bureau) -> None:
    bureau.go_to(AFTER)
    with pytest.raises(Conflict, match="closes_at has passed"):
        bureau.publish_campaign()


def test_publishing_freezes_the_rules_and_funds_every_unit(bureau: Bureau) -> None:
    published = bureau.publish_campaign()
    assert (published.revision, published.revised) == (1, (WHEEL, CARDS))
    for game, revision, rules, rules_hash in bureau.rows("SELECT game, revision, rules, rules_hash FROM game_revision"):
        assert revision == 1
        assert rules_hash == hash_of(rules)
        assert orjson.loads(rules)["game"] == game
    assert bureau.rows("SELECT id, campaign, state, revision, run, game_seq FROM game ORDER BY id") == [
        (CARDS, CAMPAIGN, "live", 1, 1, 0),
        (WHEEL, CAMPAIGN, "live", 1, 1, 0),
    ]
    assert bureau.rows("SELECT prize, units, units_left FROM pool ORDER BY prize") == [
        ("prz_again", None, None),
        ("prz_few", 5000, 5000),
        ("prz_meal", 40, 40),
        ("prz_tyre", 3, 3),
    ]
    assert {kind: bureau.balance(kind) for kind in ("FUNDING", "BUDGET", "POOL")} == {
        "FUNDING": -60_000,
        "BUDGET": 10_000,
        "POOL": 50_000,
    }
    assert bureau.rows("SELECT kind, owner, overdraft, credits, debits FROM account ORDER BY kind") == [
        ("BUDGET", CAMPAIGN, 0, 60_000, 50_000),
        ("FUNDING", "programme", 60_000, 0, 60_000),
    ]
    assert bureau.rows("SELECT points, money_fen, basis, requested_by, approved_by FROM funding_order") == [
        (60_000, 300_000, "plan 7", "Carol", "Dan")
    ]


def hash_of(rules: str) -> str:
    return sha256(tag("draw/1 rules") + rules.encode()).hexdigest()


def test_two_campaigns_share_one_plan_account(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(OTHER)
    campaigns.publish(bureau.office, "cmp_autumn", "Carol", "Dan")
    assert bureau.rows("SELECT overdraft, debits FROM account WHERE kind = 'FUNDING'") == [(120_000, 120_000)]


def test_a_game_can_t_be_taken_from_another_campaign(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(PLAYABLE.replace("id: spring", "id: autumn"))
    before = bureau.rows("SELECT * FROM posting")
    with pytest.raises(Conflict, match=f"is a game of {CAMPAIGN}"):
        campaigns.publish(bureau.office, "cmp_autumn", "Carol", "Dan")
    assert bureau.rows("SELECT * FROM posting") == before
    assert bureau.rows("SELECT campaign FROM funding_order") == [(CAMPAIGN,)]


def test_a_draft_that_changed_during_the_publication_is_not_published(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.load()
    bureau.import_codes()
    monkeypatch.setattr(bureau.office.publisher, "prepare", lambda _file: bureau.load(PLAYABLE + "# Mallory\n"))
    with pytest.raises(Conflict, match="Somebody else"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.state() == "draft"


def test_a_kill_holds_from_the_very_next_command(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    second_process = Bureau(bureau.url, clock=bureau.clock)
    campaigns.kill(second_process.office, CAMPAIGN, "Carol")
    second_process.close()
    with pytest.raises(GameNotOpen):
        alice.play()
    assert bureau.one("SELECT count(*) FROM play") == 1
    assert bureau.rows("SELECT game, run, reason, actor FROM game_stop ORDER BY game") == [
        (CARDS, 1, "kill", "Carol"),
        (WHEEL, 1, "kill", "Carol"),
    ]


def test_a_kill_that_is_cut_short_is_settled_by_the_job(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.publish_campaign()

    def crash(*_: object, **__: object) -> None:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr("engage.campaigns.lifecycle._settle_killed", crash)
        with pytest.raises(SystemError):
            campaigns.kill(bureau.office, CAMPAIGN, "Carol")
    assert (bureau.state(), bureau.balance("POOL")) == ("ended", 50_000)
    assert campaigns.end_due_campaigns(bureau.office) == [CAMPAIGN]
    assert (bureau.balance("POOL"), bureau.balance("BUDGET"), bureau.balance("FUNDING")) == (0, 0, 0)
    assert campaigns.end_due_campaigns(bureau.office) == []


def test_an_end_before_its_time_takes_a_second_person(bureau: Bureau) -> None:
    bureau.publish_campaign()
    with pytest.raises(InvalidRequest, match="second person"):
        campaigns.end(bureau.office, CAMPAIGN, "Carol")
    with pytest.raises(InvalidRequest, match="Two different people"):
        campaigns.end(bureau.office, CAMPAIGN, "Carol", "Carol")
    assert bureau.state() == "live"
    campaigns.end(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.event("campaign.ended")["early"] is True


def test_after_closes_at_one_person_ends_it(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.go_to(AFTER)
    campaigns.end(bureau.office, CAMPAIGN, "Carol")
    assert bureau.event("campaign.ended")["early"] is False


@pytest.mark.parametrize("paused", [False, True])
def test_the_job_ends_what_is_past_its_end(bureau: Bureau, *, paused: bool) -> None:
    bureau.publish_campaign()
    if paused:
        campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    assert campaigns.end_due_campaigns(bureau.office) == []
    bureau.go_to(AFTER)
    assert campaigns.end_due_campaigns(bureau.office) == [CAMPAIGN]
    assert bureau.state() == "ended"
    assert campaigns.end_due_campaigns(bureau.office) == []


def test_the_job_ends_a_campaign_once_all_its_games_are_sold_out(bureau: Bureau) -> None:
    bureau.publish_campaign()
    sell_out(bureau, WHEEL)
    assert campaigns.end_due_campaigns(bureau.office) == []
    sell_out(bureau, CARDS)
    assert campaigns.end_due_campaigns(bureau.office) == [CAMPAIGN]


def test_a_campaign_whose_orders_earn_points_goes_on_when_its_games_are_sold_out(bureau: Bureau) -> None:
    earning = "earning: {points: 1, per_fen: 100, pool: 1000, terms: {zh-CN: 堂食, en: Meals in the shop}}\n"
    bureau.publish_campaign(changed("points: 60000\n", "points: 61000\n", PLAYABLE) + earning)
    sell_out(bureau, WHEEL)
    sell_out(bureau, CARDS)
    assert campaigns.end_due_campaigns(bureau.office) == []
    bureau.go_to(AFTER)
    assert campaigns.end_due_campaigns(bureau.office) == [CAMPAIGN]


def test_an_order_of_the_last_minute_counts_when_it_comes_in_half_an_hour_later(bureau: Bureau) -> None:
    till = Till(bureau)
    till.open(shop_text(item("cup", 5, kind="goods")), [])
    till.member("alice")
    bureau.go_to(CLOSES - timedelta(minutes=1))
    paid = till.event("order.completed", "o-1", 60, "alice")
    bureau.go_to(CLOSES + timedelta(minutes=30))
    assert campaigns.end_due_campaigns(bureau.office) == []
    till.send([paid])
    assert till.standing() == (60, 0)
    bureau.go_to(CLOSES + timedelta(minutes=60))
    assert campaigns.end_due_campaigns(bureau.office) == [CAMPAIGN]
    till.prove()


def sell_out(bureau: Bureau, game: str) -> None:
    """What a last play leaves behind in the game's row."""

    def decide(work: Work) -> None:
        row = work.fetch(GAME_BY_ID, game)
        assert row is not None
        work.insert(GAME_STOP, GameStop(game, row.run, "sold_out", "engage", work.now_ms))
        row.sold_out = 1
        row.run += 1
        work.change(GAME, row)
        work.append("game.sold_out", f"stop:{game}#1", game=game)

    bureau.services.writer.run(decide)


def test_at_the_end_every_point_is_with_a_member_or_back_in_the_plan(bureau: Bureau) -> None:
    bureau.publish_campaign()
    players = [bureau.adult(name, WHEEL) for name in ("alice", "bob")]
    for _ in range(3):
        for player in players:
            player.play()
    bureau.go_to(AFTER)
    report = campaigns.end(bureau.office, CAMPAIGN, "Carol")
    won = bureau.one("SELECT sum(credits - debits) FROM book")
    assert {kind: bureau.balance(kind) for kind in ("FUNDING", "BUDGET", "POOL", "MEMBER")} == {
        "FUNDING": -won,
        "BUDGET": 0,
        "POOL": 0,
        "MEMBER": won,
    }
    assert bureau.rows("SELECT kind, credits - debits FROM account ORDER BY kind") == [("BUDGET", 0), ("FUNDING", -won)]
    wheel = next(game for game in report if game["game"] == WHEEL)
    few = next(prize for prize in wheel["prizes"] if prize["prize"] == "prz_few")
    assert (wheel["plays"], few["won"] * 10, few["not_drawn"]) == (6, won, 5000 - won // 10)
    assert bureau.event("campaign.ended")["report"] == report


def test_a_pause_stops_every_play_and_ends_every_epoch(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    campaigns.pause(bureau.office, CAMPAIGN, "Carol")
    with pytest.raises(GameNotOpen) as refused:
        alice.play()
    assert refused.value.fields["paused"] is True
    bureau.clock.move(timedelta(hours=1))
    campaigns.resume(bureau.office, CAMPAIGN, "Dan")
    alice.open()
    assert alice.play()["receipt"]["game_seq"] == 2
    assert bureau.rows("SELECT run, reason FROM game_stop WHERE game = :game ORDER BY run", game=WHEEL) == [
        (1, "pause"),
        (2, "resume"),
    ]


def test_a_new_revision_reserves_more_units_and_closes_the_run(bureau: Bureau) -> None:
    bureau.publish_campaign()
    alice = bureau.adult("alice", WHEEL)
    alice.play()
    text = changed("units: 5000", "units: 5500", PLAYABLE)
    bureau.load(changed("basis: plan 7\n  points: 60000", "basis: plan 8\n  points: 65000", text))
    published = campaigns.publish(bureau.office, CAMPAIGN, "Dan", "Carol")
    assert (published.revision, published.revised) == (2, (WHEEL,))
    assert [line.split(":")[0] for line in published.amendments] == [
        "budget.basis",
        "budget.points",
        "games[0].prizes[0].units",
    ]
    assert bureau.rows("SELECT points, basis FROM funding_order ORDER BY recorded_at, points DESC") == [
        (60_000, "plan 7"),
        (5_000, "plan 8"),
    ]
    assert bureau.one("SELECT units FROM pool WHERE prize = 'prz_few'") == 5500
    assert bureau.balance("POOL") + bureau.balance("MEMBER") == 55_000
    assert bureau.rows("SELECT id, revision, run FROM game ORDER BY id") == [(CARDS, 1, 1), (WHEEL, 2, 2)]
    assert bureau.rows("SELECT game, run, reason FROM game_stop") == [(WHEEL, 1, "revision")]
    alice.open()
    assert alice.play()["receipt"]["revision"] == 2


def test_more_units_without_a_cover_are_refused(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(changed("units: 40\n", "units: 41\n", PLAYABLE))
    with pytest.raises(Conflict, match="needs 41 codes, 40 are imported"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    bureau.import_codes(41)
    campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.rows("SELECT units, units_left FROM pool WHERE prize = 'prz_meal'") == [(41, 41)]


def test_a_later_end_gives_every_game_a_revision_and_a_deck_game_keeps_its_deck(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(changed("closes_at: 2026-12-01", "closes_at: 2026-12-08", PLAYABLE))
    assert campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan").revised == (WHEEL, CARDS)
    rules = bureau.rows("SELECT rules FROM game_revision WHERE game = :game", game=CARDS)
    decks = [orjson.loads(text)["deck"] for (text,) in rules]
    assert len(decks) == 2
    assert decks[0] == decks[1]
    assert bureau.one("SELECT count(*) FROM deck") == 1


def test_a_change_for_the_worse_is_refused_by_name_and_nothing_changes(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(changed("per_day: 3", "per_day: 2", PLAYABLE))
    with pytest.raises(Conflict, match=r"games\[0\]\.limits\.per_day: 3 → 2: it may only grow"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.rows("SELECT id, revision, run FROM game ORDER BY id") == [(CARDS, 1, 1), (WHEEL, 1, 1)]


def test_a_draft_that_says_nothing_new_makes_no_revision(bureau: Bureau) -> None:
    bureau.publish_campaign()
    bureau.load(PLAYABLE + "# only a comment\n")
    with pytest.raises(Conflict, match="nothing else"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")


def test_the_units_of_a_game_that_is_sold_out_can_t_grow(bureau: Bureau) -> None:
    bureau.publish_campaign()
    sell_out(bureau, WHEEL)
    bureau.load(changed("units: 5000", "units: 5001", PLAYABLE))
    with pytest.raises(Conflict, match=f"{WHEEL} is over"):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    bureau.load(changed("closes_at: 2026-12-01", "closes_at: 2026-12-08", PLAYABLE))
    assert campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan").revised == (CARDS,)


MISSING = [
    ("points", ("points: 60000", "points: 49999"), "50000 points, budget.points is 49999"),
    ("goods", ("money_fen: 300000", "money_fen: 299999"), "worth 300000 fen, budget.money_fen is 299999"),
]


@pytest.mark.parametrize(("kind", "change", "said"), MISSING, ids=[row[0] for row in MISSING])
def test_what_is_not_covered_can_t_be_published(bureau: Bureau, kind: str, change: tuple[str, str], said: str) -> None:
    file = load(changed(*change, PLAYABLE), bureau.office.sections)
    bureau.import_codes()
    with bureau.services.reader.connect() as connection, pytest.raises(Conflict, match=said):
        require_covers(connection, CAMPAIGN, file.definition.budget, bureau.office.publisher.plan(file))
    with pytest.raises(Conflict):
        bureau.publish_campaign(file.text)


def test_codes_that_are_missing_are_named_with_the_command_that_imports_them(bureau: Bureau) -> None:
    bureau.load()
    bureau.import_codes(12)
    said = f"\n  prz_meal of {WHEEL} needs 40 codes, 12 are imported: engage campaign codes import"
    with pytest.raises(Conflict, match=said):
        campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    bureau.import_codes(40)
    campaigns.publish(bureau.office, CAMPAIGN, "Carol", "Dan")
    assert bureau.state() == "live"


def test_a_deck_is_sealed_once_even_if_the_publication_comes_to_nothing(bureau: Bureau) -> None:
    bureau.load()
    bureau.import_codes()
    bureau.office.publisher.prepare(load(PLAYABLE, bureau.office.sections))
    sealed = bureau.rows("SELECT id, root FROM deck")
    bureau.publish_campaign()
    assert bureau.rows("SELECT id, root FROM deck") == sealed
