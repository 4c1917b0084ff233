// `deck/1`: a sealed, finite deck, built again from its seed and sold again by the rule (FAIRNESS §4).
import { type Bytes, concat, lp, tag, toHex, u32, utf8 } from './bytes';
import { canonical } from './canonical';
import { below, Words } from './draw';
import { hmac, hmacKey, leafHash, sha256 } from './hashes';
import { type Pace, STILL } from './pace';
import { treeHead } from './tree';

const BLOCKS_AHEAD = 256;

/** How many cards hold each prize, in published order. */
export type Counts = readonly (readonly [string, number])[];

/** RD: the hash of what a deck is made of. */
export const deckRulesHash = (deck: string, counts: Counts, n: number): Promise<Bytes> =>
  sha256(concat(tag('deck/1 rules'), utf8(canonical({ alg: 'deck/1', counts, deck, n }))));

/** Cd: what is published of a deck's seed before the first sale. */
export const deckCommitment = (deck: string, deckRules: Bytes, seed: Bytes): Promise<Bytes> =>
  sha256(concat(tag('deck/1 seed'), lp(utf8(deck), deckRules, seed)));

/** K: the key of a deck's order and salts. */
export async function deckKey(deckRules: Bytes, seed: Bytes): Promise<CryptoKey> {
  return hmacKey(await hmac(await hmacKey(seed), concat(tag('deck/1 key'), lp(deckRules))));
}

/** The prize of each serial: Fisher–Yates over the expanded counts, from the last card down. */
export async function deckOrder(key: CryptoKey, deck: string, counts: Counts): Promise<string[]> {
  const order = counts.flatMap(([prize, k]) => Array<string>(k).fill(prize));
  const words = new Words(key, 'deck/1 shuffle', [utf8(deck)], BLOCKS_AHEAD);
  for (let i = order.length - 1; i > 0; i--) {
    const j = await below(words, i + 1);
    [order[i], order[j]] = [order[j] as string, order[i] as string];
  }
  return order;
}

/** The secret that hides what a card holds until it is sold. */
export const cardSalt = (key: CryptoKey, serial: number): Promise<Bytes> =>
  hmac(key, concat(tag('deck/1 salt'), u32(serial)));

/** The leaf of a card in the tree whose root is published before the first sale. */
export const cardLeaf = (deck: string, serial: number, prize: string, salt: Bytes): Promise<Bytes> =>
  leafHash(lp(utf8(deck), u32(serial), utf8(prize), salt));

/** A deck as the rules document seals it; hashes in hex. */
export interface SealedDeck {
  id: string;
  n: number;
  counts: Counts;
  seed_commitment: string;
  root: string;
}

/** Whether a seed makes the deck that was published: nothing, or which of the two does not come out. */
export async function rebuildDeck(
  deck: SealedDeck,
  seed: Bytes,
  pace: Pace = STILL,
): Promise<'' | 'seed_commitment' | 'root'> {
  const deckRules = await deckRulesHash(deck.id, deck.counts, deck.n);
  if (toHex(await deckCommitment(deck.id, deckRules, seed)) !== deck.seed_commitment)
    return 'seed_commitment';
  const key = await deckKey(deckRules, seed);
  const order = await deckOrder(key, deck.id, deck.counts);
  const leaves = new Array<Bytes>(order.length);
  await pace.each(order, async (prize, i) => {
    leaves[i] = await cardLeaf(deck.id, i, prize, await cardSalt(key, i));
  });
  return toHex(await treeHead(leaves, pace)) === deck.root ? '' : 'root';
}

/**
 * The unsold cards of a deck of n: a union-find in which each sold serial points to one after it.
 *
 * Serial n is an end that is never sold. Paths are halved as they are walked, so a sale takes O(log n) amortised.
 */
export class Shelf {
  private readonly after: Uint32Array;

  constructor(private readonly n: number) {
    this.after = Uint32Array.from({ length: n + 1 }, (_, serial) => serial);
  }

  /** The first unsold serial ≥ start, wrapping around; null if all are sold. */
  firstUnsold(start: number): number | null {
    let serial = this.from(start);
    if (serial === this.n) serial = this.from(0);
    return serial < this.n ? serial : null;
  }

  /** Mark a serial 0 … n − 1 as sold. */
  sell(serial: number): void {
    this.after[serial] = serial + 1;
  }

  private from(start: number): number {
    let serial = start;
    for (;;) {
      const next = this.after[serial] as number;
      if (next === serial) return serial;
      this.after[serial] = this.after[next] as number;
      serial = this.after[serial] as number;
    }
  }
}

/** The number, counted from 1, of the first sale that the rule would have made otherwise; a later one if none. */
export function findWrongSale(sales: readonly (readonly [number, number])[], n: number): number {
  const shelf = new Shelf(n);
  for (const [i, [start, serial]] of sales.entries()) {
    if (start >= n || shelf.firstUnsold(start) !== serial) return i + 1;
    shelf.sell(serial);
  }
  return sales.length + 1;
}
