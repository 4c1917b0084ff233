// A movement in words. `reason` is the name of the route it took; a new one is shown by its name until it has words.
import type { GameAnswer, PostingAnswer } from '../api/shapes';
import { t, tn } from '../words/words';

const REASONS: Readonly<Record<string, () => string>> = {
  grant: () => t('Won in a game'),
  earn: () => t('Earned with an order'),
  reverse_earn: () => t('Taken back with a refund'),
  play: () => t('Used to play'),
  redeem: () => t('Redeemed'),
  reverse_redeem: () => t('Returned by the organiser'),
  expire: () => t('Expired'),
  goodwill: () => t('Goodwill of the organiser'),
  give_turn: () => t('Turns received'),
  use_turn: () => t('Played'),
  turn_expires: () => t('Turns expired'),
};
const GIVEN: Readonly<Record<string, () => string>> = {
  'grant tsk': () => t('Reward of a task'),
  'grant col': () => t('Reward of a collection'),
  'reverse_grant tsk': () => t('Taken back with a refund'),
};
const KIND = /^[a-z]+(?=_)/;
const REVERSED = /^reverse_/;
const TURNS = /^TURN:(.+)$/;

export function isPoints({ asset }: PostingAnswer): boolean {
  return asset === 'PTS';
}

/** What a movement belongs to: the game, task, collection or item by its name, as far as it is known. */
export function sourceOf(
  { asset, source, source_name }: PostingAnswer,
  games: readonly GameAnswer[],
): string {
  const game = TURNS.exec(asset)?.[1] ?? source;
  return source_name ?? games.find(({ id }) => id === game)?.title ?? '';
}

export function reasonInWords({ reason, source }: PostingAnswer): string {
  const given = GIVEN[`${reason} ${KIND.exec(source ?? '')?.[0]}`];
  if (given) return given();
  if (REASONS[reason]) return REASONS[reason]();
  const what = REASONS[reason.replace(REVERSED, '')]?.() ?? reason;
  return REVERSED.test(reason) ? t('Corrected: {what}', { what }) : what;
}

/** A signed amount with its unit, such as `+50 points`. */
export function amountInWords(line: PostingAnswer): string {
  const n = Math.abs(line.amount);
  const amount = isPoints(line) ? tn('{n} point', '{n} points', n) : tn('{n} turn', '{n} turns', n);
  return `${line.amount < 0 ? '−' : '+'}${amount}`;
}
