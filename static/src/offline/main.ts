// The service worker of `/prizes`: a voucher's code is needed in shops, where networks are bad. It keeps the page as it
// was opened last, and what it is made of; the prizes themselves are kept by the page. Nothing else is ever answered
// from here, and no answer of the API.
/** How long a slow network may take before the kept page is shown, in milliseconds. */
const PATIENCE_MS = 2_000;
const CACHE = 'engage-prizes'; // a worker is one file: a test holds this against prizes/cache.ts
const PAGE = '/prizes';
const BUILT = ['/static/', '/media/'];

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  location: Location;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', listen: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listen: (event: Fetching) => void): void;
}

const worker = globalThis as unknown as Worker;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== worker.location.origin) return;
  if (mode === 'navigate' && pathname === PAGE) event.respondWith(page(event));
  else if (BUILT.some((start) => pathname.startsWith(start))) event.respondWith(built(event.request));
});

/** The network's answer; the kept page where there is none in time. */
async function page(event: Fetching): Promise<Response> {
  const fresh = ask(event.request);
  event.waitUntil(fresh.catch(() => undefined));
  const patience = navigator.onLine === false ? 0 : PATIENCE_MS;
  const late = new Promise<null>((resolve) => setTimeout(resolve, patience, null));
  const answer = await Promise.race([fresh.catch(() => null), late]);
  if (answer !== null) return answer;
  const kept = await (await caches.open(CACHE)).match(PAGE, { ignoreVary: true });
  return kept ?? fresh;
}

/** Only a page that its member was shown is kept: no way to sign in, no refusal. */
async function ask(request: Request): Promise<Response> {
  const answer = await fetch(request);
  if (answer.status === 200 && !answer.redirected) {
    const cache = await caches.open(CACHE);
    await cache.put(PAGE, answer.clone());
  }
  return answer;
}

/** Files with a hash in their name never change; pictures may be a visit old. */
async function built(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}
