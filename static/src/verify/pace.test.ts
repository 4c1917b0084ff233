// @vitest-environment node
import { expect, it } from 'vitest';
import { Pace } from './pace';

const items = Array.from({ length: 200 }, (_, i) => i);

it('does everything once, and no more than a part of it at the same time', async () => {
  const done: number[] = [];
  let [now, most] = [0, 0];
  await new Pace().each(items, async (item) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    done.push(item);
  });
  expect(done).toEqual(items);
  expect(most).toBeLessThan(items.length);
});

it('lets others go on, and tells how far it is', async () => {
  const told: [number, number][] = [];
  const pace = new Pace((done, of) => told.push([done, of]));
  pace.expect(items.length);
  let others = 0;
  const other = setInterval(() => others++, 0);
  await pace.each(items, () => {
    const until = performance.now() + 1;
    while (performance.now() < until);
  });
  clearInterval(other);
  expect(others).toBeGreaterThan(0);
  expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
  expect(told.at(-1)).toEqual([items.length, items.length]);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const done: number[] = [];
  const work = new Pace(() => {}, stop.signal).each(items, (item) => {
    done.push(item);
    if (item === 40) stop.abort(new Error('enough'));
  });
  await expect(work).rejects.toThrow('enough');
  expect(done.length).toBeLessThan(items.length);
});
