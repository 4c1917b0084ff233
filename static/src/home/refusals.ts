// Why something could not be done, in the reader's words.
import { NoAnswer, Refusal } from '../api/refusal';
import { t } from '../words/words';

const NOT_OPEN = () => t('This is not open now.');
const WORDS: Readonly<Record<string, (fields: Refusal['fields']) => string>> = {
  under_review: () => t('Your account is being checked. Nothing is lost; please try again later.'),
  not_eligible: () => t('This is for other members.'),
  not_open: NOT_OPEN,
  limit_reached: ({ reason }) =>
    reason === 'day'
      ? t('No more today. Tomorrow there is another day.')
      : t('You have had as many as one may have.'),
  sold_out: () => t('There is none left.'),
  too_few_points: () => t('You don’t have enough points.'),
  held: () => t('Your points can be used later.'),
  too_late: () => t('The time for this has passed.'),
  conflict: () => t('This has changed meanwhile. Please look again.'),
  not_found: () => t('This can’t be found any more.'),
  too_fast: () => t('That was too often in a short time. Please wait a moment.'),
  unauthenticated: () => t('You are signed out. Load this page again to sign in.'),
};

export function refusalInWords(fault: unknown): string {
  if (fault instanceof NoAnswer) return t('No answer. Nothing is lost; please try again.');
  if (fault instanceof Refusal && fault.code === 'conflict' && 'state' in fault.fields) return NOT_OPEN();
  if (fault instanceof Refusal)
    return WORDS[fault.code]?.(fault.fields) ?? t('That did not work: {why}', { why: fault.detail });
  throw fault;
}
