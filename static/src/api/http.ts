// Requests that can be repeated: every one that changes something carries a key, so an attempt that got no answer is
// made again with the same key until the caller's patience ends.
import { NoAnswer, readRefusal } from './refusal';

export const PATIENCE_MS = 15_000;
const ATTEMPT_MS = 8_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 4_000;
const SECOND_MS = 1_000;
const FAULT = 500;
const TOO_FAST = 429;
const NO_CONTENT = 204;

/** The outside world of a client; tests bring their own. */
export interface Outside {
  fetch(path: string, init: RequestInit): Promise<Response>;
  now(): number;
  wait(ms: number): Promise<void>;
  /** A fraction in [0, 1) that spreads repeated requests of many pages. */
  spread(): number;
}

export interface Ask {
  body?: unknown;
  /** The idempotency key; every POST has one. */
  key?: string;
  /** How long to go on trying, in milliseconds. */
  patience?: number;
}

/** An answer's document as it was sent, with the bytes it was read from. */
export interface Told<T> {
  document: T;
  text: string;
  /** The server's clock when it answered, in milliseconds; null if it did not say. */
  at: number | null;
}

export const browser: Outside = {
  fetch: (path, init) => fetch(path, init),
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  spread: () => Math.random(),
};

export class Http {
  /**
   * `member` is whom the page shows: the server refuses when somebody else signed in in this browser meanwhile.
   * `bearer` is a credential that is sent instead of the cookie, such as the key of a till.
   */
  constructor(
    private readonly outside: Outside = browser,
    private readonly member = '',
    private readonly bearer = '',
  ) {}

  /**
   * Ask until there is an answer or patience ends. Throws Refusal for a "no" of the server, NoAnswer when nothing
   * usable came: then the effect is unknown and the same key may be asked again.
   */
  async ask<T>(method: string, path: string, ask: Ask = {}): Promise<Told<T>> {
    const end = this.outside.now() + (ask.patience ?? PATIENCE_MS);
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const outcome = await this.attempt<T>(method, path, ask, end - this.outside.now());
      if (!('again' in outcome)) return outcome;
      const wait = Math.max(outcome.again ?? 0, pause * (0.5 + this.outside.spread()));
      if (this.outside.now() + wait >= end) throw outcome.last;
      await this.outside.wait(wait);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  private async attempt<T>(method: string, path: string, ask: Ask, left: number): Promise<Told<T> | Again> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), Math.min(ATTEMPT_MS, Math.max(left, 1)));
    try {
      const response = await this.outside.fetch(path, {
        ...init(method, ask, this.member, this.bearer),
        signal: stop.signal,
      });
      return read<T>(response, await response.text());
    } catch (fault) {
      // A connection that broke, a time that ran out: `fetch` and `text` throw the same kinds for both.
      if (fault instanceof TypeError || fault instanceof DOMException) return noAnswer(String(fault));
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Again {
  /** How long the server asked to wait, in milliseconds. */
  again: number | null;
  last: Error;
}

function init(method: string, ask: Ask, member: string, bearer: string): RequestInit {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'X-Engage-Page': member || '1',
    ...(bearer
      ? { Authorization: `Bearer ${bearer}`, 'Accept-Language': document.documentElement.lang }
      : {}),
  };
  if (ask.key !== undefined) headers['Idempotency-Key'] = ask.key;
  if (ask.body !== undefined) headers['Content-Type'] = 'application/json';
  const body = ask.body === undefined ? null : JSON.stringify(ask.body);
  return { method, headers, body, credentials: 'same-origin', redirect: 'error', cache: 'no-store' };
}

/** What a response means. A fault of the server leaves the effect unknown; so does a stranger's page in between. */
function read<T>(response: Response, text: string): Told<T> | Again {
  const document = response.status === NO_CONTENT ? null : parse(text);
  if (document === undefined) return noAnswer(`${response.status} without JSON`);
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (response.ok) return { document: document as T, text, at: Number.isNaN(date) ? null : date };
  const refusal = readRefusal(response.status, document);
  const later = Number(response.headers.get('Retry-After') ?? Number.NaN) * SECOND_MS;
  if (refusal === null || response.status >= FAULT) {
    return noAnswer(`${response.status} ${refusal?.code ?? ''}`, Number.isNaN(later) ? null : later);
  }
  if (response.status === TOO_FAST && !Number.isNaN(later)) return { again: later, last: refusal };
  throw refusal;
}

function noAnswer(why: string, again: number | null = null): Again {
  return { again, last: new NoAnswer(why) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
