// A hub that is left open looks around by itself: when what it shows turns, and else from minute to minute.
import { ALL, type Home, type Part } from './home';
import { nextTurn } from './hours';

/** What nobody pushes, such as a campaign that is paused or an item that others buy, is asked for so often. */
const MINUTE_MS = 60_000;
/** Midnight comes to everybody at once, and nobody is asked by everybody at once. */
const CROWD_MS = 3_000;
/** What turns without a push. */
const AROUND: readonly Part[] = ['tasks', 'collections', 'items'];

/** The outside world; tests bring their own. */
export interface Outside {
  /** The server's clock in milliseconds. */
  now(): number;
  later(ms: number, work: () => void): void;
  /** A fraction in [0, 1). */
  spread(): number;
  isVisible(): boolean;
}

/** Have `look` ask for some parts in time, while the page is in sight: all of them when the hub turns. */
export function keepUp(
  home: Pick<Home, 'get' | 'list'>,
  outside: Outside,
  look: (parts: readonly Part[]) => Promise<void>,
): void {
  const turn = nextTurn(home, outside.now()) - outside.now() + outside.spread() * CROWD_MS;
  const parts = turn < MINUTE_MS ? ALL : AROUND;
  outside.later(Math.min(turn, MINUTE_MS), async () => {
    if (outside.isVisible()) await look(parts);
    keepUp(home, outside, look);
  });
}
