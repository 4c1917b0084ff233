// From what somebody pasted, dropped or chose to a document; what can't be read is told in plain words with a way out.
import { t } from '../words/words';
import { cut, field, isObject } from './shapes';

/** More than this a page can't take in; the command can. */
export const MAX_BYTES = 200 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

/** Why something can't be read, as a sentence, and what to do about it. */
export class Unreadable extends Error {
  constructor(
    why: string,
    readonly advice: string,
  ) {
    super(why);
  }
}

const takeExport = (): string =>
  t('Take the whole file: “Download all my results” under “My plays”, or /v1/receipts for programs.');

/** The text of a file. Throws Unreadable. */
export async function readFile(file: Blob): Promise<string> {
  requireSize(file.size);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (fault) {
    if (fault instanceof TypeError) throw await notText(file);
    throw new Unreadable(t('The file can no longer be read.'), t('Choose it again.'));
  }
}

function requireSize(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new Unreadable(
    t('This is too large for a browser: {size} MB, and at most {most} MB.', {
      size: Math.ceil(bytes / MEGABYTE),
      most: MAX_BYTES / MEGABYTE,
    }),
    t('Check it on a computer with the command: engage verify FILE'),
  );
}

async function notText(file: Blob): Promise<Unreadable> {
  const [p, k] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (p === 0x50 && k === 0x4b) {
    return new Unreadable(t('This is a ZIP archive.'), t('Unpack it and choose the export inside.'));
  }
  return new Unreadable(t('This file is no text, so it is not an export.'), takeExport());
}

/** The document in a text: an export, or something that claims to be one. Throws Unreadable. */
export function readDocument(text: string): unknown {
  requireSize(text.length);
  const trimmed = text.trim();
  if (!trimmed)
    throw new Unreadable(t('There is nothing in it.'), t('Choose a file, or paste its whole text.'));
  const document = parse(trimmed);
  if (!isObject(document)) throw new Unreadable(t('This is not an export.'), takeExport());
  if (Array.isArray(field(document, 'receipts')) && Array.isArray(field(document, 'epochs'))) return document;
  throw otherKind(document);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(text);
  }
}

function notJson(text: string): Unreadable {
  if (text.startsWith('<')) {
    return new Unreadable(t('This is a web page, not an export.'), takeExport());
  }
  if (text.startsWith('{') && !text.endsWith('}')) {
    return new Unreadable(
      t('The text breaks off before its end.'),
      t('Not all of it was copied or downloaded. Choose the file itself instead.'),
    );
  }
  return new Unreadable(t('This is not an export: it is not written as JSON.'), takeExport());
}

/** What a document is that is no export. */
function otherKind(document: Record<string, unknown>): Unreadable {
  const has = (...names: string[]) => names.every((name) => Object.hasOwn(document, name));
  if (has('title', 'status', 'detail')) {
    const detail = cut(String(field(document, 'detail')));
    return new Unreadable(
      t('This is a message of the server, not an export: {detail}', { detail }),
      takeExport(),
    );
  }
  if (has('play', 'seal') || has('receipt')) {
    return new Unreadable(
      t('This is a single receipt. Without its rules and seeds it can’t be checked.'),
      takeExport(),
    );
  }
  if (has('answer', 'server_seed')) {
    return new Unreadable(
      t('This is one round of seeds. Without its rules it can’t be checked.'),
      takeExport(),
    );
  }
  if (has('alg', 'tables', 'prizes')) {
    return new Unreadable(t('These are the rules of a game, without any results.'), takeExport());
  }
  if (has('keys')) return new Unreadable(t('These are public keys, without any results.'), takeExport());
  return new Unreadable(t('This is not an export.'), takeExport());
}

const FINGERPRINT = /^[0-9a-f]{64}$/;

/** The fingerprint that somebody typed, in whatever groups; nothing for nothing. Throws Unreadable. */
export function readFingerprint(typed: string): string {
  const fingerprint = typed.replaceAll(/[\s:-]/g, '').toLowerCase();
  if (!fingerprint || FINGERPRINT.test(fingerprint)) return fingerprint;
  throw new Unreadable(
    t('A fingerprint has 64 digits, from 0 to 9 and from a to f.'),
    t('Copy it again, or leave the field empty.'),
  );
}
