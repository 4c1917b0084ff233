// The step `format`: the exact keys, types and values of each document, and what its own parts must agree on.
import { t } from '../words/words';
import type { DeckRules, Receipt, RulesDocument, Slot } from './documents';
import { NO_PRIZE } from './draw';
import {
  type Check,
  type Fault,
  field,
  hash,
  integer,
  isObject,
  listOf,
  MAX_U32,
  nullable,
  object,
  pair,
  signature,
  text,
  time,
  word,
} from './shapes';

export const MAX_CARDS = 1_000_000;
const whole = integer(0);
const positive = integer(1);
const serial = integer(0, MAX_CARDS - 1);
const cards = integer(1, MAX_CARDS);
const algorithm = word('draw/1', 'deck/1');
const anything: Check = () => '';

const checkPrize = object({
  id: text,
  kind: word('points', 'voucher', 'goods', 'turns'),
  points: nullable(whole),
  market_value_fen: whole,
  units: nullable(whole),
  class: positive,
  per_member: nullable(positive),
});

const checkSlot = object({ slot: text, prize: text, else: listOf(text), weight: integer(1, MAX_U32) });

const checkRules = object({
  alg: algorithm,
  game: text,
  revision: positive,
  opens_at: time,
  closes_at: time,
  time_zone: text,
  prizes: listOf(checkPrize),
  tables: listOf(object({ id: whole, slots: listOf(checkSlot) })),
  guarantee: nullable(object({ class: positive, misses: positive, table: whole })),
  turns: object({ free_per_day: whole }),
  limits: object({ per_day: nullable(whole), per_campaign: nullable(whole) }),
  when_out: word('end'),
  deck: nullable(
    object({ id: text, n: cards, counts: listOf(pair(text, cards)), seed_commitment: hash, root: hash }),
  ),
  texts_hash: hash,
});

/** An epoch: the signed answer, and the seeds that are shown. */
export const checkEpoch = object({
  answer: object({
    epoch: text,
    member: text,
    game: text,
    rules_hash: hash,
    client_commitment: hash,
    server_commitment: hash,
    opened_at: time,
    signature,
  }),
  client_seed: nullable(hash),
  server_seed: nullable(hash),
});

const CLAIMS = {
  game: text,
  game_seq: positive,
  revision: positive,
  member: text,
  member_seq: positive,
  epoch: text,
  nonce: whole,
  prize: text,
  guarantee: nullable(object({ before: whole, after: whole })),
  played_at: time,
};

/** A receipt. */
export const checkReceipt = object({
  ...CLAIMS,
  v: integer(1, 1),
  play: text,
  alg: algorithm,
  prev: hash,
  rules_hash: hash,
  nonce: integer(0, 999),
  client_seed: hash,
  table: nullable(whole),
  ticket: integer(0, MAX_U32 - 1),
  slot: nullable(text),
  passed: listOf(object({ prize: text, why: word('out', 'limit') })),
  deck: nullable(object({ start: serial, salt: hash, path: listOf(hash) })),
  seal: object({ index: integer(0, MAX_U32), size: integer(1, MAX_U32), path: listOf(hash), signature }),
});

/** Whether what the receipts after it need of a receipt can be read. */
export const canBeFollowed = (receipt: unknown): boolean =>
  isObject(receipt) &&
  Object.entries(CLAIMS).every(
    ([name, check]) => Object.hasOwn(receipt, name) && !check(field(receipt, name)),
  );

/** A revealed deck. */
export const checkDeck = object({ id: text, seed: hash, sales: listOf(pair(whole, whole)) });

/** The signed end of a game. */
export const checkClose = object({
  game: text,
  plays: whole,
  head: hash,
  epochs: whole,
  rules: listOf(hash),
  ended_at: time,
  signature,
});

const BASE64URL_OF_32_BYTES = /^[0-9A-Za-z_-]{43}$/;

/** A JWK (RFC 8037 §2); it may have more members than an Ed25519 key needs, and other kinds are passed over. */
const listedKey: Check = (value) => {
  if (!isObject(value)) return t('is not an object');
  if (!isEd25519(value)) return '';
  const x = field(value, 'x');
  return typeof x === 'string' && BASE64URL_OF_32_BYTES.test(x) ? '' : t('x is not 32 bytes in base64url');
};

/** Whether a JWK says that it is a key of this kind. */
export const isEd25519 = (jwk: unknown): boolean =>
  field(jwk, 'kty') === 'OKP' && field(jwk, 'crv') === 'Ed25519';

/** A set of keys. */
export const checkKeySet: Check = (value) => {
  if (!isObject(value) || !Object.hasOwn(value, 'keys')) return t('is not a set of keys');
  const fault = listOf(listedKey)(field(value, 'keys'));
  return fault && `keys ${fault}`;
};

/** The outermost form of an export. */
export const checkExport = object({
  format: word('engage-export/1'),
  exported_at: time,
  keys: checkKeySet,
  rules: listOf(anything),
  epochs: listOf(anything),
  receipts: listOf(anything),
  decks: listOf(anything),
  closes: listOf(anything),
});

