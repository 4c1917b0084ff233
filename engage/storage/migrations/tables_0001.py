"""Every table of the first step, as it was on that day: later steps change them, this never does."""

import sqlalchemy as sa
from alembic import op

from engage.storage.migrations.columns import columns

ROOM = {"fillfactor": 70}
"""Rows that change at every play leave room on their page for the next version of themselves."""


def create_tables() -> None:
    """Create them, those that others refer to first."""
    _create_log()
    _create_people()
    _create_postings()
    _create_balances()
    _create_seals()
    _create_chance()
    _create_campaigns()
    _create_rewards()
    _create_games()
    _create_plays()


def drop_tables() -> None:
    """Drop every table, those that others refer to last."""
    found = sa.MetaData()
    found.reflect(op.get_bind())
    for table in reversed(found.sorted_tables):
        if table.name != "alembic_version":
            op.drop_table(table.name)


def _create_log() -> None:
    """What happened, in order, and who has read how far."""
    op.create_table(
        "log_head",
        *columns("id bigint, n bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
        sa.CheckConstraint("id = 1", name="ck_log_head_single"),
        postgresql_with=ROOM,
    )
    op.create_table(
        "event",
        *columns(
            "position bigint, name text, subject text, data text, member text null, "
            "member_position bigint null, game text null, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("position", name="pk_event"),
    )
    op.create_index("uq_event_member_member_position", "event", ["member", "member_position"], unique=True)
    op.create_table(
        "refusal_count",
        *columns("game text, code text, n bigint"),
        sa.PrimaryKeyConstraint("game", "code", name="pk_refusal_count"),
    )
    op.create_table(
        "subscriber",
        *columns("name text, position bigint"),
        sa.PrimaryKeyConstraint("name", name="pk_subscriber"),
    )
    op.create_table(
        "answered_request",
        *columns("owner text, key text, fingerprint text, status bigint, answer text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_answered_request"),
    )
    op.create_table(
        "api_key",
        *columns("id text, key_hash text, name text, scopes text, created_at bigint, revoked_at bigint null"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
    )
    op.create_table(
        "handover",
        *columns("code_hash text, state_hash text, member text, expires_at bigint"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_handover"),
    )
    op.create_index("ix_handover_expires_at", "handover", ["expires_at"])
    op.create_table(
        "page_session",
        *columns("id text, member text, began_at bigint, ends_at bigint"),
        sa.PrimaryKeyConstraint("id", name="pk_page_session"),
    )
    op.create_index("ix_page_session_ends_at", "page_session", ["ends_at"])
    op.create_table(
        "job_lease",
        *columns("name text, owner text, until bigint"),
        sa.PrimaryKeyConstraint("name", name="pk_job_lease"),
    )


def _create_people() -> None:
    """Members, and what they consent to."""
    op.create_table(
        "member",
        *columns(
            "id text, external_id text null, nickname text null, locale text, time_zone text, "
            "birth_date text null, insider bigint, attributes text, plays_per_day bigint null, "
            "looser_plays_per_day bigint null, looser_from bigint null, "
            "personalisation bigint, large_text bigint, created_at bigint, updated_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("external_id", name="uq_member_external_id"),
        sa.CheckConstraint(
            "insider IN (0, 1) AND personalisation IN (0, 1) AND large_text IN (0, 1)", name="ck_member_flags"
        ),
        sa.CheckConstraint(
            "(plays_per_day IS NULL OR plays_per_day >= 0) "
            "AND (looser_plays_per_day IS NULL OR looser_plays_per_day >= 0)",
            name="ck_member_own_limit",
        ),
    )
    op.create_table(
        "consent",
        *columns("id text, member text, purpose text, granted bigint, recorded_at bigint"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_member", "consent", ["member"])


def _create_postings() -> None:
    """The routes, and what moved along them."""
    op.create_table(
        "route",
        *columns("code bigint, name text, asset_class text, debit_kind text, credit_kind text, reverses bigint null"),
        sa.PrimaryKeyConstraint("code", name="pk_route"),
        sa.UniqueConstraint(
            "code", "asset_class", "debit_kind", "credit_kind", name="uq_route_code_asset_class_debit_kind_credit_kind"
        ),
        sa.UniqueConstraint("name", name="uq_route_name"),
        sa.ForeignKeyConstraint(["reverses"], ["route.code"], name="fk_route_reverses"),
        sa.CheckConstraint("asset_class IN ('PTS', 'TURN')", name="ck_route_asset_class"),
        sa.CheckConstraint("credit_kind NOT IN ('POOL') OR code = 103", name="ck_route_no_revived_pool"),
        sa.CheckConstraint("NOT (debit_kind = 'MEMBER' AND credit_kind = 'MEMBER')", name="ck_route_no_transfer"),
        sa.CheckConstraint("(code >= 200) = (reverses IS NOT NULL)", name="ck_route_reversal"),
    )
    op.create_table(
        "posting",
        *columns(
            "cause text, n bigint, route bigint, asset_class text, asset text, debit_kind text, "
            "credit_kind text, owner text, member text null, amount bigint, lot text null, "
            "reverses_cause text null, reverses_n bigint null, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("cause", "n", name="pk_posting"),
        sa.ForeignKeyConstraint(
            ["reverses_cause", "reverses_n"],
            ["posting.cause", "posting.n"],
            name="fk_posting_reverses_cause_reverses_n",
        ),
        sa.ForeignKeyConstraint(
            ["route", "asset_class", "debit_kind", "credit_kind"],
            ["route.code", "route.asset_class", "route.debit_kind", "route.credit_kind"],
            name="fk_posting_route_asset_class_debit_kind_credit_kind",
        ),
        sa.CheckConstraint("(asset_class = 'PTS') = (asset = 'PTS')", name="ck_posting_asset"),
        sa.CheckConstraint(
            "(debit_kind = 'MEMBER' OR credit_kind = 'MEMBER') = (member IS NOT NULL)", name="ck_posting_member"
        ),
        sa.CheckConstraint("amount > 0", name="ck_posting_positive"),
        sa.CheckConstraint("(route >= 200) = (reverses_cause IS NOT NULL)", name="ck_posting_reversal"),
    )
    op.create_index("ix_posting_member_recorded_at", "posting", ["member", "recorded_at"])


def _create_balances() -> None:
    """What the postings come to."""
    op.create_table(
        "book",
        *columns("member text, position bigint, credits bigint, debits bigint, held bigint, under_review bigint"),
        sa.PrimaryKeyConstraint("member", name="pk_book"),
        sa.CheckConstraint("credits >= debits + held AND held >= 0 AND debits >= 0", name="ck_book_covered"),
        postgresql_with=ROOM,
    )
    op.create_table(
        "account",
        *columns("kind text, owner text, overdraft bigint, credits bigint, debits bigint, held bigint"),
        sa.PrimaryKeyConstraint("kind", "owner", name="pk_account"),
        sa.CheckConstraint(
            "credits + overdraft >= debits + held AND held >= 0 AND debits >= 0", name="ck_account_covered"
        ),
        sa.CheckConstraint("kind IN ('FUNDING', 'BUDGET', 'EARN_POOL')", name="ck_account_gated"),
        sa.CheckConstraint("overdraft = 0 OR kind = 'FUNDING'", name="ck_account_overdraft"),
        postgresql_with=ROOM,
    )
    op.create_table(
        "lot",
        *columns(
            "id text, member text, asset text, amount bigint, remaining bigint, held bigint, "
            "earned_at bigint, expires_at bigint null"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lot"),
        sa.CheckConstraint("held >= 0 AND held <= remaining", name="ck_lot_held"),
        sa.CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="ck_lot_remaining"),
        postgresql_with=ROOM,
    )
    op.create_index(
        "ix_lot_open",
        "lot",
        ["member", "asset"],
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "lot_move",
        *columns("cause text, n bigint, lot text, amount bigint"),
        sa.PrimaryKeyConstraint("cause", "n", "lot", name="pk_lot_move"),
        sa.ForeignKeyConstraint(["cause", "n"], ["posting.cause", "posting.n"], name="fk_lot_move_cause_n"),
        sa.ForeignKeyConstraint(["lot"], ["lot.id"], name="fk_lot_move_lot"),
        sa.CheckConstraint("amount > 0", name="ck_lot_move_positive"),
    )


def _create_seals() -> None:
    """Approved plans, subjects under review, and the tree over the log."""
    op.create_table(
        "funding_order",
        *columns(
            "cause text, campaign text, points bigint, money_fen bigint, basis text, requested_by text, "
            "approved_by text, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("cause", name="pk_funding_order"),
        sa.CheckConstraint("points >= 0 AND money_fen >= 0", name="ck_funding_order_amounts"),
        sa.CheckConstraint("requested_by <> approved_by", name="ck_funding_order_two_people"),
    )
    op.create_table(
        "quarantine",
        *columns(
            "kind text, subject text, recorded_at bigint, reason text, lifted_at bigint null, "
            "lifted_by text null, approved_by text null"
        ),
        sa.PrimaryKeyConstraint("kind", "subject", "recorded_at", name="pk_quarantine"),
        sa.CheckConstraint("kind IN ('member', 'game')", name="ck_quarantine_kind"),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_by IS NULL) = (approved_by IS NULL) "
            "AND (lifted_by IS NULL OR lifted_by <> approved_by)",
            name="ck_quarantine_two_people",
        ),
    )
    op.create_table(
        "log_tile",
        *columns("level bigint, n bigint, hashes bytes"),
        sa.PrimaryKeyConstraint("level", "n", name="pk_log_tile"),
    )
    op.create_table(
        "checkpoint",
        *columns("size bigint, head text, recorded_at bigint, signature text"),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )


def _create_chance() -> None:
    """Seeds, keys and decks."""
    op.create_table(
        "epoch",
        *columns(
            "id text, member text, game text, run bigint, revision bigint, rules_hash text, "
            "client_commitment text, server_commitment text, sealed_seed bytes, opened_at bigint, "
            "signature text"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_epoch"),
        sa.UniqueConstraint("client_commitment", name="uq_epoch_client_commitment"),
    )
    op.create_index("ix_epoch_game", "epoch", ["game"])
    op.create_index("ix_epoch_member_game", "epoch", ["member", "game"])
    op.create_table(
        "epoch_end",
        *columns("epoch text, ended_at bigint, why text"),
        sa.PrimaryKeyConstraint("epoch", name="pk_epoch_end"),
        sa.ForeignKeyConstraint(["epoch"], ["epoch.id"], name="fk_epoch_end_epoch"),
    )
    op.create_table(
        "signing_key",
        *columns("kid text, public text, sealed_private bytes, created_at bigint"),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
        sa.UniqueConstraint("public", name="uq_signing_key_public"),
    )
    op.create_table(
        "deck",
        *columns(
            "id text, game text, n bigint, counts text, seed_commitment text, root text, sealed_seed bytes, "
            "built_at bigint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deck"),
        sa.UniqueConstraint("game", name="uq_deck_game"),
    )
    op.create_table(
        "deck_part",
        *columns("deck text, part text, n bigint, data bytes"),
        sa.PrimaryKeyConstraint("deck", "part", "n", name="pk_deck_part"),
        sa.ForeignKeyConstraint(["deck"], ["deck.id"], name="fk_deck_part_deck"),
        sa.CheckConstraint("part IN ('cards', 'nodes')", name="ck_deck_part_part"),
    )


def _create_campaigns() -> None:
    """Campaigns and their changes."""
    op.create_table(
        "campaign",
        *columns(
            "id text, state text, draft text, published text null, revision bigint, loaded_at bigint, "
            "paused_at bigint null, ended_at bigint null, resuming_at bigint null, extended_lot text null, "
            "draft_pictures text, published_pictures text null"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.CheckConstraint("state IN ('draft', 'live', 'paused', 'ended')", name="ck_campaign_state"),
    )
    op.create_table(
        "campaign_change",
        *columns(
            "campaign text, n bigint, change text, by text, approved_by text null, text_hash text, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("campaign", "n", name="pk_campaign_change"),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name="fk_campaign_change_campaign"),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> by", name="ck_campaign_change_two_people"),
    )
    op.create_table(
        "picture",
        *columns("hash text, data bytes, kept_at bigint"),
        sa.PrimaryKeyConstraint("hash", name="pk_picture"),
    )
    op.create_table(
        "picture_file",
        *columns("hash text, data bytes, small text, large text, kept_at bigint"),
        sa.PrimaryKeyConstraint("hash", name="pk_picture_file"),
        sa.ForeignKeyConstraint(["small"], ["picture.hash"], name="fk_picture_file_small"),
        sa.ForeignKeyConstraint(["large"], ["picture.hash"], name="fk_picture_file_large"),
    )


def _create_rewards() -> None:
    """Pools, and what was won from them."""
    op.create_table(
        "pool",
        *columns("game text, prize text, kind text, points bigint null, units bigint null, units_left bigint null"),
        sa.PrimaryKeyConstraint("game", "prize", name="pk_pool"),
        sa.CheckConstraint("units IS NOT NULL OR kind = 'turns'", name="ck_pool_covered"),
        sa.CheckConstraint("(units IS NULL) = (units_left IS NULL)", name="ck_pool_endless"),
        sa.CheckConstraint("kind IN ('points', 'voucher', 'goods', 'turns')", name="ck_pool_kind"),
        sa.CheckConstraint("units_left >= 0 AND units_left <= units", name="ck_pool_units_left"),
        postgresql_with=ROOM,
    )
    op.create_table(
        "prize_grant",
        *columns(
            "id text, cause text, member text, game text, revision bigint, prize text, kind text, "
            "ordinal bigint, won_at bigint, use_by bigint null"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prize_grant"),
        sa.UniqueConstraint("cause", name="uq_prize_grant_cause"),
        sa.UniqueConstraint("game", "prize", "ordinal", name="uq_prize_grant_game_prize_ordinal"),
        sa.CheckConstraint("kind IN ('voucher', 'goods')", name="ck_prize_grant_kind"),
    )
    op.create_index("ix_prize_grant_member", "prize_grant", ["member", "id"])
    op.create_table(
        "grant_state",
        *columns("grant text, n bigint, state text, note text null, actor text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("grant", "n", name="pk_grant_state"),
        sa.ForeignKeyConstraint(["grant"], ["prize_grant.id"], name="fk_grant_state_grant"),
        sa.CheckConstraint(
            "state IN ('revealed', 'revoked', 'claimed', 'withdrawn', 'shipped', 'delivered', 'declined')",
            name="ck_grant_state_state",
        ),
    )
    op.create_table(
        "voucher_use",
        *columns(
            "grant text, n bigint, previous bigint null, id text null, store text null, actor text, recorded_at bigint"
        ),
        sa.PrimaryKeyConstraint("grant", "n", name="pk_voucher_use"),
        sa.UniqueConstraint("id", name="uq_voucher_use_id"),
        sa.ForeignKeyConstraint(["grant"], ["prize_grant.id"], name="fk_voucher_use_grant"),
        sa.ForeignKeyConstraint(
            ["grant", "previous"], ["voucher_use.grant", "voucher_use.n"], name="fk_voucher_use_grant_previous"
        ),
        sa.CheckConstraint(
            "n >= 0 AND (n = 0) = (previous IS NULL) AND coalesce(previous, -1) = n - 1", name="ck_voucher_use_gapless"
        ),
        sa.CheckConstraint("(n % 2 = 0) = (id IS NOT NULL)", name="ck_voucher_use_alternating"),
    )
    op.create_index("ix_voucher_use_recorded_at", "voucher_use", ["recorded_at"])
    op.create_table(
        "voucher_code",
        *columns("game text, prize text, ordinal bigint, code_hash text, sealed_code bytes, imported_at bigint"),
        sa.PrimaryKeyConstraint("game", "prize", "ordinal", name="pk_voucher_code"),
        sa.UniqueConstraint("code_hash", name="uq_voucher_code_code_hash"),
    )
    op.create_table(
        "claim",
        *columns("grant text, n bigint, sealed_address bytes null, consent text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("grant", "n", name="pk_claim"),
        sa.ForeignKeyConstraint(["consent"], ["consent.id"], name="fk_claim_consent"),
        sa.ForeignKeyConstraint(["grant", "n"], ["grant_state.grant", "grant_state.n"], name="fk_claim_grant_n"),
    )


def _create_games() -> None:
    """Games as they were published and stopped."""
    op.create_table(
        "game",
        *columns(
            "id text, campaign text, mechanic text, chance text, state text, revision bigint, run bigint, "
            "game_seq bigint, head text, sold_out bigint, under_review bigint, ended_at bigint null"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_game"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ck_game_ended"),
        sa.CheckConstraint("mechanic IN ('wheel', 'scratch') AND chance IN ('odds', 'deck')", name="ck_game_mechanic"),
        sa.CheckConstraint("state IN ('live', 'paused', 'ended')", name="ck_game_state"),
        postgresql_with=ROOM,
    )
    op.create_index("ix_game_campaign", "game", ["campaign"])
    op.create_table(
        "game_revision",
        *columns("game text, revision bigint, rules text, rules_hash text, policy text, published_at bigint"),
        sa.PrimaryKeyConstraint("game", "revision", name="pk_game_revision"),
        sa.UniqueConstraint("rules_hash", name="uq_game_revision_rules_hash"),
    )
    op.create_table(
        "game_look",
        *columns("game text, look text"),
        sa.PrimaryKeyConstraint("game", name="pk_game_look"),
    )
    op.create_table(
        "game_stop",
        *columns("game text, run bigint, reason text, actor text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("game", "run", name="pk_game_stop"),
        sa.CheckConstraint(
            "reason IN ('pause', 'kill', 'end', 'revision', 'sold_out', 'resume')", name="ck_game_stop_reason"
        ),
    )


def _create_plays() -> None:
    """Plays, and what the next one depends on."""
    op.create_table(
        "member_game",
        *columns(
            "member text, game text, member_seq bigint, epoch text null, nonce bigint, "
            "client_seed text null, misses bigint, wins text, turn_credits bigint, turn_debits bigint, "
            "free_until bigint, day_until bigint, plays_today bigint, epochs_until bigint, "
            "epochs_today bigint, unplayed_today bigint, accepted text null, adult bigint"
        ),
        sa.PrimaryKeyConstraint("member", "game", name="pk_member_game"),
        sa.CheckConstraint("turn_credits >= turn_debits AND turn_debits >= 0", name="ck_member_game_covered"),
        postgresql_with=ROOM,
    )
    op.create_table(
        "play",
        *columns(
            "id text, member text, key text, fingerprint text, game text, game_seq bigint, epoch text, "
            "nonce bigint, serial bigint null, answer text"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_play"),
        sa.UniqueConstraint("epoch", "nonce", name="uq_play_epoch_nonce"),
        sa.UniqueConstraint("game", "game_seq", name="uq_play_game_game_seq"),
        sa.UniqueConstraint("member", "key", name="uq_play_member_key"),
    )
    op.create_index(
        "uq_play_game_serial",
        "play",
        ["game", "serial"],
        unique=True,
        sqlite_where=sa.text("serial IS NOT NULL"),
        postgresql_where=sa.text("serial IS NOT NULL"),
    )
    op.create_table(
        "play_seen",
        *columns("play text, recorded_at bigint"),
        sa.PrimaryKeyConstraint("play", name="pk_play_seen"),
        sa.ForeignKeyConstraint(["play"], ["play.id"], name="fk_play_seen_play"),
    )
    op.create_table(
        "winner",
        *columns("play text, id text, game text, revision bigint, prize text, member text, shown_at bigint"),
        sa.PrimaryKeyConstraint("play", name="pk_winner"),
        sa.UniqueConstraint("id", name="uq_winner_id"),
    )
    op.create_index("ix_winner_game", "winner", ["game", "id"])
    op.create_index("ix_winner_shown_at", "winner", ["shown_at"])
    op.create_table(
        "slot_count",
        *columns("game text, revision bigint, table_id bigint, slot text, n bigint"),
        sa.PrimaryKeyConstraint("game", "revision", "table_id", "slot", name="pk_slot_count"),
    )
    op.create_table(
        "game_monitor",
        *columns("game text, revision bigint, n bigint, log_e_nanonats bigint, alarmed_at bigint null"),
        sa.PrimaryKeyConstraint("game", "revision", name="pk_game_monitor"),
    )
