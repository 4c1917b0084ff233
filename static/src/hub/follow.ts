// A page of a member's own follows what happens to the member elsewhere: at a till, on another screen, at the brand's.
import { openLive } from '../live/browser';
import { type Later, later } from '../live/later';
import type { Item, Live, Standing } from '../live/live';
import { http, member } from './start';

/** News that comes in several pieces is asked about once. */
const SOON_MS = 200;

/** Items that happened, in their order. There are none where it is known only that something did. */
type Hear = (items: readonly Item[]) => void;

/** Have the page told, until it goes, what happened since it was sent. */
export function followMember(hear: Hear): void {
  const live = openLive(http);
  follow(live, member().position, later(), hear);
  live.start();
}

/** `from`: the position up to which the page knows everything. */
export function follow(live: Live, from: number, later: Later, hear: Hear): void {
  let known: Standing | null = null;
  let items: Item[] = [];
  const tell = () => {
    const happened = items;
    items = [];
    hear(happened);
  };
  live.on('item', (item) => void items.push(item));
  live.on('standing', (standing) => {
    const isNews = known === null ? standing.position > from : !isSame(known, standing);
    known = standing;
    if (isNews) later(SOON_MS, tell);
  });
  live.on('link', (link) => {
    if (link === 'out') tell();
  });
}

function isSame(one: Standing, other: Standing): boolean {
  return one.position === other.position && one.unseen.length === other.unseen.length;
}
