// The whole check of an export: the same verdicts and the same named steps as the command `engage verify`.
import { t } from '../words/words';
import { Audit } from './audit';
import { Bundle } from './epoch-checks';
import { Evidence } from './evidence';
import { Keys } from './keys';
import { type Pace, STILL } from './pace';
import { ExportFile } from './parts';
import type { Report, Result } from './report';
import { byCodePoint, cut } from './shapes';

/** What else to check by. */
export interface Options {
  /**
   * A campaign's bundle, which must itself check out under the same keys and must hold the very same receipts, rules
   * and epochs of the games that it closes.
   */
  bundle?: unknown;
  /** The fingerprint of the only key that may have signed. */
  key?: string;
  /** How to keep the page responsive. */
  pace?: Pace;
}

/** Check an export, a member's or a campaign's bundle; any JSON may be given, and nothing is thrown for it. */
export async function verifyExport(document: unknown, options: Options = {}): Promise<Report> {
  const pace = options.pace ?? STILL;
  const file = await ExportFile.open(document, pace);
  const keys = await Keys.open(file.keys, options.key ? [options.key.toLowerCase()] : null);
  const whole = options.bundle === undefined ? null : await checkBundle(options.bundle, keys, pace);
  const evidence = await Evidence.find(file, keys, pace);
  const results = whole?.fault ? [whole.fault] : [];
  results.push(...(await gather(new Audit(file, keys, evidence, whole?.bundle ?? null), pace)));
  return {
    results,
    fingerprints: keys.fingerprints,
    isPinned: options.key !== undefined,
    notCovered: whole ? gamesOf(file).filter((game) => !whole.bundle.games.has(game)) : [],
    complete: [...file.complete].sort(byCodePoint),
    receipts: file.receipts.length,
    compared: whole ? gamesOfReceipts(file).filter((game) => whole.bundle.games.has(game)).length : null,
  };
}

async function checkBundle(
  document: unknown,
  of: Keys,
  pace: Pace,
): Promise<{ bundle: Bundle; fault: Result | null }> {
  const file = await ExportFile.open(document, pace);
  const keys = await Keys.open(file.keys, of.all);
  const evidence = await Evidence.find(file, keys, pace);
  const results = await gather(new Audit(file, keys, evidence, null), pace);
  const first = results.find((result) => result.step);
  const fault: Result | null = first
    ? { ...first, subject: 'bundle', step: 'bundle', detail: faultOfBundle(first), receipt: null }
    : null;
  return { bundle: new Bundle(file, evidence), fault };
}

const faultOfBundle = ({ subject, step, detail }: Result): string =>
  t('the bundle itself does not check out: FAILED {subject}, step {step}: {detail}', {
    subject: cut(subject),
    step: step ?? '',
    detail,
  });

async function gather(audit: Audit, pace: Pace): Promise<Result[]> {
  const results: Result[] = [];
  for (const result of audit.results()) {
    results.push(result);
    await pace.breathe();
  }
  return results;
}

/** The games of which there is something here, in the order in which they come. */
function gamesOf(file: ExportFile): string[] {
  const epochs = file.epochs.filter((epoch) => !epoch.fault).map((epoch) => epoch.answer.game);
  return [...new Set([...gamesOfReceipts(file), ...epochs])];
}

/** The game of each receipt. */
function gamesOfReceipts(file: ExportFile): string[] {
  return file.receipts.filter((receipt) => !receipt.fault).map((receipt) => receipt.game);
}
