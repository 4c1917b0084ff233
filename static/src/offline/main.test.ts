import { expect, it } from 'vitest';
import { CACHE } from '../prizes/cache';
import source from './main.ts?raw';

it('is one file, and keeps things where the page looks for them', () => {
  expect(source).not.toMatch(/^import|\bimport\(/m);
  expect(source).toContain(`const CACHE = '${CACHE}';`);
});
