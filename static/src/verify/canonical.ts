// RFC 8785 canonical JSON for what exports hold: ASCII keys, and integers up to 2^53 − 1 instead of floats.

/** Thrown for a value that has no canonical form. */
export class NotCanonical extends Error {}

const LONE_SURROGATE = /\p{Surrogate}/u;
const NOT_ASCII = /[^\0-\x7f]/;

/** Whether a text is Unicode: it has no half of a pair of surrogates. */
export const isUnicode = (text: string): boolean => !LONE_SURROGATE.test(text);

// What is nested deeper is no document of ours, and must not exhaust the stack.
const DEEPEST = 500;

/** The canonical text of a value; its UTF-8 is what is hashed and signed. Throws NotCanonical. */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new NotCanonical();
  if (typeof value === 'string' && isUnicode(value)) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as Record<string, unknown>, depth + 1);
  throw new NotCanonical();
}

function canonicalObject(value: Record<string, unknown>, depth: number): string {
  const members = Object.keys(value)
    .sort()
    .map((name) => {
      if (NOT_ASCII.test(name)) throw new NotCanonical();
      return `${JSON.stringify(name)}:${canonical(value[name], depth)}`;
    });
  return `{${members.join(',')}}`;
}

/** The canonical text of an object without one of its keys. Throws NotCanonical for what is no object. */
export function canonicalWithout(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotCanonical();
  return canonical(Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
}
