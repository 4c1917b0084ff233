// What people read of odds, where they are shown.
import type { GameAnswer, Odds, ShownSlot } from '../api/shapes';
import { t, tn } from '../words/words';
import { NO_PRIZE, nameOf } from './texts';

/** Odds in lowest terms: "1 in 50". */
export function oddsInWords({ numerator, denominator }: Odds): string {
  const common = divisor(numerator, denominator);
  return t('{n} in {d}', { n: numerator / common, d: denominator / common });
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** What a slot pays when its prize is gone, in order: "when gone: 50 points, then 20 points"; empty if nothing follows. */
export function chainInWords(view: GameAnswer, slot: ShownSlot): string {
  const [, first, ...others] = slot.chain.map((id) => (id === NO_PRIZE ? t('no prize') : nameOf(view, id)));
  if (first === undefined) return '';
  return [
    t('when gone: {prize}', { prize: first }),
    ...others.map((prize) => t('then {prize}', { prize })),
  ].join(t(', '));
}

/** How the guarantee changes the odds; null where there is none. */
export function guaranteeRuleInWords({ guarantee, prizes }: GameAnswer): string | null {
  if (guarantee === null) return null;
  const better = prizes.filter((prize) => prize.class >= guarantee.class).map(({ name }) => name ?? '');
  const rule = tn(
    'After {n} play without one of these, your next is drawn by a table of its own, which only holds them: {prizes}.',
    'After {n} plays in a row without one of these, your next is drawn by a table of its own, which only holds them: {prizes}.',
    guarantee.misses + guarantee.left,
    { prizes: better.join(t(', ')) },
  );
  return guarantee.left === 0 ? [t('Your next play is drawn by the odds above.'), rule].join(' ') : rule;
}
