// One result, to the member whose it is: as the page was told it, and as the server shows it in the end.
import { canonical, NotCanonical } from './canonical';
import type { EpochAnswer, ExportDocument, KeySet, Receipt, RulesDocument } from './documents';
import { failedOf, type Report, type Result } from './report';
import type { Shown } from './telling';
import { type Options, verifyExport } from './verify';

/** What the server answers when a round of seeds is ended. */
export interface Reveal {
  answer: EpochAnswer;
  client_seed: string | null;
  server_seed: string | null;
  receipts: Receipt[];
}

/** All there is to check one result by. */
export interface OneResult {
  receipt: Receipt;
  /** The rules that the page showed. */
  rules: RulesDocument;
  /** The key set of this deployment. */
  keys: KeySet;
  /** The signed answer of the epoch; at best the one that this page kept since before the tap. */
  answer: EpochAnswer;
  /** null as long as the epoch goes on. */
  reveal: Reveal | null;
}

/**
 * What was found. `isSame`: what the server shows in the end is what it had told before. `others`: how much else of the
 * same round does not agree.
 */
export interface Checked {
  document: ExportDocument;
  report: Report;
  result: Result;
  isSame: boolean;
  others: number;
  shown: Shown;
}

/** Check one result: what is shown of its epoch makes a small export of its own. */
export async function checkReceipt(one: OneResult, options: Options = {}): Promise<Checked> {
  const document = exportOf(one);
  const report = await verifyExport(document, options);
  const result =
    report.results.find(
      ({ receipt }) => receipt !== null && document.receipts[receipt]?.play === one.receipt.play,
    ) ?? missing(one.receipt.play);
  return {
    document,
    report,
    result,
    isSame: isSame(one),
    others: failedOf(report).filter((failed) => failed !== result).length,
    shown: {
      isDeck: one.rules.deck !== null,
      seed: one.reveal?.server_seed != null,
      deck: false,
      isComplete: false,
      hasBundle: options.bundle !== undefined,
    },
  };
}

/** The export that holds this epoch alone. */
export function exportOf({ receipt, rules, keys, answer, reveal }: OneResult): ExportDocument {
  const receipts = reveal?.receipts ?? [receipt];
  const times = [answer.opened_at, receipt.played_at, ...receipts.map((each) => each.played_at)];
  return {
    format: 'engage-export/1',
    exported_at: times.sort().at(-1) ?? answer.opened_at,
    keys,
    rules: [rules],
    epochs: [
      reveal
        ? { answer: reveal.answer, client_seed: reveal.client_seed, server_seed: reveal.server_seed }
        : { answer, client_seed: receipt.client_seed, server_seed: null },
    ],
    receipts,
    decks: [],
    closes: [],
  };
}

function isSame({ receipt, answer, reveal }: OneResult): boolean {
  if (!reveal) return true;
  const later = reveal.receipts.find((each) => each.play === receipt.play);
  try {
    return (
      canonical(reveal.answer) === canonical(answer) &&
      later !== undefined &&
      canonical(later) === canonical(receipt)
    );
  } catch (fault) {
    if (fault instanceof NotCanonical) return false;
    throw fault;
  }
}

const missing = (play: string): Result => ({
  subject: play,
  verdict: 'FAILED',
  step: 'sequence',
  detail: '',
  receipt: null,
});
