import { describe, expect, test } from 'vitest';
import { CRUISE, cruise, slowDown, windUp } from './turning';

/** Degrees a second at a moment. */
function speedOf(angleAfter: (ms: number) => number, ms: number): number {
  return (angleAfter(ms + 0.5) - angleAfter(ms - 0.5)) * 1000;
}

test('the wind-up goes back a little and ends at the speed of the steady spin', () => {
  const winding = windUp(90);
  expect(winding.angleAfter(0)).toBe(90);
  expect(winding.angleAfter(260)).toBeCloseTo(76, 6);
  expect(winding.angleAfter(winding.duration)).toBeCloseTo(winding.frames.at(-1)?.angle as number, 6);
  expect(speedOf(winding.angleAfter, winding.duration - 1)).toBeGreaterThan(CRUISE * 0.98);
});

test('the steady spin is steady', () => {
  const steady = cruise(10);
  expect(steady.angleAfter(1000)).toBe(10 + CRUISE);
  expect(steady.angleAfter(steady.duration)).toBeCloseTo(370, 6);
});

describe('the stop', () => {
  test.each([0, 1, 90, 179.5, 359.99])('ends at %d degrees, wherever it began', (rest) => {
    for (const from of [0, 17, 1234.5, 99_999]) {
      const stop = slowDown(from, rest, 1020);
      const end = stop.angleAfter(stop.duration);
      const apart = (((end - rest) % 360) + 360) % 360;
      expect(Math.min(apart, 360 - apart)).toBeLessThan(1e-6);
      expect(end - from).toBeGreaterThanOrEqual(1020 - 1e-6);
      expect(end - from).toBeLessThan(1380);
    }
  });

  test('begins at the speed of the steady spin, never turns back and ends at rest', () => {
    const stop = slowDown(0, 200, 1020);
    expect(speedOf(stop.angleAfter, 0.5)).toBeGreaterThan(CRUISE * 0.99);
    expect(speedOf(stop.angleAfter, 0.5)).toBeLessThanOrEqual(CRUISE);
    for (let ms = 0; ms < stop.duration; ms += 50) {
      expect(stop.angleAfter(ms + 50)).toBeGreaterThan(stop.angleAfter(ms));
    }
    expect(speedOf(stop.angleAfter, stop.duration - 1)).toBeLessThan(2);
  });

  test('takes about four to five and a half seconds', () => {
    for (let rest = 0; rest < 360; rest += 7) {
      const { duration } = slowDown(0, rest, 1020);
      expect(duration).toBeGreaterThan(3900);
      expect(duration).toBeLessThan(5500);
    }
  });
});
