// One check from files to a report: the same on the page and in the worker that does it for the page.
import { Pace, type Tell } from './pace';
import { readDocument, readFile } from './reading';
import type { Report } from './report';
import { type Options, verifyExport } from './verify';

/** What is to be checked: an export, a bundle to compare it with, and the only key that may have signed, if known. */
export interface Job {
  file: Blob;
  bundle: Blob | null;
  key: string;
}

/** What was found, and the document of which. */
export interface Checked {
  document: unknown;
  report: Report;
}

/** Read and check. Throws Unreadable, or the signal's reason once it is aborted. */
export async function check({ file, bundle, key }: Job, tell: Tell, stop: AbortSignal): Promise<Checked> {
  const document = readDocument(await readFile(file));
  const options: Options = { pace: new Pace(tell, stop) };
  if (key) options.key = key;
  if (bundle) options.bundle = readDocument(await readFile(bundle));
  const report = await verifyExport(document, options);
  stop.throwIfAborted();
  return { document, report };
}
