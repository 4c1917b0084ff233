import { describe, expect, it } from 'vitest';
import type { BadgeAnswer, CollectionAnswer, ItemAnswer, TaskAnswer } from '../api/own-shapes';
import { monthOf } from './month';
import {
  amountInWords,
  badgeInWords,
  collectionInWords,
  inOrder,
  nextItem,
  oneAmount,
  rewardInWords,
  taskInWords,
  untilInWords,
  whyNotInWords,
  yuan,
} from './words';

const ware = (changes: Partial<ItemAnswer>) =>
  ({ item: 'itm_meal', state: 'open', price: 200, can_buy: true, why_not: null, ...changes }) as ItemAnswer;

describe('what to save for', () => {
  const meal = ware({});
  const oil = ware({ item: 'itm_oil', price: 320 });

  it.each([
    [0, meal],
    [199, meal],
    [200, oil],
    [400, oil],
  ])('at %i points', (points, wanted) => {
    expect(nextItem([oil, meal], points)).toBe(wanted);
  });

  it('is nothing that can’t be had', () => {
    expect(nextItem([ware({ state: 'sold_out' })], 10)).toBeNull();
  });
});

describe('why not', () => {
  it('says how many points are missing', () => {
    const why_not = { code: 'too_few_points', detail: '' } as const;
    expect(whyNotInWords(ware({ can_buy: false, why_not }), 160)).toBe('40 more points');
  });

  it.each([
    ['not_eligible', 'insider', 'Staff, suppliers and test members can’t buy.'],
    ['not_eligible', 'audience', 'This is for other members.'],
    ['limit_reached', 'day', 'No more today. Tomorrow there is another day.'],
    ['limit_reached', 'member', 'You have had as many as one may have.'],
  ] as const)('says %s for the reason %s', (code, reason, words) => {
    const why_not = { code, detail: '', reason };
    expect(whyNotInWords(ware({ can_buy: false, why_not }), 0)).toBe(words);
  });

  it('is nothing where it can be bought', () => {
    expect(whyNotInWords(ware({}), 0)).toBe('');
  });
});

const task = (changes: Partial<TaskAnswer>) =>
  ({
    state: 'open',
    template: null,
    window: 'campaign',
    until: '2026-12-07T16:00:00Z',
    progress: { value: 3500, target: 6000, unit: null, steps: [] },
    ...changes,
  }) as TaskAnswer;

describe('a task', () => {
  it.each([
    [3500, 6000, null, '3,500 of 6,000'],
    [12345, 60000, 'fen', '¥123.45 of ¥600'],
    [9, 7, null, '7 of 7'],
  ] as const)('has come so far: %i of %i, in %s', (value, target, unit, words) => {
    expect(amountInWords({ value, target, unit })).toBe(words);
  });

  it('of a badge is told as that of a task', () => {
    const badge = {
      state: 'locked',
      tiers: [],
      progress: { value: 5000, target: 20000, unit: 'fen', tier: 'gold' },
    };
    expect(badgeInWords(badge as unknown as BadgeAnswer)).toBe('¥50 of ¥200');
    expect([oneAmount(20000, 'fen'), oneAmount(20000)]).toEqual(['¥200', '20,000']);
  });

  it('comes first when its reward waits, and last when it is done', () => {
    const states = ['completed', 'open', 'ended', 'claimable'] as const;
    expect(inOrder(states.map((state) => task({ state }))).map(({ state }) => state)).toEqual([
      'claimable',
      'open',
      'completed',
    ]);
  });

  it('says until when only where it begins anew and there is something to do', () => {
    expect(untilInWords(task({ window: 'day' }))).toBe('Today');
    expect(untilInWords(task({ window: 'week', until: '2026-12-07T12:00:00Z' }))).toBe(
      'Open until Dec 7, 2026',
    );
    const sunday = { window: 'week', until: '2026-12-07T16:00:00Z' } as const;
    expect(untilInWords(task(sunday), 'Asia/Shanghai')).toBe('Open until Dec 7, 2026');
    expect(untilInWords(task(sunday), 'Asia/Tokyo')).toBe('Open until Dec 8, 2026');
    expect(untilInWords(task({}))).toBe('');
    expect(untilInWords(task({ window: 'week', state: 'claimable' }))).toBe('');
  });

  it.each([
    ['month', 'Done for this month'],
    ['once', 'Done'],
  ] as const)('is done, %s', (window, words) => {
    expect(taskInWords(task({ window, state: 'completed' }))).toBe(words);
  });

  it('and a collection that are paused say so, not that they are over', () => {
    expect(taskInWords(task({ state: 'paused', opens_at: '2026-11-01T00:00:00Z' }))).toBe('Paused');
    const paused = { state: 'paused', have: 5, of: 6, deadline: '2026-12-31T00:00:00Z' } as CollectionAnswer;
    expect(collectionInWords(paused)).toBe('5 of 6. It is paused, nothing is lost.');
    const late = { ...paused, state: 'ended' as const };
    expect(collectionInWords(late)).toBe('5 of 6. It has ended.');
    expect(collectionInWords({ ...late, have: 6 })).toBe(
      'All 6, but it ended before you took the grand prize.',
    );
  });

  it.each([
    [{ kind: 'points', amount: 50, name: null }, '50 points'],
    [{ kind: 'turns', amount: 1, name: null }, '1 turn'],
    [{ kind: 'badge', amount: 1, name: 'Regular' }, 'Regular'],
    [{ kind: 'voucher', amount: 1, name: '' }, 'A voucher'],
  ])('brings %j', (reward, words) => {
    expect(rewardInWords(reward)).toBe(words);
  });
});

describe('money', () => {
  it.each([
    [2500, '¥25'],
    [2550, '¥25.50'],
  ])('of %i fen', (fen, words) => {
    expect(yuan(fen)).toBe(words);
  });
});

describe('a month', () => {
  it('begins its weeks on Monday', () => {
    const { weeks, weekdays } = monthOf('2026-12');
    expect(weeks[0]).toEqual([
      '',
      '2026-12-01',
      '2026-12-02',
      '2026-12-03',
      '2026-12-04',
      '2026-12-05',
      '2026-12-06',
    ]);
    expect(weekdays[0]).toEqual({ short: 'M', long: 'Monday' });
    expect(weeks.flat().filter(Boolean)).toHaveLength(31);
  });

  it.each([
    ['2027-02', 28, 4],
    ['2028-02', 29, 5],
    ['2026-11', 30, 6],
  ])('%s has %i days in %i weeks', (month, days, weeks) => {
    const found = monthOf(month).weeks;
    expect([found.flat().filter(Boolean).length, found.length]).toEqual([days, weeks]);
  });
});
