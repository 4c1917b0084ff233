import { describe, expect, it } from 'vitest';
import { Http, type Outside } from './http';
import { NoAnswer, Refusal } from './refusal';

type Reply = Response | Error;

/** A network that answers in this order; time passes only by waiting. */
function network(...replies: Reply[]) {
  const seen: { path: string; init: RequestInit; at: number }[] = [];
  let now = 0;
  const outside: Outside = {
    fetch: async (path, init) => {
      seen.push({ path, init, at: now });
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply instanceof Error || reply === undefined) throw reply;
      return reply.clone();
    },
    now: () => now,
    wait: async (ms) => {
      now += ms;
    },
    spread: () => 0.5,
  };
  return { http: new Http(outside), seen };
}

const json = (document: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(document), { status, headers });
const problem = (status: number, code: string, fields = {}, headers = {}) =>
  json(
    { type: `/docs/problems#${code}`, title: code, status, code, detail: 'why', instance: '/', ...fields },
    status,
    headers,
  );

describe('what an answer comes to', () => {
  it('is its document, its bytes and the server’s clock', async () => {
    const { http } = network(json({ a: 1 }, 201, { Date: 'Tue, 01 Dec 2026 04:00:00 GMT' }));
    expect(await http.ask('GET', '/x')).toEqual({
      document: { a: 1 },
      text: '{"a":1}',
      at: Date.UTC(2026, 11, 1, 4),
    });
  });

  it('is a refusal with its own fields, and is not asked again', async () => {
    const { http, seen } = network(problem(409, 'out_of_turns', { next_at: 'then' }));
    const refusal = await http.ask('POST', '/x', { key: 'k', body: {} }).catch((fault) => fault);
    expect(refusal).toBeInstanceOf(Refusal);
    expect([refusal.status, refusal.code, refusal.detail]).toEqual([409, 'out_of_turns', 'why']);
    expect(refusal.fields).toEqual({ next_at: 'then' });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['a connection that broke', new TypeError('failed to fetch')],
    ['a time that ran out', new DOMException('aborted', 'AbortError')],
    ['busy', problem(503, 'busy')],
    ['a fault', problem(500, 'fault')],
    ['a proxy’s page', new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['somebody else’s page that says all is well', new Response('<h1>Welcome to the hotel</h1>')],
    ['a stranger’s refusal', json({ error: 'no' }, 403)],
  ])('is no answer after %s, however often it is asked', async (_name, reply) => {
    const { http, seen } = network(reply);
    await expect(http.ask('POST', '/x', { key: 'k', body: {} })).rejects.toBeInstanceOf(NoAnswer);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.at(-1)?.at).toBeLessThan(15_000);
  });
});

describe('asking again', () => {
  it('keeps the key and the body', async () => {
    const { http, seen } = network(new TypeError('lost'), problem(503, 'busy'), json({ ok: true }));
    await http.ask('POST', '/x', { key: 'the key', body: { a: 1 } });
    expect(seen).toHaveLength(3);
    for (const { init } of seen) {
      expect(new Headers(init.headers).get('Idempotency-Key')).toBe('the key');
      expect(init.body).toBe('{"a":1}');
    }
  });

  it('waits as long as the server asks, and longer each time', async () => {
    const lost = new TypeError('lost');
    const { http, seen } = network(
      problem(503, 'busy', {}, { 'Retry-After': '2' }),
      lost,
      lost,
      lost,
      json({}),
    );
    await http.ask('GET', '/x');
    expect(seen.map(({ at }) => at)).toEqual([0, 2000, 2600, 3800, 6200]);
  });

  it('waits when it was too fast and may come back soon', async () => {
    const { http, seen } = network(problem(429, 'too_fast', {}, { 'Retry-After': '3' }), json({}));
    await http.ask('GET', '/x');
    expect(seen.map(({ at }) => at)).toEqual([0, 3000]);
  });

  it.each([{ 'Retry-After': '90' }, {}])('says so when it was too fast for longer: %o', async (headers) => {
    const { http, seen } = network(problem(429, 'too_fast', { retry_at: 'tomorrow' }, headers));
    await expect(http.ask('GET', '/x')).rejects.toMatchObject({
      code: 'too_fast',
      fields: { retry_at: 'tomorrow' },
    });
    expect(seen).toHaveLength(1);
  });

  it('stops when its patience ends', async () => {
    const { http, seen } = network(new TypeError('lost'));
    await expect(http.ask('GET', '/x', { patience: 1000 })).rejects.toBeInstanceOf(NoAnswer);
    expect(seen.map(({ at }) => at)).toEqual([0, 300, 900]);
  });

  it('never hides a mistake of our own', async () => {
    const { http } = network(new RangeError('ours'));
    await expect(http.ask('GET', '/x')).rejects.toBeInstanceOf(RangeError);
  });
});

describe('what is sent', () => {
  it('says that a page of ours asks when it changes something, and nothing is ever cached or redirected', async () => {
    const { http, seen } = network(json({}));
    await http.ask('GET', '/x');
    await http.ask('PATCH', '/x', { body: {} });
    const [get, patch] = seen.map(({ init }) => ({ ...init, headers: new Headers(init.headers) }));
    expect(get?.headers.get('X-Engage-Page')).toBe('1');
    expect(patch?.headers.get('X-Engage-Page')).toBe('1');
    expect(patch?.headers.get('Content-Type')).toBe('application/json');
    expect([get?.cache, get?.redirect, get?.credentials]).toEqual(['no-store', 'error', 'same-origin']);
  });
});
