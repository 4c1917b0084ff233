// Merkle trees (RFC 6962): the head over leaves, and the head to which an audit path leads.
import type { Bytes } from './bytes';
import { nodeHash, sha256 } from './hashes';
import { type Pace, STILL } from './pace';

/** The head of the tree over these leaf hashes, in order; that of no leaf is the hash of nothing. */
export async function treeHead(leaves: readonly Bytes[], pace: Pace = STILL): Promise<Bytes> {
  if (!leaves.length) return sha256(new Uint8Array());
  let level = leaves;
  while (level.length > 1) level = await levelAbove(level, pace);
  return level[0] as Bytes;
}

/** The next level of the tree; a node without a sibling is carried up as it is. */
async function levelAbove(level: readonly Bytes[], pace: Pace): Promise<Bytes[]> {
  const above = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => level[2 * i] as Bytes);
  await pace.each(above, async (left, i) => {
    const right = level[2 * i + 1];
    if (right) above[i] = await nodeHash(left, right);
  });
  return above;
}

/**
 * The head to which a path leads from a leaf in a tree of `size` ≥ 1 leaves (RFC 9162 §2.1.3.2).
 *
 * null if the path has another length than a path from there has, or if there is no such leaf.
 */
export async function pathHead(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
): Promise<Bytes | null> {
  if (index >= size) return null;
  let head = leaf;
  let used = 0;
  for (let at = index, last = size - 1; last > 0; at = half(at), last = half(last)) {
    if (at % 2 === 0 && at === last) continue;
    const sibling = path[used++];
    if (!sibling) return null;
    head = at % 2 ? await nodeHash(sibling, head) : await nodeHash(head, sibling);
  }
  return used === path.length ? head : null;
}

// Sizes go up to 2^32 − 1, where the shifts of JavaScript have wrapped around long ago.
const half = (number: number): number => Math.floor(number / 2);
