// When the hub shows something else although nothing happens: a day ends where the member lives, something opens or
// closes, or can't be given back any more. Pure.
import type { Home } from './home';

const TWO_DAYS_MS = 172_800_000;

/** The day that it is in a time zone, such as `2026-12-01`. */
export function dayOf(now: number, zone: string): string {
  return days(zone).format(now);
}

/** The first instant of the next day in a time zone, in milliseconds: right where a day has no midnight, too. */
export function dayEnd(now: number, zone: string): number {
  const named = days(zone);
  const today = named.format(now);
  let [low, high] = [now, now + TWO_DAYS_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (named.format(middle) === today) low = middle;
    else high = middle;
  }
  return high;
}

/** The next instant after `now` at which something that is shown turns; infinitely late while nothing is known. */
export function nextTurn(home: Pick<Home, 'get' | 'list'>, now: number): number {
  const zone = home.get('me')?.time_zone;
  const told = [
    ...home
      .list('tasks')
      .flatMap(({ opens_at, until, streak }) => [opens_at, until, streak?.restorable_until]),
    ...home.list('items').flatMap(({ opens_at, closes_at }) => [opens_at, closes_at]),
    ...home.list('redemptions').map(({ cancel_until }) => cancel_until),
    ...home.list('collections').map(({ deadline }) => deadline),
    ...home.list('badges').map(({ expires_at }) => expires_at),
  ];
  const turns = told.map((at) => Date.parse(at ?? '')).filter((at) => at > now);
  return Math.min(...turns, zone ? dayEnd(now, zone) : Number.POSITIVE_INFINITY);
}

/** Swedes write days as the contract does. */
function days(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
}
