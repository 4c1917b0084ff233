// A server with one member, as the live library meets it: a log, a feed, a socket that may lose what it carries, and a
// clock that moves only when it is told to.

import { type Outside, SignedOut, type Wire } from './live';
import { apply, type Item, type Standing } from './standing';

const GAME = 'gam_w';

type Hear = (...told: never[]) => void;

/** A Socket.IO socket at the page's end. */
export class ScriptedWire implements Wire {
  connected = false;
  sent: [string, unknown][] = [];
  connects = 0;
  readonly #hearers = new Map<string, Hear>();
  #hearAll: Hear = () => {};

  constructor(private readonly house: House) {}

  connect(): void {
    this.connects += 1;
    this.house.let(this);
  }

  disconnect(): void {
    this.lose('io client disconnect');
  }

  emit(name: string, message: unknown): void {
    this.sent.push([name, message]);
  }

  on(name: string, hear: Hear): void {
    this.#hearers.set(name, hear);
  }

  onAny(hear: Hear): void {
    this.#hearAll = hear;
  }

  /** What Socket.IO itself tells the page. */
  say(name: string, ...told: unknown[]): void {
    this.#hearers.get(name)?.(...(told as never[]));
  }

  /** What the server pushes. */
  push(name: string, message: unknown): void {
    if (this.connected) this.#hearAll(...([name, structuredClone(message)] as never[]));
  }

  lose(reason: string): void {
    if (!this.connected) return;
    this.connected = false;
    this.say('disconnect', reason);
  }
}

export class House {
  now = Date.UTC(2026, 11, 1);
  log: Item[] = [];
  standing: Standing = { position: 0, points: 0, held: 0, turns: { gam_w: 100 }, unseen: [] };
  asked: string[] = [];
  /** Whether sockets get through, and whether HTTP does. */
  isOpen = true;
  isReachable = true;
  isSignedIn = true;
  /** What a socket that is not let in is told. */
  refusal: string | null = null;
  readonly wire = new ScriptedWire(this);
  isVisible = true;
  #attention: (() => void) | null = null;
  #timers = new Map<number, { at: number; work: () => void }>();
  #timer = 0;

  readonly outside: Outside = {
    wire: async () => this.wire,
    get: async (path) => this.#get(path),
    now: () => this.now,
    later: (ms, work) => {
      const number = this.#timer++;
      this.#timers.set(number, { at: this.now + ms, work });
      return () => this.#timers.delete(number);
    },
    spread: () => 0.5,
    isVisible: () => this.isVisible,
    onAttention: (work) => {
      this.#attention = work;
      return () => {
        this.#attention = null;
      };
    },
  };

  /** Let time pass: timers go off in their order, and what they began gets done. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].work();
      await settle();
    }
    this.now = end;
    await settle();
  }

  async show(isVisible: boolean): Promise<void> {
    this.isVisible = isVisible;
    this.#attention?.();
    await settle();
  }

  /** Somebody connects. */
  let(wire: ScriptedWire): void {
    if (!this.isOpen) wire.say('connect_error', {});
    else if (this.refusal) wire.say('connect_error', { data: { code: this.refusal } });
    else if (!wire.connected) {
      wire.connected = true;
      wire.say('connect');
      wire.push('snapshot', this.standing);
    }
  }

  /** Something happens to the member; `isLost`: the push never arrives. */
  happen(name: string, data: Item['data'], isLost = false, more: Partial<Item> = {}): Item {
    const at = new Date(this.now).toISOString();
    const item = { name, position: this.standing.position + 1, game: 'gam_w', data, at, ...more };
    this.log.push(item);
    this.standing = apply(this.standing, item);
    if (!isLost) this.wire.push(name, item);
    return item;
  }

  play(play: string, isLost = false): Item {
    const until = new Date(this.now + 1_800_000).toISOString();
    const data = {
      play,
      turns: (this.standing.turns[GAME] ?? 0) - 1,
      until,
      until_position: this.log.length + 128,
    };
    return this.happen('play.settled', data, isLost, { unseen: play });
  }

  see(play: string, won: number, isLost = false): Item {
    const points = this.standing.points + won;
    return this.happen(
      'play.seen',
      { play, prize: null, turns: this.standing.turns[GAME], points, held: 0 },
      isLost,
    );
  }

  /** What the feed has told so far of unseen plays that count as seen by now. */
  lapse(points: number): void {
    this.standing = { ...this.standing, points: this.standing.points + points, unseen: [] };
  }

  async #get(path: string): Promise<unknown> {
    this.asked.push(path);
    await Promise.resolve();
    if (!this.isReachable) throw new TypeError('failed to fetch');
    if (!this.isSignedIn) throw new SignedOut();
    if (path.startsWith('/v1/feed?after=')) {
      const after = Number(path.slice('/v1/feed?after='.length));
      const items = this.log.filter((item) => item.position > after).slice(0, 3);
      return structuredClone({ items, next: items.length === 3 ? items.at(-1)?.position : null });
    }
    if (path === '/v1/me') {
      const { position, unseen, ...balances } = this.standing;
      return structuredClone({ member: 'mem_1', position, unseen, balances });
    }
    const pools = [{ prize: 'prz_1', units: 9, left: 4 }];
    const state = { state: 'live', revision: 1, rules_hash: 'aa', opens_at: 'then', closes_at: 'later' };
    return { id: 'gam_w', title: 'A wheel', ...state, pools, deck: null };
  }
}

/** What promises began gets done. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await Promise.resolve();
}
