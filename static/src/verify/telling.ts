// What a report comes to, in words: one plain sentence first, then what it does and does not say.
import { t, tn } from '../words/words';
import { countOf, failedOf, isUncovered, type Report, type Result, STEPS, type Step } from './report';

/**
 * good: proven. early: agrees as far as it can be checked yet. doubt: agrees, but who vouches for it? bad: something does
 * not agree. none: nothing to check.
 */
export type Tone = 'good' | 'early' | 'doubt' | 'bad' | 'none';

/** One sentence, and what has to be said beside it. */
export interface Told {
  tone: Tone;
  sentence: string;
  more: string[];
}

/** The plain meaning of a step that does not agree. */
export function meaningOf(step: Step): string {
  switch (step) {
    case 'format':
      return t('It is not written as an export must be.');
    case 'signature':
      return t('The organiser’s key has not signed this.');
    case 'commitment':
      return t('The seeds are not those that were sealed before the tap.');
    case 'sequence':
      return t('Something was left out, repeated, moved or dated wrongly.');
    case 'table':
      return t('It was drawn from another table of odds than the rules say.');
    case 'ticket':
      return t('The sealed seeds give another draw.');
    case 'outcome':
      return t('By the rules, this draw leads to another prize.');
    case 'card':
      return t('This card was not in the sealed deck.');
    case 'deck':
      return t('The deck, or the order of its sales, is not the sealed one.');
    case 'stock':
      return t('The units that were left do not add up.');
    case 'bundle':
      return t('The published bundle says something else.');
    case 'overdue':
      return t('A secret is held back that should have been shown by now.');
  }
}

/** What a step looks at. */
export function nameOf(step: Step): string {
  switch (step) {
    case 'format':
      return t('Written as published');
    case 'signature':
      return t('Signed by the organiser');
    case 'commitment':
      return t('Seeds sealed beforehand');
    case 'sequence':
      return t('Nothing left out or moved');
    case 'table':
      return t('The right table of odds');
    case 'ticket':
      return t('The draw, recomputed');
    case 'outcome':
      return t('The prize by the rules');
    case 'card':
      return t('The card in the sealed deck');
    case 'deck':
      return t('The deck and its sales');
    case 'stock':
      return t('Units left');
    case 'bundle':
      return t('Same as the published bundle');
    case 'overdue':
      return t('Secrets shown in time');
  }
}

/** How a step went: agreed, failed, can't be told before something is shown, or was not reached. */
export type StepState = 'agrees' | 'fails' | 'later' | 'unreached';

/** What is there to check a receipt by, beside itself. */
export interface Shown {
  isDeck: boolean;
  /** Whether the server's seed, and the deck's, are shown. */
  seed: boolean;
  deck: boolean;
  /** Whether the game is closed in the file, and whether it was compared with a bundle. */
  isComplete: boolean;
  hasBundle: boolean;
}

/** The steps that concern a receipt, with how each went. */
export function stepsOf(result: Result, shown: Shown): [Step, StepState][] {
  const failing = result.step ? STEPS.indexOf(result.step) : STEPS.length;
  return STEPS.filter((step) => concerns(step, shown)).map((step) => {
    const at = STEPS.indexOf(step);
    if (at === failing) return [step, 'fails'];
    if (at > failing) return [step, 'unreached'];
    return [step, isLater(step, shown) ? 'later' : 'agrees'];
  });
}

function concerns(step: Step, { isDeck, isComplete, hasBundle }: Shown): boolean {
  if (step === 'card' || step === 'deck') return isDeck;
  if (step === 'table' || step === 'outcome') return !isDeck;
  if (step === 'stock') return isComplete;
  return step !== 'bundle' || hasBundle;
}

const isLater = (step: Step, { seed, deck }: Shown): boolean =>
  (step === 'ticket' && !seed) || (step === 'deck' && !deck);

/** One result, to the member whose it is. `isShown`: whether the server's seed of its epoch is shown. */
export function tellOne(result: Result, isShown: boolean): Told {
  if (result.step) {
    return {
      tone: 'bad',
      sentence: t('Does not check out. {meaning}', { meaning: meaningOf(result.step) }),
      more: [],
    };
  }
  const seeds = t('Where the draw began can be recomputed once this round of seeds is ended.');
  if (result.verdict === 'card proven') {
    const deck = t('Which cards went before it can be checked when the game is over.');
    return {
      tone: isShown ? 'good' : 'early',
      sentence: t('Checked ✓ this card was sealed in the deck before the first one was drawn'),
      more: isShown ? [deck] : [seeds, deck],
    };
  }
  if (result.verdict === 'proven') {
    return { tone: 'good', sentence: t('Checked ✓ fixed before you tapped'), more: [] };
  }
  return {
    tone: 'early',
    sentence: t('Sealed ✓ agrees as far as it can be checked yet'),
    more: [t('The draw itself can be recomputed once this round of seeds is ended.')],
  };
}

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

/** Whether something could have been left out of the file. */
export function tellCompleteness(report: Report): string[] {
  const closed = report.complete.map((game) =>
    t('Game {game} is closed in this file, so nothing of it can be missing.', { game }),
  );
  const open = t('No game is closed in this file, so what was left out of it can’t be seen here.');
  const apart = report.notCovered.map((game) => t('Game {game} is not covered by the bundle.', { game }));
  return [...(closed.length ? closed : [open]), ...comparisonOf(report), ...apart];
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
