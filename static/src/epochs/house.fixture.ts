// An honest little house for unit tests: it answers what a game's page asks over HTTP, by FAIRNESS, and remembers what
// it was asked. Tests make it lie, refuse or fall silent.
import type { Outside } from '../api/http';
import type { EpochAnswer, GameAnswer, PlayAnswer, Receipt } from '../api/shapes';
import { type Bytes, concat, fromHex, tag, toBase64url, toHex, u32, utf8 } from '../verify/bytes';
import { canonical, canonicalWithout } from '../verify/canonical';
import { clientCommitment, drawTicket, lookPpm, rulesHash, serverCommitment } from '../verify/draw';
import { leafHash } from '../verify/hashes';

const ZERO = '00'.repeat(32);
const RULES = {
  alg: 'draw/1',
  game: 'gam_w',
  revision: 1,
  opens_at: '2026-12-01T00:00:00.000Z',
  closes_at: '2027-12-01T00:00:00.000Z',
  time_zone: 'Asia/Shanghai',
  prizes: [
    { id: 'prz_p', kind: 'points', points: 50, market_value_fen: 100, units: 99, class: 1, per_member: null },
  ],
  tables: [{ id: 0, slots: [{ slot: 's1', prize: 'prz_p', else: ['none'], weight: 1 }] }],
  guarantee: null,
  turns: { free_per_day: 1 },
  limits: { per_day: null, per_campaign: null },
  when_out: 'end',
  deck: null,
  texts_hash: ZERO,
};

interface Opened {
  answer: EpochAnswer;
  seed: Bytes;
  clientSeed: string | null;
  receipts: Receipt[];
  ended: boolean;
}

interface Reply {
  status: number;
  document: unknown;
}

const ok = (document: unknown, status = 200): Reply => ({ status, document });
export const refuse = (status: number, code: string, fields: object = {}): Reply => ({
  status,
  document: { type: '', title: '', status, code, detail: code, instance: '', ...fields },
});

interface Body {
  client_commitment?: string;
  epoch?: string;
  client_seed?: string;
}

type Handler = (body: Body, init: RequestInit, path: string) => Reply | Promise<Reply>;

export class House {
  readonly asked: { method: string; path: string; key: string | null; body: string }[] = [];
  readonly epochs: Opened[] = [];
  readonly played = new Map<string, PlayAnswer>();
  readonly seen: string[] = [];
  turns = 5;
  /** Its clock in milliseconds; a test moves it. */
  now = Date.UTC(2026, 11, 1, 2);
  /** Answers in the house's place, which then does nothing; an error is that the request gets lost on the way. */
  forestall: (path: string) => Reply | Error | null = () => null;
  /** Changes what the house has answered; an error is that its answer gets lost. */
  disturb: (path: string, reply: Reply) => Reply | Error = (_, reply) => reply;
  /** Keeps an answer on its way until it resolves. */
  delay: (path: string) => Promise<void> = () => Promise.resolve();
  private readonly answered = new Map<string, Reply>();
  private gameSeq = 0;
  private head = ZERO;

  private constructor(
    private readonly pair: CryptoKeyPair,
    private readonly key: string,
    readonly rules = canonical(RULES),
  ) {}

  static async open(): Promise<House> {
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
    return new House(pair, toBase64url(new Uint8Array(raw)));
  }

  get openEpoch(): Opened | null {
    const last = this.epochs.at(-1);
    return last && !last.ended ? last : null;
  }

  /** The network between a page and this house. No time passes by itself. */
  outside(): Outside {
    let now = 0;
    return {
      fetch: (path, init) => this.fetch(path, init),
      now: () => now,
      wait: async (ms) => {
        now += ms;
      },
      spread: () => 0.5,
    };
  }

  view(): GameAnswer {
    const refusal = this.turns > 0 ? null : { code: 'out_of_turns', detail: 'none', next_at: null };
    const unseen = [...this.played.values()].filter(({ play }) => !this.seen.includes(play));
    return {
      id: 'gam_w',
      mechanic: 'wheel',
      state: 'live',
      rules_hash: this.epochs[0]?.answer.rules_hash ?? '',
      turns: { left: this.turns, next_at: null, expiring: [] },
      refusal,
      epoch: this.openEpoch?.answer.epoch ?? null,
      unseen: unseen.map(({ play }) => ({ play, until: '2026-12-02T00:00:00.000Z' })),
    } as unknown as GameAnswer;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const key = new Headers(init.headers).get('Idempotency-Key');
    this.asked.push({ method: init.method ?? 'GET', path, key, body: String(init.body ?? '') });
    const instead = this.forestall(path);
    if (instead instanceof Error) throw instead;
    const before = instead ?? (key === null ? undefined : this.answered.get(key));
    const reply = before ?? (await this.answer(path, init));
    if (key !== null && reply.status < 300) this.answered.set(key, reply);
    await this.delay(path);
    const told = this.disturb(path, reply);
    if (told instanceof Error) throw told;
    const headers = { Date: new Date(this.now).toUTCString() };
    return new Response(JSON.stringify(told.document), { status: told.status, headers });
  }

  private answer(path: string, init: RequestInit): Reply | Promise<Reply> {
    const found = this.routes.find(([pattern]) => pattern.test(path));
    if (!found) return refuse(404, 'not_found');
    return found[1](init.body ? JSON.parse(String(init.body)) : {}, init, path);
  }