/** The prizes of a slot in the order in which it pays them. */
export const chainOf = (slot: Slot): string[] => [slot.prize, ...slot.else];

/** What is wrong with a rules document, taken for itself. */
export function faultOfRules(document: unknown): Fault {
  const fault = checkRules(document);
  if (fault) return fault;
  const rules = document as RulesDocument;
  const names = new Set(rules.prizes.map((prize) => prize.id));
  if (names.size < rules.prizes.length || names.has(NO_PRIZE)) {
    return t('has a prize twice, or one that is called none');
  }
  if (rules.prizes.some((prize) => prize.units === null && prize.kind !== 'turns')) {
    return t('has a prize without end that is not turns');
  }
  return rules.alg === 'draw/1' ? faultOfTables(rules, names) : faultOfCounts(rules);
}

/** What is wrong with the tables and the guarantee of a game by odds. */
function faultOfTables(rules: RulesDocument, names: ReadonlySet<string>): Fault {
  const tables = new Map(rules.tables.map((table) => [table.id, table.slots]));
  if (rules.deck) return t('has a deck beside its odds');
  if (tables.size < rules.tables.length || !tables.has(0)) return t('has a table twice, or no table 0');
  for (const [number, slots] of tables) {
    const table = String(number);
    if (!slots.length || new Set(slots.map((slot) => slot.slot)).size < slots.length) {
      return t('table {table} has no slot, or one twice', { table });
    }
    if (slots.reduce((total, slot) => total + slot.weight, 0) > MAX_U32) {
      return t('the weights of table {table} add up to 2^32 or more', { table });
    }
    if (slots.flatMap(chainOf).some((prize) => prize !== NO_PRIZE && !names.has(prize))) {
      return t('table {table} names a prize that is not there', { table });
    }
  }
  return faultOfGuarantee(rules, tables);
}

function faultOfGuarantee(rules: RulesDocument, tables: ReadonlyMap<number, Slot[]>): Fault {
  const guarantee = rules.guarantee;
  if (!guarantee) return '';
  const slots = tables.get(guarantee.table);
  if (!slots) return t('the guarantee names a table that is not there');
  const classes = new Map(rules.prizes.map((prize) => [prize.id, prize.class]));
  return slots.flatMap(chainOf).some((prize) => (classes.get(prize) ?? 0) < guarantee.class)
    ? t("the guarantee's table can pay less than the guarantee promises")
    : '';
}

/** What is wrong with the deck of a deck game. */
function faultOfCounts(rules: RulesDocument): Fault {
  const deck = rules.deck;
  if (!deck || rules.tables.length || rules.guarantee) {
    return t('has no deck, or tables or a guarantee beside it');
  }
  const counts = new Map(deck.counts);
  const sum = [...counts.values()].reduce((total, k) => total + k, 0);
  if (counts.size < deck.counts.length || sum !== deck.n) {
    return t("the deck's counts name a prize twice or do not add up to n");
  }
  if (rules.prizes.some((prize) => prize.per_member !== null)) {
    return t('has a prize with a limit per member in a deck');
  }
  counts.delete(NO_PRIZE);
  const isSame =
    counts.size === rules.prizes.length &&
    rules.prizes.every((prize) => counts.get(prize.id) === prize.units);
  return isSame ? '' : t('the units of the prizes are not their counts in the deck');
}

/** What is wrong with the form of a receipt of a game by odds. */
export function faultOfDraw(
  receipt: Receipt,
  rules: RulesDocument,
  total: (table: number) => number | null,
): Fault {
  if (receipt.table === null || receipt.slot === null || receipt.deck) {
    return t('the receipt of a draw has no table or no slot, or a deck');
  }
  const sum = total(receipt.table);
  if (sum === null) return t('the rules have no table {table}', { table: String(receipt.table) });
  if (receipt.ticket >= sum) {
    return t('the ticket is not below {sum}, the sum of the weights', { sum: String(sum) });
  }
  if ((receipt.guarantee === null) !== (rules.guarantee === null)) {
    return t('the receipt and its rules do not both have a guarantee');
  }
  const named = [receipt.prize, ...receipt.passed.map((passed) => passed.prize)];
  return named.every((name) => name === NO_PRIZE || rules.prizes.some((prize) => prize.id === name))
    ? ''
    : t('the receipt names a prize that its rules do not have');
}

/** What is wrong with the form of a receipt of a deck game. */
export function faultOfCard(receipt: Receipt, deck: DeckRules): Fault {
  const isBare =
    receipt.table === null && receipt.slot === null && !receipt.passed.length && !receipt.guarantee;
  if (!isBare || !receipt.deck) {
    return t('the receipt of a card has no deck, or a table, slot, passed or guarantee');
  }
  if (Math.max(receipt.ticket, receipt.deck.start) >= deck.n) {
    return t('ticket or start are not serials of a deck of {n}', { n: String(deck.n) });
  }
  return deck.counts.some(([prize]) => prize === receipt.prize) ? '' : t('the deck has no such prize');
}
