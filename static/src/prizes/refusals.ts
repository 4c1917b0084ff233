// Why a prize could not be had, in the reader's words.
import { NoAnswer, Refusal } from '../api/refusal';
import { t } from '../words/words';

const WORDS: Readonly<Record<string, () => string>> = {
  under_review: () => t('Your account is being checked. Nothing is lost; please try again later.'),
  not_eligible: () => t('Staff, suppliers and test members can’t receive prizes.'),
  revoked: () => t('The organiser took this prize back.'),
  expired: () => t('The time for this has passed.'),
  conflict: () => t('This prize is in another state by now.'),
  not_found: () => t('This prize can’t be found any more.'),
  too_fast: () => t('That was too often in a short time. Please wait a moment.'),
  unauthenticated: () => t('You are signed out. Load this page again to sign in.'),
};

export function refusalInWords(fault: unknown): string {
  if (fault instanceof NoAnswer) return t('No connection. Nothing is lost; please try again.');
  if (fault instanceof Refusal)
    return WORDS[fault.code]?.() ?? t('That did not work: {why}', { why: fault.detail });
  throw fault;
}
