// Why a voucher may not be used, and what to do then, in the words of whoever stands at the counter.
import { NoAnswer, Refusal } from '../api/refusal';
import type { UseAnswer, VoucherAnswer } from '../api/shapes';
import { formatDateTime, t } from '../words/words';

const SECOND_MS = 1000;
const MINUTE_S = 60;
const UNDO_S = 5 * MINUTE_S;

export interface No {
  title: string;
  what: string;
}

const REFUSALS: Readonly<Record<string, () => No>> = {
  not_found: () => ({
    title: t('Unknown code'),
    what: t('There is no such voucher. Compare it letter by letter, or scan it again.'),
  }),
  not_won: () => ({
    title: t('Not given away'),
    what: t('Nobody has won this voucher. Whoever shows it did not get it from the game.'),
  }),
  under_review: () => ({
    title: t('Being checked'),
    what: t('The winner’s account is being checked. Nothing is lost: they may come back later.'),
  }),
  not_eligible: () => ({
    title: t('Not for this person'),
    what: t('Staff, suppliers and test members can’t use prizes.'),
  }),
  revoked: () => ({ title: t('Taken back'), what: t('The organiser took this voucher back.') }),
  not_revealed: () => ({
    title: t('Not opened yet'),
    what: t('Its winner has not opened the code. Ask them to open it under My prizes and to show it again.'),
  }),
  expired: () => ({ title: t('Expired'), what: t('The time to use this voucher has passed.') }),
  already_used: () => ({ title: t('Used already'), what: t('This voucher was used before.') }),
  too_late: () => ({
    title: t('Too late to undo'),
    what: t('A use can be undone for five minutes. That time has passed.'),
  }),
  unauthenticated: () => ({
    title: t('The key is not valid'),
    what: t('Enter the key of this till again, or ask for a new one.'),
  }),
  forbidden: () => ({
    title: t('The key may not do this'),
    what: t('This key is for something else: a till needs one with the scope “vouchers”.'),
  }),
  too_fast: () => ({
    title: t('Too fast'),
    what: t('That was too often in a short time. Please wait a moment.'),
  }),
};

/** What to say when something could not be done. Whatever is no refusal is thrown on. */
export function noInWords(fault: unknown): No {
  if (fault instanceof NoAnswer)
    return {
      title: t('No answer yet'),
      what: t('No connection. Nothing is used twice: tap again as soon as there is one.'),
    };
  if (fault instanceof Refusal)
    return REFUSALS[fault.code]?.() ?? { title: t('That did not work'), what: fault.detail };
  throw fault;
}

/** Why a voucher may not be used, with when and where. */
export function whyNotInWords({ refusal, last_use, use_by }: VoucherAnswer): No | null {
  if (refusal === null) return null;
  const no = REFUSALS[refusal.code]?.() ?? { title: t('That did not work'), what: refusal.detail };
  if (refusal.code === 'already_used' && last_use) {
    const when = formatDateTime(last_use.used_at);
    const what = last_use.store
      ? t('This voucher was used on {when} at {store}.', { when, store: last_use.store })
      : t('This voucher was used on {when}.', { when });
    return { ...no, what };
  }
  if (refusal.code === 'expired' && use_by)
    return { ...no, what: t('It was valid until {when}.', { when: formatDateTime(use_by) }) };
  return no;
}

/** A code by its end, as staff compare it with what is in their hands. */
export function codeInWords({ code_ends }: UseAnswer): string {
  return t('code …{end}', { end: code_ends });
}

/** The time that is left to undo, as minutes and seconds. The server tells its clock to the second only. */
export function clockInWords(ms: number): string {
  const seconds = Math.min(Math.max(0, Math.ceil(ms / SECOND_MS)), UNDO_S);
  return `${Math.floor(seconds / MINUTE_S)}:${String(seconds % MINUTE_S).padStart(2, '0')}`;
}
