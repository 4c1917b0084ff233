// What unit tests have in place of a browser's storage and locks, which several pages share.
import type { Shelf } from './keep';
import type { Locks } from './locks';

/** A browser's storage, shared by its tabs. */
export function shelf(): Shelf & { full: boolean } {
  const map = new Map<string, string>();
  return {
    full: false,
    getItem: (name) => map.get(name) ?? null,
    setItem(name, value) {
      if (this.full) throw new DOMException('full', 'QuotaExceededError');
      map.set(name, value);
    },
    removeItem: (name) => void map.delete(name),
    key: (i) => [...map.keys()][i] ?? null,
    get length() {
      return map.size;
    },
  };
}

/** The locks of one browser. */
export function browserLocks(): Locks {
  const held = new Map<string, Promise<unknown>>();
  return {
    async hold(name, work) {
      while (held.has(name)) await held.get(name);
      const done = work();
      held.set(
        name,
        done.catch(() => undefined).then(() => held.delete(name)),
      );
      return done;
    },
    isHeld: async (name) => held.has(name),
  };
}
