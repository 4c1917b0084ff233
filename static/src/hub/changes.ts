// What changes while a page is open: the member's feed, asked for every few seconds as long as somebody looks.
import type { Http } from '../api/http';
import { NoAnswer, Refusal } from '../api/refusal';

const EVERY_MS = 5_000;
const PATIENCE_MS = 4_000;

export interface FeedEvent {
  name: string;
  position: number;
  data: Readonly<Record<string, unknown>>;
}

interface Feed {
  items: FeedEvent[];
  next: number | null;
}

/** Have `told` called with what happened after a position, for as long as the page lives. */
export function watchFeed(http: Http, position: number, told: (events: FeedEvent[]) => void): void {
  let after = position;
  let asking = false;
  const look = async (): Promise<void> => {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const path = `/v1/feed?after=${after}&limit=200`;
      const { items } = (await http.ask<Feed>('GET', path, { patience: PATIENCE_MS })).document;
      after = items.at(-1)?.position ?? after;
      if (items.length > 0) told(items);
    } catch (fault) {
      if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
    } finally {
      asking = false;
    }
  };
  setInterval(look, EVERY_MS);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', look);
}
