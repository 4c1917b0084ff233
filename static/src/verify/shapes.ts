// Says what is wrong with the form of any JSON, as the end of a sentence; nothing if it is as it should be.
import { t } from '../words/words';
import { isUnicode } from './canonical';

/** What is wrong with a value; the empty text if nothing is. */
export type Fault = string;
export type Check = (value: unknown) => Fault;
export type Json = Record<string, unknown>;

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
export const MAX_U32 = 2 ** 32 - 1;
const DAY_MS = 86_400_000;
const YEAR_1 = 719_162;
const LINE = 80;

/** An object of JSON, which is neither a list nor null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object holds under a name; undefined if it doesn't, or is no object. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** As much of somebody's text as a sentence can bear. */
export function cut(text: string): string {
  const points = [...text];
  return points.length <= LINE ? text : `${points.slice(0, LINE - 1).join('')}…`;
}

/** Texts by code point, as the command sorts them; UTF-16 would put what lies beyond 2^16 elsewhere. */
export function byCodePoint(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i]?.codePointAt(0) ?? 0) - (b[i]?.codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return a.length - b.length;
}

/** A text that is not empty. */
export const text: Check = (value) => {
  if (typeof value !== 'string' || !value) return t('is not a non-empty text');
  return isUnicode(value) ? '' : t('is not Unicode');
};

const matching =
  (pattern: RegExp, fault: () => Fault): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? '' : fault();

/** 32 bytes in hex. */
export const hash = matching(/^[0-9a-f]{64}$/, () => t('is not 64 lower-case hexadecimal digits'));

/** 64 bytes in base64url. */
export const signature = matching(/^[0-9A-Za-z_-]{86}$/, () =>
  t('is not a signature of 64 bytes in base64url'),
);

/** An integer within bounds, both of them included. */
export const integer =
  (low: number, high: number = MAX_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
      ? ''
      : t('is not an integer from {low} to {high}', { low: String(low), high: String(high) });

/** One of these words. */
export const word =
  (...allowed: string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value)
      ? ''
      : t('is not {words}', { words: allowed.join(t(' or ')) });

/** Null, or what `inner` accepts. */
export const nullable =
  (inner: Check): Check =>
  (value) =>
    value === null ? '' : inner(value);

/** A list of what `inner` accepts. */
export const listOf =
  (inner: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return t('is not a list');
    for (const [place, item] of value.entries()) {
      const fault = inner(item);
      if (fault) return `[${place}] ${fault}`;
    }
    return '';
  };

/** A list of two. */
export const pair =
  (first: Check, second: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === 2 ? first(value[0]) || second(value[1]) : t('is not a pair');

/** An object with exactly these keys. */
export const object = (fields: Record<string, Check>): Check => {
  const names = Object.keys(fields);
  const checks = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return t('is not an object');
    const found = Object.keys(value);
    if (found.length !== names.length || !names.every((name) => Object.hasOwn(value, name))) {
      return wrongKeys(found, names);
    }
    for (const [name, inner] of checks) {
      const fault = inner(value[name]);
      if (fault) return `${name} ${fault}`;
    }
    return '';
  };
};

function wrongKeys(found: string[], names: string[]): Fault {
  const unknown = found.filter((name) => !names.includes(name)).sort(byCodePoint);
  if (unknown[0] !== undefined) return t('has an unknown key {key}', { key: cut(unknown[0]) });
  const lacking = names.filter((name) => !found.includes(name)).sort();
  return t('lacks the key {key}', { key: lacking[0] as string });
}

const TIME = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\.([0-9]{3})Z$/;

/** A time of the calendar, in milliseconds since the year 1; null for what is none. */
export function findMilliseconds(value: unknown): number | null {
  const parts = typeof value === 'string' ? TIME.exec(value) : null;
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (!year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const days = date.getTime() / DAY_MS + YEAR_1;
  return days * DAY_MS + 1000 * (3600 * hour + 60 * minute + second) + ms;
}

/** A time as exports write it. */
export const time: Check = (value) =>
  findMilliseconds(value) === null ? t('is not a time written YYYY-MM-DDThh:mm:ss.sssZ') : '';

/** A time, which was found to be one, in milliseconds. */
export function milliseconds(moment: string): number {
  const found = findMilliseconds(moment);
  if (found === null) throw new Error('its format was checked');
  return found;
}
