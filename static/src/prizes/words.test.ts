import { describe, expect, it } from 'vitest';
import type { PrizeAnswer } from '../api/shapes';
import { goodsOf, prizeOf } from './prize.fixture';
import { canClaim, groupsOf, hasCode, leftInWords, sourceInWords, spelled, tell } from './words';

const NOW = Date.parse('2026-12-02T04:00:00.000Z');
const END = Date.parse('2026-12-31T04:00:00.000Z');

describe('the pile that a prize lies on', () => {
  it.each<[string, PrizeAnswer, string, boolean, boolean]>([
    ['a voucher that was won', prizeOf(), 'open', true, false],
    ['one that was revealed', prizeOf({ state: 'revealed' }), 'open', true, false],
    ['one that was used', prizeOf({ state: 'used' }), 'used', false, false],
    ['one that was taken back', prizeOf({ state: 'revoked' }), 'expired', false, false],
    ['goods that were won', goodsOf(), 'open', false, true],
    ['goods whose address was taken back', goodsOf({ state: 'withdrawn' }), 'open', false, true],
    ['claimed goods', goodsOf({ state: 'claimed' }), 'open', false, false],
    ['goods on their way', goodsOf({ state: 'shipped' }), 'open', false, false],
    ['delivered goods', goodsOf({ state: 'delivered' }), 'used', false, false],
    ['declined goods', goodsOf({ state: 'declined' }), 'expired', false, false],
  ])('of %s', (_name, prize, pile, code, claim) => {
    expect(tell(prize, NOW).pile).toBe(pile);
    expect(hasCode(prize, NOW)).toBe(code);
    expect(canClaim(prize, NOW)).toBe(claim);
  });

  it('changes at the very instant at which it expires', () => {
    for (const prize of [
      prizeOf(),
      prizeOf({ state: 'revealed' }),
      goodsOf(),
      goodsOf({ state: 'withdrawn' }),
    ]) {
      expect(tell(prize, END - 1).pile).toBe('open');
      expect(tell(prize, END).pile).toBe('expired');
      expect(hasCode(prize, END) || canClaim(prize, END)).toBe(false);
    }
  });

  it('does not change with time once something was done', () => {
    for (const state of ['claimed', 'shipped'] as const)
      expect(tell(goodsOf({ state }), END).pile).toBe('open');
    expect(tell(prizeOf({ state: 'used' }), END).pile).toBe('used');
  });

  it('is open for ever without an end', () => {
    const prize = prizeOf({ use_by: null });
    expect(tell(prize, END * 2)).toMatchObject({ pile: 'open', line: 'No end date', left: '' });
  });
});

describe('what is said', () => {
  it('tells what came back of the price where points had bought it', () => {
    const back = (points_back: number | null) => tell(prizeOf({ state: 'revoked', points_back }), NOW).line;
    expect(back(200)).toMatch(/^Taken back by the organiser on .+\. Your 200 points are back\.$/);
    expect(back(null)).toMatch(/^Taken back by the organiser on [^.]+$/);
  });

  it('tells how one came to have it', () => {
    const told = ['gam_w', 'itm_meal', 'tsk_meal', 'col_year'].map((game) =>
      sourceInWords(prizeOf({ game })),
    );
    expect(told).toEqual(['Won on', 'Bought on', 'Received on', 'Received on']);
  });

  it('names the shop in which it was used, if it has a name', () => {
    const at = '2026-12-02T04:00:00.000Z';
    const used = (store: string | null) => tell(prizeOf({ state: 'used', used: { at, store } }), NOW).line;
    expect(used('Shop 12')).toMatch(/^Used on .+ at Shop 12$/);
    expect(used(null)).toMatch(/^Used on [^t]*$/);
  });

  it.each([
    [72, ''],
    [71, '2 days left'],
    [48, '2 days left'],
    [47, '47 hours left'],
    [1, '1 hour left'],
    [0.5, '30 minutes left'],
    [0.001, '1 minute left'],
    [0, ''],
  ])('counts down when little time is left: %s hours', (hours, words) => {
    expect(leftInWords(END, END - hours * 3_600_000)).toBe(words);
  });
});

describe('a code to be read out', () => {
  it.each([
    ['ABCD1234EFGH', ['ABCD', '1234', 'EFGH']],
    ['ABCD12345', ['ABCD', '12345']],
    ['MEAL-0001', ['MEAL-', '0001']],
    ['DEMO-TEA-7-QK4M-2', ['DEMO-', 'TEA-', '7-', 'QK4M-2']],
    ['123456', ['123456']],
    ['X', ['X']],
    ['券券券券券券券', ['券券券券', '券券券']],
  ])('%s comes in pieces', (code, groups) => {
    expect(groupsOf(code)).toEqual(groups);
  });

  it('is spelled for screen readers', () => {
    expect(spelled('A1-2')).toBe('A 1 - 2');
  });
});
