import { describe, expect, it } from 'vitest';
import chart from '../../../engage/storage/migrations/versions/0001_the_road.py?raw';
import type { GameAnswer, PostingAnswer } from '../api/shapes';
import { amountInWords, reasonInWords, sourceOf } from './words';

const line = (changes: Partial<PostingAnswer>): PostingAnswer => ({
  posting: 'play:1#1',
  asset: 'PTS',
  amount: 50,
  reason: 'grant',
  cause: 'play:1',
  source: 'gam_w',
  source_name: null,
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

  it('names what it belongs to, as far as it is known', () => {
    const games = [{ id: 'gam_w', title: 'Wheel' }] as GameAnswer[];
    const named = [line({}), line({ asset: 'TURN:gam_w', source: null }), line({ source: 'gam_gone' })];
    expect(named.map((each) => sourceOf(each, games))).toEqual(['Wheel', 'Wheel', '']);
    expect(sourceOf(line({ source: 'tsk_tea', source_name: 'Drink tea' }), games)).toBe('Drink tea');
  });

  it('says whether a game, a task or a collection gave the points', () => {
    const given = ['gam_w', 'tsk_tea', 'col_year'].map((source) => reasonInWords(line({ source })));
    expect(given).toEqual(['Won in a game', 'Reward of a task', 'Reward of a collection']);
    const back = line({ reason: 'reverse_grant', source: 'tsk_tea' });
    expect(reasonInWords(back)).toBe('Taken back with a refund');
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
