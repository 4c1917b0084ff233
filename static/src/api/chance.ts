// The page's own randomness: seeds and keys come from here only.
import { toHex } from '../verify/bytes';

/** Random bytes in lower-case hex. */
export function randomHex(bytes: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(bytes)));
}
