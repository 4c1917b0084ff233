// What the hub says of tasks, badges and items, in words. Pure.
import type { BadgeAnswer, CollectionAnswer, ItemAnswer, TaskAnswer } from '../api/own-shapes';
import { formatDate, formatDateTime, formatNumber, t, tn } from '../words/words';

const FEN = 100;

interface Given {
  kind: string;
  amount: number;
  name: string | null;
}

/** What to save for: the cheapest item that points don't reach yet, else the dearest that they do. */
export function nextItem(items: readonly ItemAnswer[], points: number): ItemAnswer | null {
  const open = items.filter(({ state }) => state === 'open').sort((one, other) => one.price - other.price);
  return open.find(({ price }) => price > points) ?? open.at(-1) ?? null;
}

export function rewardInWords({ kind, amount, name }: Given): string {
  if (kind === 'points') return tn('{n} point', '{n} points', amount);
  if (kind === 'turns') return tn('{n} turn', '{n} turns', amount);
  return name || (kind === 'badge' ? t('A badge') : t('A voucher'));
}

const TASK_STATES: Readonly<Record<TaskAnswer['state'], (task: TaskAnswer) => string>> = {
  open: () => '',
  in_progress: () => '',
  locked: () => t('Something else has to be done first.'),
  opted_out: () => t('Join first: what happens from then on counts.'),
  claimable: () => t('Done. Your reward waits for you.'),
  completed: ({ window }) => DONE[window]?.() ?? t('Done'),
  reward_gone: () => t('All rewards are taken.'),
  upcoming: ({ opens_at }) => t('From {when}', { when: formatDateTime(opens_at) }),
  paused: () => t('Paused'),
  ended: () => t('Ended'),
};

/** What begins anew is done for a while. */
const DONE: Readonly<Partial<Record<TaskAnswer['window'], () => string>>> = {
  day: () => t('Done for today'),
  week: () => t('Done for this week'),
  month: () => t('Done for this month'),
};

export function taskInWords(task: TaskAnswer): string {
  return TASK_STATES[task.state](task);
}

const RANKS: Readonly<Record<TaskAnswer['state'], number>> = {
  claimable: 0,
  in_progress: 1,
  open: 2,
  opted_out: 3,
  locked: 4,
  upcoming: 5,
  paused: 6,
  completed: 7,
  reward_gone: 8,
  ended: 9,
};

/** Tasks as a member wants to see them: what waits for them first, what is done last; what is over is left out. */
export function inOrder(tasks: readonly TaskAnswer[]): TaskAnswer[] {
  return tasks
    .filter(({ state }) => state !== 'ended')
    .sort((one, other) => RANKS[one.state] - RANKS[other.state]);
}

interface Amount {
  value: number;
  target: number;
  unit: 'fen' | null;
}

/** How far a task, a step of it or a badge is, such as `35 of 60`. */
export function amountInWords({ value, target, unit }: Amount): string {
  const said = { value: oneAmount(Math.min(value, target), unit), target: oneAmount(target, unit) };
  return t('{value} of {target}', said);
}

/** A number, or an amount of money in yuan. */
export function oneAmount(amount: number, unit: Amount['unit'] = null): string {
  return unit === 'fen' ? yuan(amount) : formatNumber(amount);
}

/** The last day, where the member lives, of a task that begins anew, as long as there is something to do. */
export function untilInWords({ until, window, state }: TaskAnswer, timeZone?: string): string {
  if (state !== 'open' && state !== 'in_progress') return '';
  if (window === 'day') return t('Today');
  if (window === 'week' || window === 'month')
    return t('Open until {when}', {
      when: formatDate(Date.parse(until) - 1, { dateStyle: 'medium', timeZone }),
    });
  return '';
}

export function badgeInWords(badge: BadgeAnswer): string {
  if (badge.state === 'expired') return t('Expired');
  if (badge.state === 'held') {
    const tier = badge.tiers.find(({ id }) => id === badge.tier);
    return badge.tiers.length > 1 && tier ? tier.name : t('Yours');
  }
  if (badge.progress) return amountInWords(badge.progress);
  return t('Not yet');
}

export function collectionInWords({ state, have, of, deadline }: CollectionAnswer): string {
  if (state === 'claimed') return t('Complete. You have had the grand prize.');
  if (state === 'claimable') return t('Complete! The grand prize waits for you.');
  if (state === 'gone') return t('Complete. All grand prizes are taken.');
  if (state === 'paused') return t('{have} of {of}. It is paused, nothing is lost.', { have, of });
  if (state === 'ended' && have === of)
    return t('All {of}, but it ended before you took the grand prize.', { of });
  if (state === 'missed' || state === 'ended') return t('{have} of {of}. It has ended.', { have, of });
  return t('{have} of {of}, until {when}', { have, of, when: formatDate(deadline) });
}

/** Why an item can't be bought; empty where it can. */
export function whyNotInWords(item: ItemAnswer, points: number): string {
  if (item.can_buy || item.why_not === null) return '';
  if (item.why_not.code === 'too_few_points')
    return tn('{n} more point', '{n} more points', Math.max(item.price - points, 0));
  return WHY_NOT[item.why_not.code]?.(item) ?? item.why_not.detail;
}

const WHY_NOT: Readonly<Record<string, (item: ItemAnswer) => string>> = {
  sold_out: () => t('Sold out'),
  limit_reached: ({ why_not }) =>
    why_not?.reason === 'day'
      ? t('No more today. Tomorrow there is another day.')
      : t('You have had as many as one may have.'),
  held: () => t('Your points can be used later.'),
  not_open: ({ state, opens_at }) =>
    state === 'upcoming' ? t('From {when}', { when: formatDateTime(opens_at) }) : t('Paused'),
  not_eligible: ({ why_not }) =>
    why_not?.reason === 'insider'
      ? t('Staff, suppliers and test members can’t buy.')
      : t('This is for other members.'),
  under_review: () => t('Your account is being checked. Nothing is lost; please try again later.'),
};

/** Money as prices are written. */
export function yuan(fen: number): string {
  const whole = fen % FEN === 0;
  return formatNumber(fen / FEN, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: whole ? 0 : 2,
  });
}
