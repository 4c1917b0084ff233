// What was found: a verdict on each receipt, and on anything else that failed.

/** FAILED: something does not agree. card proven: all but the deck's order. proven: all of it. */
export type Verdict = 'FAILED' | 'card proven' | 'not yet revealed' | 'proven';

/** The steps in their order; a result names the first that does not agree. */
export const STEPS = [
  'format',
  'signature',
  'commitment',
  'sequence',
  'table',
  'ticket',
  'outcome',
  'card',
  'deck',
  'stock',
  'bundle',
  'overdue',
] as const;

export type Step = (typeof STEPS)[number];

/** What was found about one subject: a play, an epoch without one, a game's close, or rules and decks. */
export interface Result {
  subject: string;
  verdict: Verdict;
  step: Step | null;
  /** What does not agree, as a sentence without its full stop. */
  detail: string;
  /** The place in the export's list, if this is about a receipt. */
  receipt: number | null;
}

/** All results in the order of the report: each receipt has one, anything else only if it failed. */
export interface Report {
  results: Result[];
  /** The keys that signed. */
  fingerprints: string[];
  /** Whether the key was named beforehand. */
  isPinned: boolean;
  /** The games that have no close in the bundle. */
  notCovered: string[];
  /** The games that are closed here, so that nothing of them can be missing. */
  complete: string[];
  /** How many receipts there are. */
  receipts: number;
  /** How many of them are of games that the bundle closes; null without a bundle. */
  compared: number | null;
}

/** Whether there was a bundle, but of other games: nothing could be compared. */
export const isUncovered = ({ compared, notCovered }: Report): boolean =>
  compared === 0 && notCovered.length > 0;

/** What does not agree. */
export const failedOf = (report: Report): Result[] =>
  report.results.filter((result) => result.verdict === 'FAILED');

/** How many results have a verdict. */
export const countOf = (report: Report, verdict: Verdict): number =>
  report.results.reduce((count, result) => count + (result.verdict === verdict ? 1 : 0), 0);
