import { expect, test } from 'vitest';
import { carrying, contrast, inkOn, luminance, readable, shadeOf, spell } from './colour';

test('contrast is as WCAG says', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(luminance('#ff0000')).toBeCloseTo(0.2126, 4);
});

test('a shade survives there and back', () => {
  for (const colour of ['#c4161c', '#0a4bb5', '#f6b93b', '#808080', '#000000', '#ffffff']) {
    expect(spell(shadeOf(colour))).toBe(colour);
  }
});

test('a colour that can be read is left alone, another moves as little as it must', () => {
  expect(readable('#0a4bb5', ['#ffffff'])).toBe('#0a4bb5');
  const moved = readable('#f6b93b', ['#ffffff']);
  expect(contrast(moved, '#ffffff')).toBeGreaterThanOrEqual(4.5);
  expect(contrast(moved, '#ffffff')).toBeLessThan(4.8);
  expect(Math.abs(shadeOf(moved).h - shadeOf('#f6b93b').h)).toBeLessThan(8);
});

test('every colour comes to carry an ink', () => {
  for (let grey = 0; grey < 256; grey += 5) {
    const colour = `#${grey.toString(16).padStart(2, '0').repeat(3)}`;
    const shade = carrying(colour);
    expect(contrast(shade, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
  }
});