  private readonly routes: [RegExp, Handler][] = [
    [/jwks\.json$/, () => ok({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: this.key }] })],
    [/\/rules$/, () => ok(JSON.parse(this.rules))],
    [/\/v1\/me$/, () => ok({ member: 'mem_a', balances: { points: 0, held: 0 } })],
    [/\/v1\/games\/gam_w$/, () => ok(this.view())],
    [/\/epochs$/, (body) => this.openFor(body.client_commitment ?? '')],
    [/\/plays$/, (body, init) => this.play(body, new Headers(init.headers).get('Idempotency-Key') ?? '')],
    [/\/seen$/, (_body, _init, path) => this.see(path.split('/')[3] ?? '')],
    [/\/reveal$/, (_body, _init, path) => this.reveal(path.split('/')[3] ?? '')],
  ];

  private async openFor(commitment: string): Promise<Reply> {
    const before = this.epochs.find(({ answer }) => answer.client_commitment === commitment);
    if (before) return before.ended ? refuse(409, 'seed_used') : ok(before.answer, 201);
    for (const epoch of this.epochs) epoch.ended = true;
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const epoch = `epo_${this.epochs.length}`;
    const rules = await rulesHash(this.rules);
    const ids = { game: 'gam_w', member: 'mem_a', epoch };
    const server = await serverCommitment({
      ...ids,
      rules,
      clientCommitment: fromHex(commitment),
      serverSeed: seed,
    });
    const answer: EpochAnswer = {
      ...ids,
      rules_hash: toHex(rules),
      client_commitment: commitment,
      server_commitment: toHex(server),
      opened_at: new Date(this.now - 1).toISOString(),
      signature: '',
    };
    answer.signature = await this.sign('engage epoch', utf8(canonicalWithout(answer, 'signature')));
    this.epochs.push({ answer, seed, clientSeed: null, receipts: [], ended: false });
    return ok(answer, 201);
  }

  private async play(body: Body, key: string): Promise<Reply> {
    if (this.turns === 0) return refuse(409, 'out_of_turns', { next_at: null });
    const open = this.openEpoch;
    if (open === null || open.answer.epoch !== body.epoch)
      return refuse(409, 'epoch_ended', { elsewhere: open !== null });
    const seed = body.client_seed ?? '';
    if (toHex(await clientCommitment(fromHex(seed))) !== open.answer.client_commitment) {
      return refuse(422, 'seed_mismatch');
    }
    open.clientSeed = seed;
    this.turns--;
    const receipt = await this.receipt(open, seed);
    open.receipts.push(receipt);
    const answer = {
      play: receipt.play,
      receipt,
      prize: { id: 'prz_p', kind: 'points', class: 1, points: 50 },
      show: { slot: 's1', angle_ppm: await lookPpm(open.seed, this.draw(open, receipt.nonce)) },
      balances: { points: 50, held: 0 },
      turns: { left: this.turns, next_at: null },
      position: 1,
    } as PlayAnswer;
    this.played.set(key, answer);
    return ok(answer, 201);
  }

  private draw(open: Opened, nonce: number) {
    return {
      rules: fromHex(open.answer.rules_hash),
      epoch: open.answer.epoch,
      clientSeed: fromHex(open.clientSeed ?? ''),
      nonce,
    };
  }

  private async receipt(open: Opened, client_seed: string): Promise<Receipt> {
    const nonce = open.receipts.length;
    const unsealed = {
      v: 1,
      play: `pla_${this.gameSeq}`,
      alg: 'draw/1',
      game: 'gam_w',
      game_seq: ++this.gameSeq,
      prev: this.head,
      revision: 1,
      rules_hash: open.answer.rules_hash,
      member: 'mem_a',
      member_seq: this.gameSeq,
      epoch: open.answer.epoch,
      nonce,
      client_seed,
      table: 0,
      ticket: await drawTicket(open.seed, this.draw(open, nonce), 1),
      slot: 's1',
      passed: [],
      prize: 'prz_p',
      guarantee: null,
      deck: null,
      played_at: new Date(this.now).toISOString(),
    };
    const leaf = await leafHash(utf8(canonical(unsealed)));
    this.head = toHex(leaf);
    const signature = await this.sign('engage receipts', concat(u32(1), leaf));
    return { ...unsealed, seal: { index: 0, size: 1, path: [], signature } } as unknown as Receipt;
  }

  private see(play: string): Reply {
    const answer = [...this.played.values()].find((one) => one.play === play);
    if (!answer) return refuse(404, 'not_found');
    this.seen.push(play);
    const { receipt, prize, show } = answer;
    return ok({ play, game: 'gam_w', unseen: false, receipt, prize, show });
  }

  private reveal(id: string): Reply {
    const found = this.epochs.find(({ answer }) => answer.epoch === id);
    if (!found) return refuse(404, 'not_found');
    found.ended = true;
    const { answer, seed, clientSeed, receipts } = found;
    return ok({ answer, client_seed: clientSeed, server_seed: toHex(seed), receipts });
  }

  private async sign(label: string, payload: Bytes): Promise<string> {
    const message = concat(tag(label), payload);
    return toBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', this.pair.privateKey, message)));
  }
}
