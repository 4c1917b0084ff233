// What happens to a member, on every screen of theirs: pushes put in order, the feed where something is missing or the
// socket was away, and asking every five seconds where no socket can be opened. Sockets announce, REST is the truth.
import { apply, hasLapsed, type Item, type Standing, type UnseenPlay } from './standing';

export type { Item, Standing, UnseenPlay };

const POLL_MS = 5_000;
/** A screen that was out of sight for longer asks before it believes what it shows. */
const NAP_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const LAPSE_SPREAD_MS = 1_000;
/** Clocks differ: whether a play may be shown by now is not asked more often than this. */
const LAPSE_MS = 30_000;
const MOST_AHEAD = 1_000;
const LONGEST_TIMER_MS = 2_147_483_647;

export interface Pools {
  pools: { prize: string; units: number | null; left: number | null }[];
  deck_left: number | null;
}

export interface GameState {
  state: 'upcoming' | 'live' | 'paused' | 'sold_out' | 'ended';
  revision: number;
  rules_hash: string;
  opens_at: string;
  closes_at: string;
}

export interface Winner {
  id: string;
  name: string | null;
  prize: { id: string; kind: string; names: Record<string, string>; value_fen: number };
  at: string;
}

/** What is told: each change of the member's standing, each item in order, and what everybody on a game may know. */
export interface Told {
  standing: Standing;
  item: Item;
  pools: { game: string } & Pools;
  game: { game: string } & GameState;
  winner: { game: string } & Winner;
  /** `live` while pushes come, `polling` while the feed is asked, `out` when the member is signed in no more. */
  link: Link;
}

export type Link = 'polling' | 'live' | 'out';

/** A Socket.IO socket, as far as it is used here. */
export interface Wire {
  readonly connected: boolean;
  connect(): unknown;
  disconnect(): unknown;
  emit(name: string, message: unknown): unknown;
  on(name: string, hear: (message: never) => void): unknown;
  onAny(hear: (name: string, message: unknown) => void): unknown;
}

/** The outside world; tests bring their own. */
export interface Outside {
  /** A socket that is not connected yet and, once it was, connects again by itself when the connection breaks. */
  wire(): Promise<Wire>;
  /** The document at an address. Throws SignedOut when the member is signed in no more, anything else for no answer. */
  get(path: string): Promise<unknown>;
  now(): number;
  /** Have something done later; what is given back calls it off. */
  later(ms: number, work: () => void): () => void;
  /** A fraction in [0, 1) that spreads what many pages do. */
  spread(): number;
  isVisible(): boolean;
  /** Have something done whenever the page comes into sight or goes out of it, and when the network is back. */
  onAttention(work: () => void): () => void;
}

export class SignedOut extends Error {}

type Hearer<K extends keyof Told> = (told: Told[K]) => void;

export class Live {
  #standing: Standing | null;
  #link: Link = 'polling';
  #wire: Wire | null = null;
  #isStopped = false;
  #isLoading = false;
  #watched = new Set<string>();
  #hearers = new Map<keyof Told, Set<Hearer<never>>>();
  #catching: Promise<void> | null = null;
  #ahead: Item[] = [];
  #retries = 0;
  #hiddenAt: number | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #callOff = new Map<string, () => void>();

  /** `standing`: what the page was sent with, if it was. */
  constructor(
    private readonly outside: Outside,
    standing: Standing | null = null,
  ) {
    this.#standing = standing;
  }

  get standing(): Standing | null {
    return this.#standing;
  }

  get link(): Link {
    return this.#link;
  }

  /** Have something done whenever this is told; what is given back ends that. */
  on<K extends keyof Told>(name: K, hear: Hearer<K>): () => void {
    const hearers = this.#hearers.get(name) ?? new Set();
    this.#hearers.set(name, hearers.add(hear as Hearer<never>));
    return () => void hearers.delete(hear as Hearer<never>);
  }

