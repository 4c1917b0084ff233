"""One row of each fact, as the hostile statements of the tests need them."""

from typing import Any

Row = dict[str, Any]

POINTS: Row = {"route": 111, "asset_class": "PTS", "asset": "PTS", "debit_kind": "POOL", "credit_kind": "MEMBER"}
TURNS: Row = {
    "route": 131,
    "asset_class": "TURN",
    "asset": "TURN:gam_w",
    "debit_kind": "TURN_SOURCE",
    "credit_kind": "MEMBER",
}
GRANT: Row = POINTS | {
    "cause": "play:pla_1",
    "n": 1,
    "owner": "cmp_1",
    "member": "mem_alice",
    "amount": 50,
    "lot": "play:pla_1#1",
    "reverses_cause": None,
    "reverses_n": None,
    "recorded_at": 1,
}
BACK: Row = GRANT | {
    "cause": "reversal:1",
    "n": 0,
    "route": 211,
    "debit_kind": "MEMBER",
    "credit_kind": "BUDGET",
    "reverses_cause": "play:pla_1",
    "reverses_n": 1,
}
LOT: Row = {
    "id": "play:pla_1#1",
    "member": "mem_alice",
    "asset": "PTS",
    "amount": 50,
    "remaining": 50,
    "held": 0,
    "earned_at": 1,
    "expires_at": 1000,
}
CAMPAIGN: Row = {
    "id": "cmp_1",
    "state": "draft",
    "draft": "",
    "published": None,
    "revision": 0,
    "loaded_at": 1,
    "paused_at": None,
    "ended_at": None,
    "draft_pictures": "{}",
}
ORDER: Row = {
    "cause": "publish:cmp_1#1",
    "campaign": "cmp_1",
    "points": 50,
    "money_fen": 0,
    "basis": "",
    "requested_by": "Carol",
    "approved_by": "Dan",
    "recorded_at": 1,
}
WON: Row = {
    "id": "grt_1",
    "cause": "play:pla_1",
    "member": "mem_alice",
    "game": "gam_w",
    "revision": 1,
    "prize": "prz_meal",
    "kind": "voucher",
    "ordinal": 0,
    "won_at": 1,
    "use_by": None,
}
PLAY: Row = {
    "id": "pla_1",
    "member": "mem_alice",
    "key": "k",
    "fingerprint": "f",
    "game": "gam_w",
    "game_seq": 1,
    "epoch": "epo_1",
    "nonce": 0,
    "serial": None,
    "answer": "{}",
}
EPOCH: Row = {
    "id": "epo_1",
    "member": "mem_alice",
    "game": "gam_w",
    "run": 1,
    "revision": 1,
    "rules_hash": "r",
    "client_commitment": "c",
    "server_commitment": "s",
    "sealed_seed": b"seed",
    "opened_at": 1,
    "signature": "",
}
DECK: Row = {
    "id": "dck_1",
    "game": "gam_w",
    "n": 1,
    "counts": "[]",
    "seed_commitment": "",
    "root": "",
    "sealed_seed": b"",
    "built_at": 1,
}
CHANGE: Row = {
    "campaign": "cmp_1",
    "n": 1,
    "change": "publish",
    "by": "Carol",
    "approved_by": "Dan",
    "text_hash": "",
    "recorded_at": 1,
}
CODE: Row = {
    "game": "gam_w",
    "prize": "prz_meal",
    "ordinal": 0,
    "code_hash": "h",
    "sealed_code": b"",
    "imported_at": 1,
    "folded_hash": None,
}
CONSENT: Row = {"id": "con_1", "member": "mem_alice", "purpose": "shipping", "granted": 1, "recorded_at": 1}
CLAIM: Row = {"grant": "grt_1", "n": 0, "sealed_address": b"home", "consent": "con_1", "recorded_at": 1}
USE: Row = {
    "grant": "grt_1",
    "n": 0,
    "previous": None,
    "id": "use_1",
    "store": "Shop 12",
    "actor": "key_1",
    "recorded_at": 1,
}
UNDONE = USE | {"n": 1, "previous": 0, "id": None, "store": None}
EVENT: Row = {
    "position": 1,
    "name": "tested",
    "subject": "test:1",
    "data": "",
    "member": None,
    "member_position": None,
    "game": None,
    "recorded_at": 1,
}

# One row of each fact, those that others refer to first.
FACTS: dict[str, Row] = {
    "event": EVENT,
    "posting": GRANT,
    "lot": LOT,
    "lot_move": {"cause": "play:pla_1", "n": 1, "lot": "play:pla_1#1", "amount": 1},
    "funding_order": ORDER,
    "epoch": EPOCH,
    "epoch_end": {"epoch": "epo_1", "ended_at": 2, "why": "asked"},
    "play": PLAY,
    "game_revision": {
        "game": "gam_w",
        "revision": 1,
        "rules": "{}",
        "rules_hash": "r",
        "policy": "{}",
        "published_at": 1,
    },
    "game_stop": {"game": "gam_w", "run": 1, "reason": "pause", "actor": "Carol", "recorded_at": 1},
    "prize_grant": WON,
    "grant_state": {"grant": "grt_1", "n": 0, "state": "revealed", "note": None, "actor": "x", "recorded_at": 1},
    "voucher_use": USE,
    "consent": CONSENT,
    "claim": CLAIM,
    "checkpoint": {"size": 1, "head": "", "recorded_at": 1, "signature": ""},
    "answered_request": {
        "owner": "mem_alice",
        "key": "k",
        "fingerprint": "f",
        "status": 201,
        "answer": "{}",
        "recorded_at": 1,
    },
    "deck": DECK,
    "deck_part": {"deck": "dck_1", "part": "cards", "n": 0, "data": b""},
    "campaign": CAMPAIGN,
    "campaign_change": CHANGE,
    "picture": {"hash": "p", "data": b"", "kept_at": 1},
    "picture_file": {"hash": "f", "data": b"", "small": "p", "large": "p", "kept_at": 1},
    "signing_key": {"kid": "k", "public": "p", "sealed_private": b"", "created_at": 1},
    "voucher_code": CODE,
    "quarantine": {
        "kind": "member",
        "subject": "mem_alice",
        "recorded_at": 1,
        "reason": "",
        "lifted_at": None,
        "lifted_by": None,
        "approved_by": None,
    },
}
