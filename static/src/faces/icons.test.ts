import { expect, test } from 'vitest';
import { addressOf, ICONS, isOwn } from './icons';
import names from './icons.json';

test('the published list names exactly the pictures there are', () => {
  expect([...ICONS.keys()].sort()).toEqual(names);
});

test('an uploaded picture is its own address', () => {
  expect(addressOf('/pictures/cake.webp')).toBe('/pictures/cake.webp');
  expect(isOwn('/pictures/cake.webp')).toBe(false);
  expect(addressOf('gift')).toContain('gift');
  expect(isOwn('gift')).toBe(true);
});
