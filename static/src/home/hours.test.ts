import { describe, expect, it } from 'vitest';
import type { Home } from './home';
import { dayEnd, nextTurn } from './hours';

const at = (text: string) => Date.parse(text);

describe('a day', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-30T15:59:59.999Z', '2026-11-30T16:00:00.000Z'],
    ['Asia/Shanghai', '2026-11-30T16:00:00.000Z', '2026-12-01T16:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T00:30:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['Africa/Cairo', '2026-04-23T12:00:00.000Z', '2026-04-23T22:00:00.000Z'],
  ])('in %s at %s ends at %s', (zone, now, end) => {
    expect(new Date(dayEnd(at(now), zone)).toISOString()).toBe(end);
  });
});

/** What a hub knows. */
function hub(time_zone: string | null, lists: Record<string, object[]> = {}) {
  const me = time_zone === null ? null : { time_zone };
  return { get: () => me, list: (part: string) => lists[part] ?? [] } as unknown as Home;
}

describe('the hub turns', () => {
  const now = at('2026-11-30T10:00:00Z');

  it.each([
    [{}, '2026-11-30T16:00:00Z'],
    [
      { tasks: [{ until: '2026-12-05T00:00:00Z', opens_at: '2026-11-30T11:00:00Z' }] },
      '2026-11-30T11:00:00Z',
    ],
    [{ tasks: [{ streak: { restorable_until: '2026-11-30T12:00:00Z' } }] }, '2026-11-30T12:00:00Z'],
    [
      { items: [{ opens_at: '2026-11-01T00:00:00Z', closes_at: '2026-11-30T13:00:00Z' }] },
      '2026-11-30T13:00:00Z',
    ],
    [
      { redemptions: [{ cancel_until: null }, { cancel_until: '2026-11-30T10:05:00Z' }] },
      '2026-11-30T10:05:00Z',
    ],
    [{ collections: [{ deadline: '2026-11-30T15:00:00Z' }] }, '2026-11-30T15:00:00Z'],
    [{ badges: [{ expires_at: '2026-11-30T10:00:00Z' }] }, '2026-11-30T16:00:00Z'],
  ])('with %j at %s', (lists, turn) => {
    expect(nextTurn(hub('Asia/Shanghai', lists), now)).toBe(at(turn));
  });

  it('at no time that is known while nothing is', () => {
    expect(nextTurn(hub(null), now)).toBe(Number.POSITIVE_INFINITY);
  });
});
