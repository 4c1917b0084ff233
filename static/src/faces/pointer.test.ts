import { expect, test } from 'vitest';
import { Pointer } from './pointer';

test('each peg that passes is told once and bends the pointer the way the wheel turns', () => {
  const pointer = new Pointer(0.5);
  expect(pointer.turn(0.9, 45, 16)).toBe(0);
  expect(pointer.bend).toBe(0);
  expect(pointer.turn(1.2, 45, 16)).toBe(1);
  expect(pointer.bend).toBeLessThan(-8);
  expect(pointer.turn(4.2, 45, 16)).toBe(3);
});

test('it is back in the middle once the wheel stands, also for the narrowest slice', () => {
  const pointer = new Pointer(0.5);
  pointer.turn(1.15, 22.5, 16);
  for (let frame = 0; frame < 60; frame++) pointer.turn(1.15, 22.5, 16);
  expect(Math.abs(pointer.bend)).toBeLessThan(0.05);
});
