// What a request can come to beside its answer: a named "no" of the server, or no answer at all.

export interface RefusalFields {
  elsewhere?: boolean;
  /** Somebody else has signed in in this browser. */
  changed?: boolean;
  readonly [name: string]: unknown;
}

/** A refusal: `code` never changes, `fields` carry what a page needs to say when and how to go on. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: RefusalFields,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** Nothing usable came back in time. Whether the request had an effect is unknown: the same key asks again. */
export class NoAnswer extends Error {}

/** The refusal in an answer, or null if what came is no problem document: then it isn't from our server. */
export function readRefusal(status: number, document: unknown): Refusal | null {
  if (typeof document !== 'object' || document === null) return null;
  const {
    code,
    detail,
    type,
    title,
    instance,
    status: _status,
    ...fields
  } = document as Record<string, unknown>;
  if (typeof code !== 'string' || typeof detail !== 'string') return null;
  return new Refusal(status, code, detail, fields);
}
