// What one result comes to, in words: one plain sentence first, then what it does and does not say.
import { t } from '../words/words';
import { type Result, STEPS, type Step } from './report';

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
