"""An honest operator in memory: it opens epochs, decides plays and seals receipts just as published.

Its exports are what the verifier must call proven. `seal_again` signs a changed export, as a dishonest one could.
"""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

from engage.fairness import verifier as v
from engage.fairness.keys import SigningKey, jwks

Document = dict[str, Any]

VECTORS: Document = json.loads((Path(__file__).parents[1] / "vectors" / "fairness.json").read_text(encoding="utf-8"))
SETS: list[Document] = VECTORS["sets"]

_Draw: TypeAlias = tuple[bytes, bytes, str, bytes, int]

OPENS = datetime(2026, 12, 1, 2, tzinfo=UTC)
CLOSES = datetime(2026, 12, 31, 16, tzinfo=UTC)


def instant(moment: datetime) -> str:
    """A time as exports write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def prize(id_: str, kind: str = "points", units: int | None = 10, **more: Any) -> Document:
    """A prize of a rules document."""
    document = {"id": id_, "kind": kind, "points": 50 if kind == "points" else None, "market_value_fen": 100}
    return document | {"units": units, "class": 1, "per_member": None} | more


def slot(name: str, weight: int, prize_id: str, *chain: str) -> Document:
    """A slot of a table: what it pays first, then its chain."""
    return {"slot": name, "prize": prize_id, "else": list(chain), "weight": weight}


def rules(game: str, prizes: list[Document], *tables: list[Document], **more: Any) -> Document:
    """A rules document of a game by odds."""
    document = {
        "alg": "draw/1",
        "game": game,
        "revision": 1,
        "opens_at": instant(OPENS),
        "closes_at": instant(CLOSES),
        "time_zone": "Asia/Shanghai",
        "prizes": prizes,
        "tables": [{"id": i, "slots": slots} for i, slots in enumerate(tables)],
        "guarantee": None,
        "turns": {"free_per_day": 1},
        "limits": {"per_day": None, "per_campaign": None},
        "when_out": "end",
        "deck": None,
        "texts_hash": "00" * 32,
    }
    return document | more


def deck_rules(game: str, deck: str, counts: list[list[Any]], seed: bytes) -> Document:
    """A rules document of a deck game, sealed with a seed."""
    n = sum(k for _, k in counts)
    digest = v.deck_rules_hash(deck, counts, n)
    key = v.deck_key(digest, seed)
    order = v.deck_order(key, deck, [(prize_id, k) for prize_id, k in counts])
    root = v.tree_head(v.card_leaf(deck, i, p, v.card_salt(key, i)) for i, p in enumerate(order))
    prizes = [prize(p, "goods", k) for p, k in counts if p != v.NO_PRIZE]
    commitment = v.deck_commitment(deck, digest, seed)
    sealed = {"id": deck, "n": n, "counts": counts, "seed_commitment": commitment.hex(), "root": root.hex()}
    return rules(game, prizes, alg="deck/1", deck=sealed)


def rules_hash(document: Document) -> str:
    """R in hex."""
    return v.rules_hash(v.canonical(document)).hex()


@dataclass
class _Deck:
    seed: bytes
    order: list[str]
    salts: list[bytes]
    leaves: list[bytes]
    sales: list[list[int]] = field(default_factory=list)


@dataclass
class House:
    """The operator. Time moves by one second with each happening. Secrets follow from a number, so runs repeat."""

    seed: bytes = b"house"
    now: datetime = OPENS + timedelta(hours=1)
    documents: list[Document] = field(default_factory=list)
    epochs: dict[str, Document] = field(default_factory=dict)
    receipts: list[Document] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = SigningKey(self._secret("key"))
        self.rules_of: dict[str, Document] = {}
        self.wins: Counter[tuple[str, str]] = Counter()
        self.wins_of: Counter[tuple[str, str, str]] = Counter()
        self.heads: dict[str, bytes] = {}
        self.counts: Counter[str] = Counter()
        self.member_counts: Counter[tuple[str, str]] = Counter()
        self.misses: Counter[tuple[str, str]] = Counter()
        self.nonces: Counter[str] = Counter()
        self.decks: dict[str, _Deck] = {}
        self._waiting: list[Document] = []

    def _secret(self, *names: object) -> bytes:
        return sha256(self.seed + repr(names).encode()).digest()

    def tick(self) -> str:
        """A second later."""
        self.now += timedelta(seconds=1)
        return instant(self.now)

    def publish(self, document: Document, deck_seed: bytes | None = None) -> None:
        """Put a revision into play."""
        self.documents.append(document)
        self.rules_of[document["game"]] = document
        if deck_seed is not None:
            deck, counts = document["deck"]["id"], document["deck"]["counts"]
            key = v.deck_key(v.deck_rules_hash(deck, counts, document["deck"]["n"]), deck_seed)
            order = v.deck_order(key, deck, [(p, k) for p, k in counts])
            salts = [v.card_salt(key, i) for i in range(len(order))]
            leaves = [v.card_leaf(deck, i, p, salts[i]) for i, p in enumerate(order)]
            self.decks[document["game"]] = _Deck(deck_seed, order, salts, leaves)

    def open(self, member: str, game: str) -> str:
        """Open an epoch; its id."""
        epoch = f"epo_{len(self.epochs)}"
        client_seed, server_seed = self._secret("client", epoch), self._secret("server", epoch)
        digest, committed = rules_hash(self.rules_of[game]), v.client_commitment(client_seed)
        answer = {
            "epoch": epoch,
            "member": member,
            "game": game,
            "rules_hash": digest,
            "client_commitment": committed.hex(),
            "server_commitment": v.server_commitment(
                game, bytes.fromhex(digest), member, epoch, committed, server_seed
            ).hex(),
            "opened_at": self.tick(),
        }
        answer["signature"] = self.key.sign("engage epoch", v.canonical(answer))
        self.epochs[epoch] = {"answer": answer, "client_seed": None, "server_seed": server_seed.hex()}
        return epoch

    def play(self, epoch: str) -> Document | None:
        """Play once; None if the play is not admitted. The receipt is sealed by `commit`."""
        answer = self.epochs[epoch]["answer"]
        game, member = answer["game"], answer["member"]
        document = self.rules_of[game]
        client_seed, server_seed = self._secret("client", epoch), self._secret("server", epoch)
        draw = (server_seed, bytes.fromhex(answer["rules_hash"]), epoch, client_seed, self.nonces[epoch])
        drawn = self._draw_slot(draw, document, member) if document["deck"] is None else self._draw_card(draw, game)
        if drawn is None:
            return None
        self.counts[game] += 1
        self.member_counts[member, game] += 1
        receipt = {
            "v": 1,
            "play": f"pla_{game}_{self.counts[game]}",
            "alg": document["alg"],
            "game": game,
            "game_seq": self.counts[game],
            "prev": self.heads.get(game, v.ZERO_HASH).hex(),
            "revision": document["revision"],
            "rules_hash": answer["rules_hash"],
            "member": member,
            "member_seq": self.member_counts[member, game],
            "epoch": epoch,
            "nonce": self.nonces[epoch],
            "client_seed": client_seed.hex(),
            "played_at": self.tick(),
            **drawn,
        }
        self.epochs[epoch]["client_seed"] = client_seed.hex()
        self.nonces[epoch] += 1
        self.heads[game] = v.receipt_leaf(receipt)
        self.wins[game, receipt["prize"]] += 1
        self.wins_of[game, member, receipt["prize"]] += 1
        self._waiting.append(receipt)
        return receipt

    def _draw_card(self, draw: _Draw, game: str) -> Document | None:
        deck = self.decks[game]
        n, sold = len(deck.order), {serial for _, serial in deck.sales}
        if len(sold) == n:
            return None
        start = v.deck_start(*draw, n)
        serial = next(i % n for i in range(start, start + n) if i % n not in sold)
        deck.sales.append([start, serial])
        path = [node.hex() for node in v.audit_path(deck.leaves, serial)]
        card = {"start": start, "salt": deck.salts[serial].hex(), "path": path}
        return _outcome(None, serial, None, [], deck.order[serial]) | {"guarantee": None, "deck": card}

    def _draw_slot(self, draw: _Draw, document: Document, member: str) -> Document | None:
        game, guarantee = document["game"], document["guarantee"]
        before = self.misses[member, game]
        number = guarantee["table"] if guarantee and before >= guarantee["misses"] else 0
        slots = next(table["slots"] for table in document["tables"] if table["id"] == number)
        walks = [self._walk(document, member, one) for one in slots]
        if None in walks:
            return None
        bounds = list(accumulate(one["weight"] for one in slots))
        ticket = v.draw_ticket(*draw, bounds[-1])
        place = next(i for i, bound in enumerate(bounds) if bound > ticket)
        prize_id, passed = walks[place] or ("", [])
        counted = None
        if guarantee:
            is_win = next((p["class"] for p in document["prizes"] if p["id"] == prize_id), 0) >= guarantee["class"]
            self.misses[member, game] = 0 if is_win else before + 1
            counted = {"before": before, "after": self.misses[member, game]}
        shown = _outcome(number, ticket, slots[place]["slot"], passed, prize_id)
        return shown | {"guarantee": counted, "deck": None}

    def _walk(self, document: Document, member: str, one: Document) -> tuple[str, list[Document]] | None:
        passed: list[Document] = []
        for prize_id in [one["prize"], *one["else"]]:
            why = self._why_not(document, member, prize_id)
            if why is None:
                return prize_id, passed
            passed.append({"prize": prize_id, "why": why})
        return None

    def _why_not(self, document: Document, member: str, prize_id: str) -> str | None:
        game = document["game"]
        found = next((p for p in document["prizes"] if p["id"] == prize_id), None)
        if found is None:
            return None
        if found["units"] is not None and self.wins[game, prize_id] >= found["units"]:
            return "out"
        limit = found["per_member"]
        return "limit" if limit is not None and self.wins_of[game, member, prize_id] >= limit else None

    def commit(self) -> None:
        """Seal the receipts that wait: one tree, one signature."""
        if self._waiting:
            self.receipts += sealed(self._waiting, self.key)
            self._waiting = []

    def export(self, *, closed: bool = True, revealed: bool = True, member: str | None = None) -> Document:
        """An export of everything, or of one member."""
        receipts = [one for one in self.receipts if member in {None, one["member"]}]
        epochs = [one for one in self.epochs.values() if member in {None, one["answer"]["member"]}]
        decks = [
            {"id": self.rules_of[game]["deck"]["id"], "seed": deck.seed.hex(), "sales": deck.sales}
            for game, deck in self.decks.items()
        ]
        document = {
            "format": "engage-export/1",
            "exported_at": self.tick(),
            "keys": jwks([self.key.public]),
            "rules": self.documents,
            "epochs": epochs if revealed else [one | {"server_seed": None} for one in epochs],
            "receipts": receipts,
            "decks": decks if revealed else [],
            "closes": [self._close(game) for game in self.rules_of] if closed and member is None else [],
        }
        return deepcopy(document)

    def _close(self, game: str) -> Document:
        close = {
            "game": game,
            "plays": self.counts[game],
            "head": self.heads.get(game, v.ZERO_HASH).hex(),
            "epochs": sum(one["answer"]["game"] == game for one in self.epochs.values()),
            "rules": [rules_hash(one) for one in self.documents if one["game"] == game],
            "ended_at": instant(self.now),
        }
        return close | {"signature": self.key.sign("engage close", v.canonical(close))}


def _outcome(table: int | None, ticket: int, slot_: str | None, passed: list[Document], prize_id: str) -> Document:
    return {"table": table, "ticket": ticket, "slot": slot_, "passed": passed, "prize": prize_id}


def sealed(receipts: list[Document], key: SigningKey) -> list[Document]:
    """Receipts with the seal of one commit."""
    leaves = [v.receipt_leaf(one) for one in receipts]
    payload = v.u32(len(leaves)) + v.tree_head(leaves)
    signature = key.sign("engage receipts", payload)
    return [
        one
        | {
            "seal": {
                "index": i,
                "size": len(leaves),
                "path": [node.hex() for node in v.audit_path(leaves, i)],
                "signature": signature,
            }
        }
        for i, one in enumerate(receipts)
    ]


def seal_again(export: Document, key: SigningKey) -> None:
    """Sign everything in a changed export once more, in place: the chain of each game, seals, answers and closes."""
    heads: dict[str, str] = {}
    for epoch in export["epochs"]:
        _sign_again(epoch["answer"], "engage epoch", key)
    for i, receipt in enumerate(export["receipts"]):
        unsealed = {name: value for name, value in receipt.items() if name != "seal"}
        unsealed["prev"] = heads.get(receipt["game"], receipt["prev"])
        export["receipts"][i] = sealed([unsealed], key)[0]
        heads[receipt["game"]] = v.receipt_leaf(unsealed).hex()
    for close in export["closes"]:
        close["head"] = heads.get(close["game"], close["head"])
        _sign_again(close, "engage close", key)


def _sign_again(document: Document, label: str, key: SigningKey) -> None:
    document.pop("signature")
    document["signature"] = key.sign(label, v.canonical(document))
