import { describe, expect, test } from 'vitest';
import {
  alongStart,
  baseline,
  colourOf,
  labelOf,
  placeArt,
  planFor,
  RADIUS,
  restAngle,
  sliceAngle,
  sliceAt,
  slicePath,
  widthOf,
} from './geometry';

const COUNTS = Array.from({ length: 16 }, (_, index) => index + 1);
const NAMES = [
  '谢谢参与',
  '50 积分',
  '5L 花生油一桶',
  'Bottle of peanut oil',
  '满 100 减 20（限周末）',
  'Supercalifragilistic',
  'A',
  '东北五常稻花香大米十公斤装礼盒一份',
];

describe('where the wheel stops', () => {
  test.each(COUNTS)('the pointer is on the slice that it was told, of %i', (slices) => {
    for (let index = 0; index < slices; index++) {
      for (const ppm of [0, 1, 499_999, 500_000, 999_999, 1_000_000]) {
        expect(sliceAt(slices, restAngle(slices, index, ppm))).toBe(index);
      }
    }
  });

  test.each(COUNTS)('it stays 15 %% of a slice away from both edges, of %i', (slices) => {
    for (const ppm of [0, 123_456, 1_000_000, 2_000_000, -5]) {
      const turned = -restAngle(slices, 0, ppm) / sliceAngle(slices) + 0.5;
      const within = ((turned % slices) + slices) % slices;
      expect(within).toBeGreaterThanOrEqual(0.15 - 1e-9);
      expect(within).toBeLessThanOrEqual(0.85 + 1e-9);
    }
  });

  test('at rest before any spin the first slice is in the middle of the top', () => {
    expect(sliceAt(8, 0)).toBe(0);
    expect(slicePath(4, 0)).toBe('M0 0L-113.14 -113.14A160 160 0 0 1 113.14 -113.14Z');
  });
});

test.each(COUNTS)('no two neighbours wear the same colour, of %i', (slices) => {
  if (slices === 1) return;
  for (let index = 0; index < slices; index++) {
    expect(colourOf(slices, index)).not.toBe(colourOf(slices, (index + 1) % slices));
  }
});

describe('labels', () => {
  test.each(COUNTS)('every line lies within its slice and off the rim, of %i', (slices) => {
    const plan = planFor(slices);
    const half = ((sliceAngle(slices) / 2) * Math.PI) / 180;
    for (const { lines, size } of NAMES.map((name) => labelOf(name, slices))) {
      expect(lines.length).toBeLessThanOrEqual(plan.linesMax);
      expect(size).toBeGreaterThanOrEqual(13.5);
      lines.forEach((line, index) => {
        const wide = widthOf(line, size);
        if (plan.along) {
          const end = alongStart(plan) - wide;
          expect(end).toBeGreaterThan(plan.hub);
          expect(end * Math.tan(half)).toBeGreaterThan(size * 0.45);
          return;
        }
        const outer = Math.hypot(wide / 2, baseline(size, index) + size * 0.75);
        expect(outer).toBeLessThan(RADIUS);
        if (slices > 2) expect(wide / 2).toBeLessThan(baseline(size, index) * Math.tan(half));
      });
    }
  });

  test('a name is kept whole and even where it fits', () => {
    expect(labelOf('Bottle of peanut oil', 6).lines).toEqual(['Bottle of', 'peanut oil']);
    expect(labelOf('谢谢参与', 8).lines).toEqual(['谢谢参与']);
  });

  test('a name that fits nowhere ends in an ellipsis', () => {
    expect(labelOf('东北五常稻花香大米十公斤装礼盒一份', 12).lines.at(-1)).toMatch(/.…$/);
  });

  test('no line begins with a closing mark, and no letter is cut in two', () => {
    expect(labelOf('满100元可用（限周末）', 12).lines[1]).not.toMatch(/^[）]/);
    expect(labelOf('🎁'.repeat(40), 12).lines.join('')).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});

test.each(COUNTS)('art lies between the hub and the longest label, and within its slice, of %i', (slices) => {
  const plan = planFor(slices);
  for (const name of NAMES) {
    const label = labelOf(name, slices, plan);
    const { radius, size } = placeArt(slices, plan, [label]);
    expect(size).toBeGreaterThan(18);
    expect(radius - size / 2).toBeGreaterThan(plan.hub);
    const lowest = baseline(label.size, label.lines.length - 1);
    if (!plan.along) expect(radius + size / 2).toBeLessThan(lowest);
    const half = ((sliceAngle(slices) / 2) * Math.PI) / 180;
    if (slices > 2) expect(size / 2).toBeLessThan(radius * Math.tan(half));
  }
});