  /** Begin: open a socket, and ask if none has told anything after a while. */
  async start(): Promise<void> {
    const ignore = this.outside.onAttention(() => this.#attend());
    this.#callOff.set('attention', ignore);
    if (!this.outside.isVisible()) this.#hiddenAt = this.outside.now();
    this.#keepPolling();
    await this.#load();
  }

  stop(): void {
    this.#isStopped = true;
    for (const callOff of this.#callOff.values()) callOff();
    this.#callOff.clear();
    this.#wire?.disconnect();
  }

  /** Be told what happens to everybody in a game. */
  watch(game: string): void {
    this.#watched.add(game);
    this.#ask([game]);
  }

  /** Bring everything up to date now. */
  refresh(): Promise<void> {
    return this.#catchUp();
  }

  // ---- the socket

  /** Without the library there are no sockets, and the feed is asked until the library can be had. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#wire = await this.outside.wire().catch(() => null);
    this.#isLoading = false;
    if (this.#wire && !this.#isStopped) this.#open(this.#wire);
  }

  #open(wire: Wire): void {
    wire.onAny((name, message) => this.#hear(name, message));
    wire.on('connect', () => this.#ask(this.#watched));
    wire.on('disconnect', (reason: string) => this.#lose(reason === 'io server disconnect'));
    wire.on('connect_error', (fault: { data?: { code?: string } }) => this.#refuse(fault.data?.code));
    wire.connect();
  }

  #ask(games: Iterable<string>): void {
    for (const game of games) if (this.#wire?.connected) this.#wire.emit('watch', { game });
  }

  #hear(name: string, message: unknown): void {
    if (name === 'snapshot') this.#greet(message as Standing);
    else if (name === 'expired') this.#leave(FIRST_RETRY_MS);
    else if (name === 'drain') this.#leave((message as { within_ms: number }).within_ms);
    else if (name === 'pool.changed') this.#pass('pools', message);
    else if (name === 'game.changed') this.#pass('game', message);
    else if (name === 'winner.posted') this.#pass('winner', message);
    else this.#take(message as Item);
  }

  #pass(name: 'pools' | 'game' | 'winner', message: unknown): void {
    const { game, data } = message as { game: string; data: object };
    this.#tell(name, { game, ...data } as never);
  }

  #greet(standing: Standing): void {
    this.#retries = 0;
    this.#become('live');
    const known = this.#standing;
    if (known === null || known.position === standing.position) this.#adopt(standing);
    else if (known.position < standing.position) this.#catchUp();
    this.#takeAhead();
  }

  /** The connection is gone. After a break Socket.IO connects again by itself, after the server's word it does not. */
  #lose(byServer: boolean): void {
    if (this.#isStopped || this.#link === 'out') return;
    this.#become('polling');
    this.#keepPolling();
    if (byServer) this.#connectLater(this.#pause());
  }

  #refuse(code: string | undefined): void {
    if (code === undefined || this.#isStopped) return; // no answer: Socket.IO tries again by itself
    if (code === 'unauthenticated') this.#readMe().catch((fault) => this.#miss(fault));
    this.#connectLater(this.#pause());
  }

  /** Go, and come back in a while that is not the same for all. */
  #leave(withinMs: number): void {
    this.#wire?.disconnect();
    this.#connectLater(withinMs * this.outside.spread());
  }

  #connectLater(ms: number): void {
    this.#later('connect', ms, () => {
      if (this.#link !== 'out') this.#wire?.connect();
    });
  }

  /** Longer each time, and never the same for all. */
  #pause(): number {
    const pause = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, LAST_RETRY_MS);
    this.#retries += 1;
    return pause * (0.5 + this.outside.spread());
  }

  // ---- items in order

  /** Apply what comes next, ignore what is known, and read the feed where something is missing. */
  #take(item: Item): void {
    if (typeof item?.position !== 'number') return;
    const known = this.#standing?.position;
    if (known === undefined || this.#catching) this.#keepAhead(item);
    else if (item.position === known + 1) this.#apply(item);
    else if (item.position > known) {
      this.#keepAhead(item);
      this.#catchUp();
    }
  }

  /** Of too many that wait the first are forgotten: the feed has them all. */
  #keepAhead(item: Item): void {
    this.#ahead.push(item);
    if (this.#ahead.length > MOST_AHEAD) this.#ahead.shift();
  }

  #takeAhead(): void {
    if (this.#catching || this.#standing === null) return;
    const ahead = this.#ahead.sort((a, b) => a.position - b.position);
    this.#ahead = [];
    for (const item of ahead) this.#take(item);
  }

  #apply(item: Item): void {
    if (this.#standing === null || item.position !== this.#standing.position + 1) return;
    this.#standing = apply(this.#standing, item);
    this.#tell('item', item);
    this.#tell('standing', this.#standing);
    this.#watchLapses();
  }

  #adopt(standing: Standing): void {
    this.#standing = standing;
    this.#tell('standing', standing);
    this.#watchLapses();
  }

  /** One at a time. Throws nothing: what could not be read is asked for again, and what is ahead of it waits. */
  #catchUp(): Promise<void> {
    this.#catching ??= this.#read().then(
      () => {
        this.#catching = null;
        this.#takeAhead();
      },
      (fault) => {
        this.#catching = null;
        this.#miss(fault);
      },
    );
    return this.#catching;
  }

  async #read(): Promise<void> {
    if (this.#standing === null) this.#adopt(await this.#readMe());
    await this.#readFeed();
    const now = this.outside.now();
    if (this.#standing && hasLapsed(this.#standing, now) && now >= this.#askedAt + LAPSE_MS) {
      this.#askedAt = now;
      const fresh = await this.#readMe();
      // What came in between is told item by item: the feed is read before an answer is believed.
      await this.#readFeed();
      if (fresh.position === this.#standing.position) this.#adopt(fresh);
      else this.#askedAt = Number.NEGATIVE_INFINITY;
      this.#watchLapses();
    }
  }

  async #readFeed(): Promise<void> {
    for (let after: number | null = this.#standing?.position ?? 0; after !== null; ) {
      const page = (await this.outside.get(`/v1/feed?after=${after}`)) as {
        items: Item[];
        next: number | null;
      };
      for (const item of page.items) this.#apply(item);
      after = page.next;
    }
  }

  /** How the member stands as a page is told anew. */
  async #readMe(): Promise<Standing> {
    const me = (await this.outside.get('/v1/me')) as Pick<Standing, 'position' | 'unseen'> & {
      balances: Pick<Standing, 'points' | 'held' | 'turns'>;
    };
    const { points, held, turns } = me.balances;
    return { position: me.position, points, held, turns, unseen: me.unseen };
  }

  #miss(fault: unknown): void {
    if (fault instanceof SignedOut) {
      this.#become('out');
      this.#wire?.disconnect();
    } else if (this.#link === 'live') this.#later('again', POLL_MS, () => this.#catchUp());
  }

  /** Unseen plays are shown in the end, which nobody pushes: then it is asked how things stand. */
  #watchLapses(): void {
    const standing = this.#standing;
    if (standing === null || standing.unseen.length === 0) return;
    const now = this.outside.now();
    const ends = standing.unseen.map((each) => Date.parse(each.until));
    const next = hasLapsed(standing, now) ? now : Math.min(...ends);
    const wait = Math.max(next, this.#askedAt + LAPSE_MS) - now + LAPSE_SPREAD_MS * this.outside.spread();
    this.#later('lapse', Math.min(wait, LONGEST_TIMER_MS), () => this.#catchUp());
  }

  // ---- without a socket

  /** Ask every five seconds while the page is in sight and no socket tells. */
  #keepPolling(): void {
    this.#later('poll', POLL_MS, () => {
      if (this.#link !== 'polling') return;
      this.#keepPolling();
      if (this.outside.isVisible()) this.#poll();
    });
  }

  #poll(): void {
    this.#catchUp();
    for (const game of this.#watched) this.#look(game).catch((fault) => this.#miss(fault));
  }

  /** What a socket would tell of a game. */
  async #look(game: string): Promise<void> {
    const path = `/v1/games/${encodeURIComponent(game)}`;
    const seen = (await this.outside.get(path)) as GameState &
      Pick<Pools, 'pools'> & { deck: { left: number } | null };
    const { state, revision, rules_hash, opens_at, closes_at } = seen;
    this.#tell('game', { game, state, revision, rules_hash, opens_at, closes_at });
    this.#tell('pools', { game, pools: seen.pools, deck_left: seen.deck?.left ?? null });
  }

  /** In sight again, or the network is back: timers stood still, so nothing that is shown is believed unasked. */
  #attend(): void {
    if (this.#isStopped || this.#link === 'out') return;
    if (!this.outside.isVisible()) {
      this.#hiddenAt ??= this.outside.now();
      return;
    }
    const napped = this.#hiddenAt !== null && this.outside.now() - this.#hiddenAt >= NAP_MS;
    this.#hiddenAt = null;
    if (this.#wire === null) this.#load();
    else if (!this.#wire.connected) this.#wire.connect();
    if (this.#link === 'polling') this.#poll();
    else if (napped) {
      this.#ask(this.#watched); // a socket that died meanwhile is noticed by writing to it
      this.#catchUp();
    }
  }

  // ---- telling

  #become(link: Link): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#tell('link', link);
  }

  #tell<K extends keyof Told>(name: K, told: Told[K]): void {
    for (const hear of this.#hearers.get(name) ?? []) (hear as Hearer<K>)(told);
  }

  /** One timer of each kind. */
  #later(kind: string, ms: number, work: () => void): void {
    if (this.#isStopped) return;
    this.#callOff.get(kind)?.();
    this.#callOff.set(kind, this.outside.later(ms, work));
  }
}
