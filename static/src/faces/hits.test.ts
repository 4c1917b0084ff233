import { expect, test } from 'vitest';
import { GRID, Hits } from './hits';

const BRUSH = { x: 0.07, y: 0.07 };

test('nothing is scratched at first, and everything once all of it was', () => {
  const hits = new Hits();
  expect(hits.share).toBe(0);
  for (let row = 0; row <= GRID; row++) hits.stroke({ x: 0, y: row / GRID }, { x: 1, y: row / GRID }, BRUSH);
  expect(hits.share).toBe(1);
});

test('a dab counts about its own area, and never twice', () => {
  const hits = new Hits();
  hits.stroke({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, { x: 0.25, y: 0.25 });
  const once = hits.share;
  expect(once).toBeCloseTo(Math.PI * 0.25 ** 2, 1);
  hits.stroke({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, { x: 0.25, y: 0.25 });
  expect(hits.share).toBe(once);
});

test('a quick stroke leaves no gaps, and what lies outside does not count', () => {
  const hits = new Hits();
  hits.stroke({ x: -3, y: 0.5 }, { x: 4, y: 0.5 }, BRUSH);
  expect(hits.share).toBeCloseTo(0.14, 1);
  const outside = new Hits();
  outside.stroke({ x: -1, y: -1 }, { x: 2, y: -1 }, BRUSH);
  expect(outside.share).toBe(0);
});
