// The checks of an epoch, each loaded when it is first needed: the page is painted before the first, and most people
// never wait for the second.
import type { Checks } from './kept';

/** `keys` reads the public keys that this deployment has signed with. */
export function makeChecks(keys: () => Promise<unknown>): Checks {
  return {
    commit: async (seed) => (await import('./opening')).commit(seed),
    mark: async (receipt) => (await import('./opening')).mark(receipt),
    opening: async (answer, expected) =>
      (await import('./opening')).checkOpening(answer, expected, await keys()),
    ending: async (kept, reveal) => (await import('./ending')).checkEnding(kept, reveal, await keys()),
  };
}
