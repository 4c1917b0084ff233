// Events and what rules made of them, in words. What has no words yet is shown by its name.
import type { EventAnswer, VerdictAnswer } from '../api/own-shapes';
import { yuan } from '../home/words';
import { formatDateTime, formatNumber, t, tn } from '../words/words';
import type { Called } from './titles';

const TYPES: Readonly<Record<string, () => string>> = {
  'order.completed': () => t('Order paid'),
  'order.refunded': () => t('Refund'),
  'member.visited': () => t('Visit'),
  'member.checked_in': () => t('Check-in'),
  'profile.completed': () => t('Profile completed'),
  'review.posted': () => t('Review written'),
  'share.visited': () => t('A friend came by'),
  'questionnaire.answered': () => t('Questionnaire answered'),
  'item.recycled': () => t('Recycled or bought second-hand'),
};

const NOT_COUNTED: Readonly<Record<string, () => string>> = {
  outside_window: () => t('Not counted: it was at another time, or at a place that does not take part.'),
  too_small: () => t('Not counted: the amount is too small.'),
  duplicate_order: () => t('Not counted again: this order was counted before.'),
  order_unknown: () => t('Its order had not come in yet. It is taken off when the order does.'),
  other_member: () => t('Not counted: the order is somebody else’s.'),
  cap_reached: () => t('Not counted: you have reached the most that counts.'),
  cooldown: () => t('Not counted: it came too soon after the last one.'),
  not_eligible: () => t('Not counted: it is for other members.'),
  filtered_out: () => t('Not counted: it does not meet the conditions.'),
  counted_before: () => t('Not counted again: it was counted before.'),
  paused: () => t('Not counted: everything was paused.'),
  refunded: () => t('Not counted: it was refunded.'),
  filter_failed: () => t('Not counted: the conditions could not be checked.'),
  not_opted_in: () => t('Not counted: you had not joined yet.'),
  prerequisite: () => t('Not counted: something else has to be done first.'),
};

export function typeInWords({ type }: EventAnswer): string {
  return TYPES[type]?.() ?? type;
}

const OWN = 'engage';
const BADGE = 'badge:';

/** The name that the brand has for what happened; what was done on a page has none that says anything. */
export function nameOf({ source, id }: EventAnswer): string {
  return source === OWN ? '' : id;
}

/** What is told: of a badge that the member does not know, nothing that did not count. */
export function told(
  rules: readonly VerdictAnswer[],
  called: Readonly<Record<string, Called>>,
): VerdictAnswer[] {
  return rules.filter(
    ({ rule, verdict }) => verdict === 'counted' || !rule.startsWith(BADGE) || called[rule] !== undefined,
  );
}

/** What a rule made of an event; `called` is what the rule is called, where it has a name. */
export function verdictInWords({ rule, verdict, data }: VerdictAnswer, called?: Called): string {
  const { title = '', isMoney = false } = called ?? {};
  const said = verdict === 'counted' ? counted(rule, data, isMoney) : (NOT_COUNTED[verdict]?.() ?? verdict);
  return title ? t('{title}: {said}', { title, said }) : said;
}

function counted(rule: string, data: VerdictAnswer['data'], isMoney: boolean): string {
  if (rule !== 'earning') return takenOff(data) ?? progress(data, isMoney) ?? t('Counted.');
  const { points = 0, owed_back, factor = 1, pending_until, owed, set_off } = data;
  const n = Number(points);
  if (owed_back !== undefined) return tn('{n} point was taken back.', '{n} points were taken back.', n);
  const parts = [tn('{n} point.', '{n} points.', n)];
  if (Number(factor) > 1) parts.push(t('Counted {factor} times on that day.', { factor: Number(factor) }));
  if (pending_until)
    parts.push(t('They can be used from {when}.', { when: formatDateTime(String(pending_until)) }));
  if (owed)
    parts.push(tn('{n} of them is still owed to you.', '{n} of them are still owed to you.', Number(owed)));
  if (set_off) parts.push(t('{n} of them were set off.', { n: Number(set_off) }));
  return parts.reduce((said, next) => t('{said} {next}', { said, next }));
}

/** What a refund took from a task or a badge; null if this was no refund. */
function takenOff({ taken, revoked }: VerdictAnswer['data']): string | null {
  if (taken === undefined) return null;
  const hasGone = Array.isArray(revoked) && revoked.length > 0;
  return hasGone ? t('Taken off again, and with it the badge.') : t('Taken off again.');
}

function progress({ value, target }: VerdictAnswer['data'], isMoney: boolean): string | null {
  if (typeof value !== 'number' || typeof target !== 'number') return null;
  // What came in late may belong to a row of days that is over: none of it is left, yet it did count.
  if (value === 0) return null;
  const say = isMoney ? yuan : (n: number) => formatNumber(n);
  return t('Counted, {value} of {target}.', { value: say(value), target: say(target) });
}
