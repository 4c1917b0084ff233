// A month as a calendar shows it: weeks of seven days that begin on Monday. Pure date arithmetic, in no zone.
import { language } from '../words/words';

const DAYS = 7;
const SUNDAY = 0;
/** A Monday, from which the names of the days are told. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export interface Month {
  weekdays: { short: string; long: string }[];
  /** The days of each week as dates such as `2026-12-01`; empty where it belongs to another month. */
  weeks: string[][];
}

/** `month` is such as `2026-12`. */
export function monthOf(month: string): Month {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1)).getUTCDay();
  const blanks = first === SUNDAY ? DAYS - 1 : first - 1;
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const cells = [
    ...Array.from({ length: blanks }, () => ''),
    ...Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`),
  ];
  const weeks = Array.from({ length: Math.ceil(cells.length / DAYS) }, (_, week) =>
    Array.from({ length: DAYS }, (_day, day) => cells[week * DAYS + day] ?? ''),
  );
  return { weekdays: weekdays(), weeks };
}

function weekdays(): Month['weekdays'] {
  const named = (style: 'narrow' | 'long', index: number) =>
    new Intl.DateTimeFormat(language(), { weekday: style, timeZone: 'UTC' }).format(
      A_MONDAY + index * DAY_MS,
    );
  return Array.from({ length: DAYS }, (_, index) => ({
    short: named('narrow', index),
    long: named('long', index),
  }));
}
