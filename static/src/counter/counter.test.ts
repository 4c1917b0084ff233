import { describe, expect, it } from 'vitest';
import { NoAnswer, Refusal } from '../api/refusal';
import type { UseAnswer, VoucherAnswer } from '../api/shapes';
import { spellings } from './codes';
import { Till } from './till';
import { clockInWords, noInWords, whyNotInWords } from './words';

const VOUCHER: VoucherAnswer = {
  grant: 'grt_1',
  game: 'gam_w',
  prize: 'prz_meal',
  name: 'Dinner',
  where: '',
  conditions: '',
  state: 'revealed',
  won_at: '2026-12-01T04:00:00.000Z',
  use_by: '2026-12-31T04:00:00.000Z',
  refusal: null,
  last_use: null,
};
const USE: UseAnswer = {
  code_ends: '0001',
  use: 'use_1',
  grant: 'grt_1',
  game: 'gam_w',
  prize: 'prz_meal',
  name: 'Dinner',
  store: 'Shop 12',
  by: 'key_1',
  used_at: '2026-12-02T04:00:00.000Z',
  undo_until: '2026-12-02T04:05:00.000Z',
  undone_at: null,
};

describe('a code as it comes in', () => {
  it.each([
    ['MEAL-0001', ['MEAL-0001']],
    ['  MEAL 0001\r\n', ['MEAL0001']],
    ['meal-0001', ['meal-0001', 'MEAL-0001']],
    ['ＭＥＡＬ－０００１', ['MEAL-0001']],
    ['ab　cd', ['abcd', 'ABCD']],
  ])('%j is tried as %j', (typed, tried) => {
    expect(spellings(typed)).toEqual(tried);
  });
});

/** A till at a server that knows one code; what it was asked. */
function till(known: string) {
  const asked: { method: string; path: string; key: string | null; bearer: string | null }[] = [];
  const outside = {
    fetch: async (path: string, init: RequestInit) => {
      const headers = new Headers(init.headers);
      asked.push({
        method: init.method ?? '',
        path,
        key: headers.get('Idempotency-Key'),
        bearer: headers.get('Authorization'),
      });
      const found = path.startsWith(`/v1/vouchers/${encodeURIComponent(known)}`);
      const problem = { code: 'not_found', detail: 'none' };
      const document = found ? (init.method === 'POST' ? USE : VOUCHER) : problem;
      return new Response(JSON.stringify(document), {
        status: found ? 200 : 404,
        headers: { Date: 'Wed, 02 Dec 2026 04:00:01 GMT' },
      });
    },
    now: () => 0,
    wait: async () => undefined,
    spread: () => 0,
  };
  return { till: new Till(outside, 'ek_secret'), asked };
}

describe('a till', () => {
  it('looks a code up as it was typed, then in capitals', async () => {
    const { till: here, asked } = till('MEAL-0001');
    expect((await here.look('meal-0001')).code).toBe('MEAL-0001');
    expect(asked.map(({ path }) => path)).toEqual(['/v1/vouchers/meal-0001', '/v1/vouchers/MEAL-0001']);
  });

  it('never looks for another spelling when the code is known', async () => {
    const { till: here, asked } = till('meal-0001');
    expect((await here.look('meal-0001')).code).toBe('meal-0001');
    expect(asked).toHaveLength(1);
  });

  it('writes any code into an address', async () => {
    const { till: here, asked } = till('https://shop/c?x=1#2');
    await here.look('https://shop/c?x=1#2');
    expect(asked[0]?.path).toBe('/v1/vouchers/https%3A%2F%2Fshop%2Fc%3Fx%3D1%232');
  });

  it('sends its key as a bearer, and every tap with the same idempotency key', async () => {
    const { till: here, asked } = till('MEAL-0001');
    const looked = await here.look('MEAL-0001');
    await here.use(looked, 'Shop 12');
    await here.use(looked, 'Shop 12');
    const uses = asked.filter(({ method }) => method === 'POST');
    expect(new Set(uses.map(({ key }) => key))).toEqual(new Set([looked.key]));
    expect(looked.key).toMatch(/^[0-9a-f]{32}$/);
    for (const { bearer } of asked) expect(bearer).toBe('Bearer ek_secret');
    expect((await here.look('MEAL-0001')).key).not.toBe(looked.key);
  });

  it('goes by the server’s clock', async () => {
    const { till: here } = till('MEAL-0001');
    await here.look('MEAL-0001');
    expect(Math.abs(here.now() - Date.parse('2026-12-02T04:00:01Z'))).toBeLessThan(1000);
  });
});

describe('what staff are told', () => {
  it('has words for every refusal of the contract', () => {
    for (const code of [
      ...['not_found', 'not_won', 'under_review', 'not_eligible', 'revoked', 'not_revealed'],
      ...['already_used', 'expired', 'too_late', 'unauthenticated', 'forbidden', 'too_fast'],
    ]) {
      const { title, what } = noInWords(new Refusal(409, code, 'the server’s own words', {}));
      expect(title, code).not.toBe('That did not work');
      expect(what, code).not.toBe('the server’s own words');
    }
  });

  it('is the server’s own sentence for what is new', () => {
    expect(noInWords(new Refusal(409, 'brand_new', 'Because.', {})).what).toBe('Because.');
  });

  it('is that nothing is lost without an answer', () => {
    expect(noInWords(new NoAnswer('')).title).toBe('No answer yet');
  });

  it('is when and where it was used', () => {
    const refusal = { code: 'already_used', detail: '' } as const;
    const used = { ...VOUCHER, refusal, last_use: USE };
    expect(whyNotInWords(used)?.what).toMatch(/was used on .+ at Shop 12/);
    expect(whyNotInWords({ ...used, last_use: { ...USE, store: null } })?.what).toMatch(/was used on .+2026/);
    expect(whyNotInWords({ ...VOUCHER, refusal: { code: 'expired', detail: '' } })?.what).toMatch(/until/);
    expect(whyNotInWords(VOUCHER)).toBeNull();
  });

  it.each([
    [301_000, '5:00'],
    [300_000, '5:00'],
    [299_001, '5:00'],
    [61_000, '1:01'],
    [1, '0:01'],
    [-5, '0:00'],
  ])('is how long it can be undone: %i ms', (ms, words) => {
    expect(clockInWords(ms)).toBe(words);
  });
});
