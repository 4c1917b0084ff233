import { describe, expect, it } from 'vitest';
import chart from '../../../engage/storage/migrations/versions/0001_the_road.py?raw';
import type { PostingAnswer } from '../api/shapes';
import { amountInWords, gameOf, reasonInWords } from './words';

const line = (changes: Partial<PostingAnswer>): PostingAnswer => ({
  posting: 'play:1#1',
  asset: 'PTS',
  amount: 50,
  reason: 'grant',
  cause: 'play:1',
  reverses: null,
  expires_at: null,
  at: '2026-12-01T04:00:00.000Z',
  ...changes,
});

describe('a movement', () => {
  it('has words for every route that touches a member', () => {
    const routes = [...chart.matchAll(/^ {4}\(\d+, "(\w+)", "\w+", "(\w+)", "(\w+)"/gm)];
    const ofMembers = routes.filter(([, , from, to]) => from === 'MEMBER' || to === 'MEMBER');
    expect(ofMembers.length).toBeGreaterThan(10);
    for (const [, reason = ''] of ofMembers)
      expect(reasonInWords(line({ reason })), reason).not.toContain('_');
    for (const [, reason = ''] of ofMembers) expect(reasonInWords(line({ reason })), reason).not.toBe(reason);
  });

  it('of turns names its game, one of points none', () => {
    expect([gameOf(line({ asset: 'TURN:gam_w' })), gameOf(line({}))]).toEqual(['gam_w', '']);
  });

  it('is a correction if it reverses another', () => {
    expect(reasonInWords(line({ reason: 'reverse_grant' }))).toBe('Corrected: Won in a game');
    expect(reasonInWords(line({ reason: 'reverse_earn' }))).toBe('Taken back with a refund');
  });

  it.each([
    [{}, '+50 points'],
    [{ amount: 1 }, '+1 point'],
    [{ amount: -1200 }, '−1,200 points'],
    [{ asset: 'TURN:gam_w', amount: -1 }, '−1 turn'],
  ])('says how much, with its sign: %o', (changes, words) => {
    expect(amountInWords(line(changes))).toBe(words);
  });
});
