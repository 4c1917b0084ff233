// @vitest-environment node
import { expect, it } from 'vitest';
import { type Bytes, toHex, u32 } from './bytes';
import { findWrongSale } from './deck';
import { leafHash, nodeHash } from './hashes';
import { pathHead, treeHead } from './tree';

const leaves = (n: number): Promise<Bytes[]> =>
  Promise.all(Array.from({ length: n }, (_, i) => leafHash(u32(i))));

/** RFC 6962 §2.1 to the letter: the head of n leaves splits them at the largest power of two below n. */
async function headByTheBook(of: Bytes[]): Promise<Bytes> {
  if (of.length === 1) return of[0] as Bytes;
  const k = 2 ** Math.floor(Math.log2(of.length - 1));
  return nodeHash(await headByTheBook(of.slice(0, k)), await headByTheBook(of.slice(k)));
}

/** RFC 6962 §2.1.1: the audit path of a leaf. */
async function pathByTheBook(at: number, of: Bytes[]): Promise<Bytes[]> {
  if (of.length === 1) return [];
  const k = 2 ** Math.floor(Math.log2(of.length - 1));
  const [left, right] = [of.slice(0, k), of.slice(k)];
  return at < k
    ? [...(await pathByTheBook(at, left)), await headByTheBook(right)]
    : [...(await pathByTheBook(at - k, right)), await headByTheBook(left)];
}

it.each([1, 2, 3, 7, 8, 9, 33])(
  'the head of %i leaves is that of the book, and every path leads there',
  async (n) => {
    const of = await leaves(n);
    const head = toHex(await headByTheBook(of));
    expect(toHex(await treeHead(of))).toBe(head);
    for (const [i, leaf] of of.entries()) {
      const path = await pathByTheBook(i, of);
      expect(toHex((await pathHead(leaf, i, n, path)) as Bytes)).toBe(head);
      expect(await pathHead(leaf, i, n, [...path, leaf])).toBeNull();
      if (path.length) expect(await pathHead(leaf, i, n, path.slice(1))).toBeNull();
    }
  },
);

it('no leaf lies outside of a tree', async () => {
  const [leaf] = await leaves(1);
  expect(await pathHead(leaf as Bytes, 1, 1, [])).toBeNull();
  expect(await pathHead(leaf as Bytes, 2 ** 32 - 1, 2 ** 32 - 1, [])).toBeNull();
});

it('trees of more than 2^31 leaves are walked without wrapping around', async () => {
  const [leaf] = await leaves(1);
  const path = Array.from({ length: 32 }, () => leaf as Bytes);
  expect(await pathHead(leaf as Bytes, 2 ** 31, 2 ** 32 - 1, path)).not.toBeNull();
});

it.each([
  [
    [
      [0, 0],
      [0, 1],
      [2, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ],
    6,
    7,
  ],
  [
    [
      [4, 4],
      [4, 0],
      [4, 1],
    ],
    5,
    4,
  ],
  [
    [
      [1, 1],
      [1, 3],
    ],
    4,
    2,
  ],
  [[[9, 0]], 4, 1],
  [
    [
      [0, 0],
      [0, 1],
      [0, 0],
    ],
    2,
    3,
  ],
] as [[number, number][], number, number][])('the sales %j of %i cards go wrong at %i', (sales, n, at) => {
  expect(findWrongSale(sales, n)).toBe(at);
});
