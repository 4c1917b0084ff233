import { expect, it } from 'vitest';
import { ALL, type Home, type Part } from './home';
import { keepUp } from './upkeep';

const AROUND = ['tasks', 'collections', 'items'];

/** A hub in Shanghai that is left open from an instant on: what it asks for, and at which. */
async function open(from: string, minutes: number, isVisible: () => boolean = () => true) {
  let now = Date.parse(from);
  const end = now + minutes * 60_000;
  const waiting: (() => unknown)[] = [];
  const asked: [string, readonly Part[]][] = [];
  const outside = {
    now: () => now,
    later: (ms: number, work: () => unknown) => {
      now += ms;
      waiting.push(work);
    },
    spread: () => 0.5,
    isVisible,
  };
  const home = { get: () => ({ time_zone: 'Asia/Shanghai' }), list: () => [] } as unknown as Home;
  keepUp(home, outside, async (parts) => void asked.push([new Date(now).toISOString().slice(11, 21), parts]));
  while (now < end) await waiting.shift()?.();
  return asked;
}

it('looks around each minute, and at all of it a moment after the midnight of its member', async () => {
  expect(await open('2026-11-30T15:58:10Z', 3)).toEqual([
    ['15:59:10.0', AROUND],
    ['16:00:01.5', ALL],
    ['16:01:01.5', AROUND],
  ]);
});

it('asks for nothing while nobody sees it', async () => {
  expect(await open('2026-11-30T15:58:10Z', 3, () => false)).toEqual([]);
});
