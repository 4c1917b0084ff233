// Codes lie on a phone that several people may share: they go with their member, and when somebody else comes.
import { Keep, type Shelf } from '../api/keep';
import { CACHE } from './cache';

export const LIST = 'prizes/list';
export const CODE = 'prizes/code/';
/** Who was signed in last on this device; empty once they have signed out. */
export const OWNER = 'prizes-owner';
const SWITCH = 'a[href^="/sign-in?switch="]';

/**
 * Look after the codes while a page is open: whoever was here before and went without signing out leaves none behind,
 * and whoever follows a link to be somebody else takes theirs along. A tab that comes to the front shows whoever has
 * signed in since. `shelf` is the browser's own by default.
 */
export function guardCodes(member: string, shelf?: Shelf | null): void {
  const device = new Keep('device', shelf);
  const before = device.read<string>(OWNER);
  if (before !== null && before !== member) forgetPrizes(before, shelf);
  device.write(OWNER, member);
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest(SWITCH)) forgetPrizes(member, shelf);
  });
  const look = () => {
    const owner = device.read<string>(OWNER);
    if (owner && owner !== member) location.reload();
  };
  for (const name of ['focus', 'visibilitychange', 'storage']) addEventListener(name, look);
}

/** Nothing of a member that could be shown at a till stays. */
export function forgetPrizes(member: string, shelf?: Shelf | null): void {
  const keep = new Keep(member, shelf);
  for (const name of keep.names(CODE)) keep.remove(name);
  keep.remove(LIST);
  globalThis.caches?.delete(CACHE);
}
