// Signing in again, and being somebody else on the same phone. What pages keep is kept per member, so it stays.
import { randomHex } from '../api/chance';
import { Http } from '../api/http';
import { NoAnswer, Refusal } from '../api/refusal';

const KEY_BYTES = 16;
const PATIENCE_MS = 4_000;

/** The address that signs a member in through the brand's site and comes back to `path`, as whoever it likes to be. */
export function signInAddress(path: string, asSomebodyElse = false): string {
  const query = new URLSearchParams({ return: path, ...(asSomebodyElse ? { switch: '1' } : {}) });
  return `/sign-in?${query}`;
}

/** Where this page is, as `/sign-in` takes it. */
export function here(): string {
  return location.pathname + location.search;
}

/** End the session. Whether the server heard it or not, whoever signs in next gets a session of their own. */
export async function signOut(http: Http = new Http()): Promise<void> {
  try {
    await http.ask('POST', '/sign-out', { body: {}, key: randomHex(KEY_BYTES), patience: PATIENCE_MS });
  } catch (fault) {
    if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
  }
}
