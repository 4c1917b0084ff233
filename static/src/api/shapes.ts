// The part of the contract that pages read and write. `shapes.test.ts` holds each interface against static/openapi.json.

export interface Colours {
  brand: string;
  accent: string;
}

export interface Look {
  theme: 'festive' | 'calm' | 'brand';
  colours: Colours | null;
}

export interface ShownPrize {
  id: string;
  name: string | null;
  kind: string | null;
  class: number;
  value_fen: number;
  points: number | null;
  turns: number | null;
  art: string;
}

export interface Odds {
  numerator: number;
  denominator: number;
}

export interface ShownSlot {
  slot: string;
  prize: ShownPrize;
  chain: string[];
  in_force: string | null;
  odds: Odds;
}

export interface ShownPool {
  prize: string;
  units: number | null;
  left: number | null;
}

export interface GuaranteeState {
  class: number;
  misses: number;
  left: number;
}

export interface ExpiringTurns {
  n: number;
  at: string;
}

export interface GameTurns {
  left: number;
  next_at: string | null;
  expiring: ExpiringTurns[];
}

export interface ShownDeck {
  id: string;
  n: number;
  left: number;
  root: string;
  seed_commitment: string;
}

export interface GameAnswer {
  id: string;
  campaign: string;
  mechanic: 'wheel' | 'scratch';
  chance: 'odds' | 'deck';
  title: string;
  look: Look;
  state: 'upcoming' | 'live' | 'paused' | 'sold_out' | 'ended';
  opens_at: string;
  closes_at: string;
  /** When it was over: early, sold out, or at `closes_at`. */
  ended_at: string | null;
  revision: number;
  rules_hash: string;
  table: number | null;
  slots: ShownSlot[];
  prizes: ShownPrize[];
  pools: ShownPool[];
  guarantee: GuaranteeState | null;
  turns: GameTurns;
  deck: ShownDeck | null;
  accepted: boolean;
  refusal: NextRefusal | null;
  epoch: string | null;
  unseen: UnseenAnswer[];
}

/** A play whose result was not seen yet. */
export interface UnseenAnswer {
  play: string;
  until: string;
}

export interface NextRefusal {
  code: string;
  detail: string;
  reason?: string | null;
  opens_at?: string | null;
  closes_at?: string | null;
  retry_at?: string | null;
  next_at?: string | null;
  rules_hash?: string | null;
  minimum_age?: number | null;
  declaration?: boolean | null;
}

export interface PlayBalances {
  points: number;
  held: number;
}

export interface Balances extends PlayBalances {
  turns: Record<string, number>;
}

export interface Profile {
  member: string;
  nickname: string | null;
  locale: string;
  time_zone: string;
  play_limits: LimitsInForce;
  personalisation: boolean;
  large_text: boolean;
  balances: Balances;
  position: number;
  unseen: UnseenPlay[];
  consents: Record<string, boolean>;
}

/** An unseen play of any game. */
export interface UnseenPlay extends UnseenAnswer {
  game: string;
  until_position: number;
}

export interface ProfileChanges {
  locale?: string;
  time_zone?: string;
  play_limits?: PlayLimits;
  personalisation?: boolean;
  large_text?: boolean;
}

export interface PlayLimits {
  per_day: number | null;
}

/** The member's own limit, and the looser one that holds from an instant on. */
export interface LimitsInForce extends PlayLimits {
  looser_per_day: number | null;
  looser_from: string | null;
}

export interface AcceptanceRequest {
  rules_hash: string;
  adult: boolean;
}

export interface Acceptance {
  game: string;
  rules_hash: string;
  adult: boolean;
}

export interface EpochRequest {
  client_commitment: string;
}

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

export interface PlayRequest {
  epoch: string;
  client_seed: string;
}

export interface WonPrize {
  id: string;
  kind: 'points' | 'voucher' | 'goods' | 'turns';
  class: number;
  points?: number | null;
  turns?: number | null;
  grant?: string | null;
}

export interface Show {
  slot: string;
  angle_ppm: number;
}

export interface TurnsLeft {
  left: number;
  next_at: string | null;
}

