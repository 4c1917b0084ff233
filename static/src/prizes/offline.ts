// Lets the page be opened without a network: a service worker keeps it, with all that it may need.
import { CACHE } from './cache';

interface Policy {
  createScriptURL(address: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}

const WORKER = '/prizes-offline.js';
const PAGE = '/prizes';
const BUILT = '/static/';

/** Have the page kept, once it is at rest. Browsers without service workers keep nothing. */
export function keepPage(): void {
  if (!('serviceWorker' in navigator)) return;
  addEventListener('load', async () => {
    const { trustedTypes } = globalThis as { trustedTypes?: Policies };
    const rules = { createScriptURL: (address: string) => address };
    const policy = trustedTypes?.createPolicy('engage-offline', rules) ?? rules;
    try {
      await navigator.serviceWorker.register(policy.createScriptURL(WORKER), { scope: '/prizes' });
      await navigator.serviceWorker.ready;
      await loadAll();
    } catch (fault) {
      // A private window, or a browser that is told to keep nothing: the page works, but not without a network.
      if (!(fault instanceof DOMException || fault instanceof TypeError)) throw fault;
    }
  });
}

/** What is otherwise loaded when it is first needed, and could not be then; and what came before the worker did. */
async function loadAll(): Promise<void> {
  await Promise.all([import('../play/engage-sheet'), import('./engage-code'), import('./engage-about')]);
  const cache = await caches.open(CACHE);
  const needed = new Set(performance.getEntriesByType('resource').map(({ name }) => name));
  const built = [...needed].filter((address) => new URL(address).pathname.startsWith(BUILT));
  await Promise.all(built.map((address) => fetch(address)));
  for (const { url } of await cache.keys()) {
    if (new URL(url).pathname.startsWith(BUILT) && !needed.has(url)) await cache.delete(url);
  }
  if (!(await cache.match(PAGE, { ignoreVary: true }))) await cache.add(PAGE);
}
