// What an export holds (FAIRNESS §5), once its form was checked. Hashes and seeds are hex, signatures base64url.

export interface Prize {
  id: string;
  kind: 'points' | 'voucher' | 'goods' | 'turns';
  points: number | null;
  market_value_fen: number;
  units: number | null;
  class: number;
  per_member: number | null;
}

export interface Slot {
  slot: string;
  prize: string;
  else: string[];
  weight: number;
}

export interface Guarantee {
  class: number;
  misses: number;
  table: number;
}

export interface DeckRules {
  id: string;
  n: number;
  counts: [string, number][];
  seed_commitment: string;
  root: string;
}

export interface RulesDocument {
  alg: 'draw/1' | 'deck/1';
  game: string;
  revision: number;
  opens_at: string;
  closes_at: string;
  time_zone: string;
  prizes: Prize[];
  tables: { id: number; slots: Slot[] }[];
  guarantee: Guarantee | null;
  turns: { free_per_day: number };
  limits: { per_day: number | null; per_campaign: number | null };
  when_out: 'end';
  deck: DeckRules | null;
  texts_hash: string;
}

/** What a server promises when an epoch is opened, before it knows the member's seed. */
export interface EpochAnswer {
  epoch: string;
  member: string;
  game: string;
  rules_hash: string;
  client_commitment: string;
  server_commitment: string;
  opened_at: string;
  signature: string;
}

export interface EpochDocument {
  answer: EpochAnswer;
  client_seed: string | null;
  server_seed: string | null;
}

export interface Seal {
  index: number;
  size: number;
  path: string[];
  signature: string;
}

export interface Receipt {
  v: 1;
  play: string;
  alg: 'draw/1' | 'deck/1';
  game: string;
  game_seq: number;
  prev: string;
  revision: number;
  rules_hash: string;
  member: string;
  member_seq: number;
  epoch: string;
  nonce: number;
  client_seed: string;
  table: number | null;
  ticket: number;
  slot: string | null;
  passed: { prize: string; why: 'out' | 'limit' }[];
  prize: string;
  guarantee: { before: number; after: number } | null;
  deck: { start: number; salt: string; path: string[] } | null;
  played_at: string;
  seal: Seal;
}

export interface DeckDocument {
  id: string;
  seed: string;
  sales: [number, number][];
}

export interface CloseDocument {
  game: string;
  plays: number;
  head: string;
  epochs: number;
  rules: string[];
  ended_at: string;
  signature: string;
}

/** A set of keys (RFC 8037); only those of Ed25519 must have an `x`. */
export interface KeySet {
  keys: { kty?: unknown; crv?: unknown; x?: string }[];
}

export interface ExportDocument {
  format: 'engage-export/1';
  exported_at: string;
  keys: KeySet;
  rules: RulesDocument[];
  epochs: EpochDocument[];
  receipts: Receipt[];
  decks: DeckDocument[];
  closes: CloseDocument[];
}
