// `draw/1`: rules, commitments, and what a play draws from both sides' seeds (FAIRNESS §1 to §3).
import { type Bytes, concat, lp, tag, u32, u64, utf8 } from './bytes';
import { hmac, hmacKey, sha256 } from './hashes';

export const NO_PRIZE = 'none';
const ALL_WORDS = 2n ** 64n;
const LOOK_PARTS = 1_000_000;

/** R: the hash of the canonical text of a rules document. */
export const rulesHash = (rules: string): Promise<Bytes> => sha256(concat(tag('draw/1 rules'), utf8(rules)));

/** Cc: what a member's page sends of its seed before the server makes its own. */
export const clientCommitment = (clientSeed: Bytes): Promise<Bytes> =>
  sha256(concat(tag('draw/1 client'), clientSeed));

/** What an epoch consists of; R, Cc and the server's seed as bytes. */
export interface Committed {
  game: string;
  rules: Bytes;
  member: string;
  epoch: string;
  clientCommitment: Bytes;
  serverSeed: Bytes;
}

/** Cs: binds the server's seed to one epoch of one member under these very rules, after Cc was known. */
export function serverCommitment(one: Committed): Promise<Bytes> {
  const ids = [utf8(one.game), one.rules, utf8(one.member), utf8(one.epoch)];
  return sha256(concat(tag('draw/1 server'), lp(...ids, one.clientCommitment, one.serverSeed)));
}

/**
 * An endless stream of u64: block k is HMAC-SHA256(key, tag(label) ‖ lp(parts…, u32(k))), four words a block.
 *
 * `ahead`: how many blocks are made at once.
 */
export class Words {
  private readonly before: Bytes;
  private waiting: DataView[] = [];
  private k = 0;
  private at = 32;

  constructor(
    private readonly key: CryptoKey,
    label: string,
    parts: readonly Bytes[],
    private readonly ahead = 1,
  ) {
    this.before = concat(tag(label), lp(...parts));
  }

  /** The next word. */
  async next(): Promise<bigint> {
    if (this.at === 32) {
      this.waiting.shift();
      this.at = 0;
    }
    if (!this.waiting.length) await this.fill();
    const word = (this.waiting[0] as DataView).getBigUint64(this.at);
    this.at += 8;
    return word;
  }

  private async fill(): Promise<void> {
    const blocks = Array.from({ length: this.ahead }, () =>
      hmac(this.key, concat(this.before, lp(u32(this.k++)))),
    );
    this.waiting = (await Promise.all(blocks)).map((block) => new DataView(block.buffer));
  }
}

/** A number 0 … n − 1, each as likely as any other: the first word below the greatest multiple of n, modulo n. */
export async function below(words: { next(): Promise<bigint> }, n: number): Promise<number> {
  const limit = ALL_WORDS - (ALL_WORDS % BigInt(n));
  for (;;) {
    const word = await words.next();
    if (word < limit) return Number(word % BigInt(n));
  }
}

/** What decides a play besides the server's seed: R, the epoch's id, the member's seed, the number of the play. */
export interface Draw {
  rules: Bytes;
  epoch: string;
  clientSeed: Bytes;
  nonce: number;
}

async function pick(serverSeed: Bytes, label: string, draw: Draw, n: number): Promise<number> {
  const parts = [draw.rules, utf8(draw.epoch), draw.clientSeed, u64(draw.nonce)];
  return below(new Words(await hmacKey(serverSeed), label, parts), n);
}

/** r: the ticket of a play, 0 … total − 1, where the total of the weights is less than 2^32. */
export const drawTicket = (serverSeed: Bytes, draw: Draw, total: number): Promise<number> =>
  pick(serverSeed, 'draw/1 spin', draw, total);

/** Where the pointer rests inside the slice, in millionths of the slice. Decides nothing. */
export const lookPpm = (serverSeed: Bytes, draw: Draw): Promise<number> =>
  pick(serverSeed, 'draw/1 look', draw, LOOK_PARTS);

/** The serial, 0 … cards − 1, from which a play looks for the first unsold card of a deck. */
export const deckStart = (serverSeed: Bytes, draw: Draw, cards: number): Promise<number> =>
  pick(serverSeed, 'deck/1 pick', draw, cards);
