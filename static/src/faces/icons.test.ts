import { expect, test } from 'vitest';
import { ART_OF_KIND } from './face';
import { addressOf, ICONS, isOwn } from './icons';
import names from './icons.json';

test('the published list names exactly the pictures there are', () => {
  expect([...ICONS.keys()].sort()).toEqual(names);
});

test('every kind of prize has a picture of its own', () => {
  for (const art of Object.values(ART_OF_KIND)) expect(isOwn(art)).toBe(true);
});

test('an uploaded picture is its own address', () => {
  expect(addressOf('/pictures/cake.webp')).toBe('/pictures/cake.webp');
  expect(addressOf('gift')).toContain('gift');
});