export interface PlayAnswer {
  play: string;
  receipt: Receipt;
  prize: WonPrize | null;
  show: Show;
  balances: PlayBalances;
  turns: TurnsLeft;
  position: number;
}

/** A play of the member; null in what a page may not know yet. */
export interface PlayItem {
  play: string;
  game: string;
  unseen: boolean;
  receipt: Receipt | null;
  prize: WonPrize | null;
  show: Show | null;
}

export interface Reveal {
  answer: EpochAnswer;
  client_seed: string | null;
  server_seed: string;
  receipts: Receipt[];
}

/** What pages read of a receipt (FAIRNESS, the receipt); the document itself has more. */
export interface Receipt {
  play: string;
  epoch: string;
  nonce: number;
  slot: string | null;
  passed: { prize: string; why: 'out' | 'limit' }[];
  prize: string;
  played_at: string;
  [field: string]: unknown;
}

export interface UsedAt {
  at: string;
  store: string | null;
}

/** Something that the member won. A state does not say that time has passed: compare `use_by` and `claim_by`. */
export interface PrizeAnswer {
  grant: string;
  game: string;
  campaign: string;
  prize: string;
  kind: 'voucher' | 'goods';
  name: string;
  art: string;
  where: string;
  conditions: string;
  state:
    | 'won'
    | 'revealed'
    | 'used'
    | 'revoked'
    | 'claimed'
    | 'withdrawn'
    | 'shipped'
    | 'delivered'
    | 'declined';
  won_at: string;
  since: string;
  use_by: string | null;
  claim_by: string | null;
  needs_address: boolean;
  how: string;
  organiser: string;
  contact: string;
  tax_note: string;
  note: string | null;
  used: UsedAt | null;
  points_back: number | null;
}

export interface PrizeList {
  items: PrizeAnswer[];
  next: string | null;
}

export interface CodeAnswer {
  grant: string;
  code: string;
  qr_svg: string;
}

export interface ClaimRequest {
  name: string;
  phone: string;
  address: string | null;
  consent: boolean;
}

export interface ConsentRequest {
  purpose: string;
  granted: boolean;
}

/** One movement: positive amounts came in, negative ones went out. `reason` is the name of its route. */
export interface PostingAnswer {
  posting: string;
  asset: string;
  amount: number;
  reason: string;
  cause: string;
  source: string | null;
  source_name: string | null;
  reverses: string | null;
  expires_at: string | null;
  at: string;
}

/** Points received together; null is for life. */
export interface LotAnswer {
  received: number;
  left: number;
  expires_at: string | null;
  at: string;
}

/** Points that can't be used yet, and until when; null is not known. */
export interface HoldAnswer {
  points: number;
  reason: string;
  until: string | null;
}

export interface Statement {
  items: PostingAnswer[];
  lots: LotAnswer[];
  holds: HoldAnswer[];
  next: string | null;
}

export interface WinnerPrize {
  id: string;
  kind: 'points' | 'voucher' | 'goods' | 'turns';
  names: Record<string, string>;
  value_fen: number;
}

/** Somebody who won what has to be shown; `name` is masked. */
export interface WinnerItem {
  id: string;
  name: string | null;
  prize: WinnerPrize;
  at: string;
}

/** One use of a voucher at a till; `by` is the id of its key. */
export interface UseAnswer {
  /** The last characters of the code, four at most. */
  code_ends: string;
  use: string;
  grant: string;
  game: string;
  prize: string;
  name: string;
  store: string | null;
  by: string;
  used_at: string;
  undo_until: string;
  undone_at: string | null;
}

export interface UseList {
  date: string;
  time_zone: string;
  items: UseAnswer[];
  next: string | null;
}

export interface WhyNot {
  code: 'under_review' | 'not_eligible' | 'revoked' | 'not_revealed' | 'already_used' | 'expired';
  detail: string;
}

/** A voucher at the counter; `refusal` is null if it may be used now. */
export interface VoucherAnswer {
  grant: string;
  game: string;
  prize: string;
  name: string;
  where: string;
  conditions: string;
  state: 'won' | 'revealed' | 'used' | 'revoked';
  won_at: string;
  use_by: string | null;
  refusal: WhyNot | null;
  last_use: UseAnswer | null;
}

export interface UseRequest {
  store: string | null;
}
