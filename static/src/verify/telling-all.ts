// What a whole file comes to, in words: one plain sentence first, then what it stands on.
import { t, tn } from '../words/words';
import { countOf, failedOf, isUncovered, type Report, type Result } from './report';
import { meaningOf, type Told, type Tone } from './telling';

/** A whole file. `own`: the fingerprints of this site's keys; null where nobody knows them. */
export function tellAll(report: Report, own: readonly string[] | null): Told {
  const failed = failedOf(report);
  if (failed.length) return tellFailed(report, failed);
  if (isUncovered(report)) {
    const sentence = t('The bundle covers nothing of this file: none of its results could be compared');
    return { tone: 'bad', sentence, more: [t('It is the bundle of other games.'), ...countsOf(report)] };
  }
  if (report.receipts && tellKeys(report, own).tone === 'bad') {
    const sentence = t('It agrees with itself, but the key that signed it is not one of this site’s');
    return { tone: 'doubt', sentence, more: countsOf(report) };
  }
  if (!report.receipts) {
    return { tone: 'none', sentence: t('There are no results in it, and nothing in it is wrong.'), more: [] };
  }
  const n = report.receipts;
  if (countOf(report, 'proven') === n) {
    const sentence = tn(
      'Checked ✓ the one result was fixed before the tap',
      'Checked ✓ all {n} results were fixed before the tap',
      n,
    );
    return { tone: 'good', sentence, more: [] };
  }
  const sentence = tn(
    'Agrees ✓ the one result, as far as it can be checked yet',
    'Agrees ✓ all {n} results, as far as they can be checked yet',
    n,
  );
  return { tone: 'early', sentence, more: countsOf(report) };
}

function tellFailed(report: Report, failed: Result[]): Told {
  const n = failed.filter((result) => result.receipt !== null).length;
  const sentence = n
    ? tn(
        'Does not check out: {n} result of {all} does not agree',
        'Does not check out: {n} results of {all} do not agree',
        n,
        { all: report.receipts },
      )
    : t('Does not check out: something beside the results does not agree');
  const meaning = failed[0]?.step ? [meaningOf(failed[0].step)] : [];
  return { tone: 'bad', sentence, more: [...meaning, ...countsOf(report)] };
}

function countsOf(report: Report): string[] {
  const lines: [number, (n: number) => string][] = [
    [countOf(report, 'proven'), (n) => tn('{n} is proven.', '{n} are proven.', n)],
    [
      countOf(report, 'card proven'),
      (n) =>
        tn(
          '{n} is a card that was sealed in its deck; the order of the deck is shown when its game is over.',
          '{n} are cards that were sealed in their deck; the order of the deck is shown when its game is over.',
          n,
        ),
    ],
    [
      countOf(report, 'not yet revealed'),
      (n) =>
        tn(
          '{n} is sealed; its draw can be recomputed once its round of seeds is ended.',
          '{n} are sealed; their draws can be recomputed once their rounds of seeds are ended.',
          n,
        ),
    ],
  ];
  return lines.filter(([n]) => n).map(([n, say]) => say(n));
}

/** What is known of the keys that signed. `own`: the fingerprints of this site's keys, as of when the page was loaded. */
export function tellKeys(report: Report, own: readonly string[] | null): { tone: Tone; sentence: string } {
  const { fingerprints, isPinned, receipts } = report;
  if (!fingerprints.length) {
    const sentence = isPinned
      ? t('The file does not list the key that you named.')
      : t('The file does not list a key that it could be checked with.');
    return { tone: 'bad', sentence };
  }
  if (receipts === 0) {
    return {
      tone: 'none',
      sentence: t('This key is listed, but there is no result that it could have signed.'),
    };
  }
  if (isPinned) return { tone: 'good', sentence: t('Signed with the key that you named.') };
  if (own === null) {
    const sentence = t(
      'The key was not compared with anything: compare its fingerprint with the one published elsewhere.',
    );
    return { tone: 'doubt', sentence };
  }
  if (fingerprints.every((name) => own.includes(name))) {
    const sentence = t(
      'Signed with a key of this site. If you don’t want to trust the site for it, compare the fingerprint with the one published elsewhere.',
    );
    return { tone: 'good', sentence };
  }
  const sentence = t(
    'The key that signed is not one of this site’s keys. Anybody can make such a file: trust it only if you know the fingerprint from elsewhere.',
  );
  return { tone: 'bad', sentence };
}

/** Whether something could have been left out of the file; of a file that does not check out nothing is promised. */
export function tellCompleteness(report: Report): string[] {
  const promised = failedOf(report).length ? [] : report.complete;
  const closed = promised.map((game) =>
    t('Game {game} is closed in this file, so nothing of it can be missing.', { game }),
  );
  const open = t('No game is closed in this file, so what was left out of it can’t be seen here.');
  const apart = report.notCovered.map((game) => t('Game {game} is not covered by the bundle.', { game }));
  return [...(report.complete.length ? closed : [open]), ...comparisonOf(report), ...apart];
}

/** That the results are those of the bundle, if they are. */
function comparisonOf(report: Report): string[] {
  const n = report.compared;
  if (!n || failedOf(report).length) return [];
  return [
    tn(
      'Compared with the bundle: the one result is in it, none of yours is missing.',
      'Compared with the bundle: all {n} are in it, none of yours is missing.',
      n,
    ),
  ];
}

/** The verdict on a result in a list, in two words. */
export function tellVerdict(result: Result): string {
  switch (result.verdict) {
    case 'proven':
      return t('Proven');
    case 'card proven':
      return t('Card proven');
    case 'not yet revealed':
      return t('Not yet revealed');
    case 'FAILED':
      return t('Does not agree');
  }
}
