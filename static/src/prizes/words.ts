// A prize in words: which pile it lies on, what its state is called, and until when something can be done with it.
import type { PrizeAnswer } from '../api/shapes';
import { formatDateTime, t, tn } from '../words/words';

export type Pile = 'open' | 'used' | 'expired';
export type Tone = 'good' | 'wait' | 'spent';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SOON_MS = 3 * DAY_MS;
const IN_DAYS_FROM_MS = 2 * DAY_MS;

export interface Told {
  pile: Pile;
  tone: Tone;
  label: string;
  /** One line: until when, or since when. */
  line: string;
  /** How much time is left, said when it is little. */
  left: string;
}

/** Whether the code of a voucher can be shown. */
export function hasCode(prize: PrizeAnswer, now: number): boolean {
  return prize.kind === 'voucher' && ['won', 'revealed'].includes(prize.state) && !hasExpired(prize, now);
}

/** Whether goods wait to be claimed. */
export function canClaim(prize: PrizeAnswer, now: number): boolean {
  return prize.kind === 'goods' && ['won', 'withdrawn'].includes(prize.state) && !hasExpired(prize, now);
}

export function tell(prize: PrizeAnswer, now: number): Told {
  const told = hasExpired(prize, now) ? expired(prize) : TELL[prize.state](prize);
  return { ...told, left: told.pile === 'open' ? leftInWords(endOf(prize), now) : '' };
}

/** Whether a prize comes from a game; else it was bought, or given for a task or a collection. */
export function isWon(source: string): boolean {
  return source.startsWith('gam_');
}

/** How somebody came to have it, as the heading of the day. */
export function sourceInWords({ game }: PrizeAnswer): string {
  if (isWon(game)) return t('Won on');
  return game.startsWith('itm_') ? t('Bought on') : t('Received on');
}

/** A state as one or two sentences. */
export function stateInWords({ label, line }: Told): string {
  return t('{state}. {line}', { state: label, line });
}

/** When something has to be done at the latest, in milliseconds; null if that never ends. */
function endOf(prize: PrizeAnswer): number | null {
  const waits = prize.kind === 'voucher' || prize.state === 'won' || prize.state === 'withdrawn';
  const end = prize.kind === 'voucher' ? prize.use_by : prize.claim_by;
  return waits && end !== null ? Date.parse(end) : null;
}

function hasExpired(prize: PrizeAnswer, now: number): boolean {
  const end = endOf(prize);
  return end !== null && now >= end && ['won', 'revealed', 'withdrawn'].includes(prize.state);
}

/** The time that is left, if it is little. */
export function leftInWords(end: number | null, now: number): string {
  if (end === null || end - now >= SOON_MS || end <= now) return '';
  const left = end - now;
  if (left >= IN_DAYS_FROM_MS) return tn('{n} day left', '{n} days left', Math.floor(left / DAY_MS));
  if (left >= HOUR_MS) return tn('{n} hour left', '{n} hours left', Math.floor(left / HOUR_MS));
  return tn('{n} minute left', '{n} minutes left', Math.max(1, Math.floor(left / MINUTE_MS)));
}

type Saying = Omit<Told, 'left'>;

function open(label: string, line: string, tone: Tone = 'good'): Saying {
  return { pile: 'open', tone, label, line };
}

function ready({ use_by }: PrizeAnswer): Saying {
  const line = use_by ? t('Use by {when}', { when: formatDateTime(use_by) }) : t('No end date');
  return open(t('Ready to use'), line);
}

function toClaim({ claim_by }: PrizeAnswer): Saying {
  const line = claim_by ? t('Claim by {when}', { when: formatDateTime(claim_by) }) : t('No end date');
  return open(t('To be claimed'), line);
}

function expired({ kind, use_by, claim_by }: PrizeAnswer): Saying {
  const when = formatDateTime((kind === 'voucher' ? use_by : claim_by) ?? 0);
  return { pile: 'expired', tone: 'spent', label: t('Expired'), line: t('Ended on {when}', { when }) };
}

function since(prize: PrizeAnswer): { when: string } {
  return { when: formatDateTime(prize.since) };
}

/** With what came back of the price, where points had bought it. */
function withPoints(line: string, { points_back: back }: PrizeAnswer): string {
  if (back === null) return line;
  return t('{line}. {back}', {
    line,
    back: tn('Your {n} point is back.', 'Your {n} points are back.', back),
  });
}

const TELL: Readonly<Record<PrizeAnswer['state'], (prize: PrizeAnswer) => Saying>> = {
  won: (prize) => (prize.kind === 'voucher' ? ready(prize) : toClaim(prize)),
  revealed: ready,
  used: ({ used, since: when }) => ({
    pile: 'used',
    tone: 'spent',
    label: t('Used'),
    line: used?.store
      ? t('Used on {when} at {store}', { when: formatDateTime(used.at), store: used.store })
      : t('Used on {when}', { when: formatDateTime(used?.at ?? when) }),
  }),
  revoked: (prize) => ({
    pile: 'expired',
    tone: 'spent',
    label: t('Taken back'),
    line: withPoints(t('Taken back by the organiser on {when}', since(prize)), prize),
  }),
  claimed: (prize) => open(t('Claimed'), t('Claimed on {when}', since(prize)), 'wait'),
  withdrawn: toClaim,
  shipped: (prize) => open(t('On its way'), t('Sent on {when}', since(prize)), 'wait'),
  delivered: (prize) => ({
    pile: 'used',
    tone: 'spent',
    label: t('Delivered'),
    line: t('Delivered on {when}', since(prize)),
  }),
  declined: (prize) => ({
    pile: 'expired',
    tone: 'spent',
    label: t('Declined'),
    line: withPoints(t('Declined by the organiser on {when}', since(prize)), prize),
  }),
};

const GROUP = 4;

/**
 * A code in pieces that stay on one line each and can be read out: what stands between its own marks, each mark with the
 * piece before it; long ones are parted into four characters at a time. No piece is one character alone.
 */
export function groupsOf(code: string): string[] {
  const groups: string[] = [];
  for (const part of code.match(/[\p{L}\p{N}]+[^\p{L}\p{N}]*|[^\p{L}\p{N}]+/gu) ?? []) {
    for (const piece of piecesOf([...part])) {
      const last = groups.at(-1);
      if (last !== undefined && [...piece].length === 1) groups[groups.length - 1] = last + piece;
      else groups.push(piece);
    }
  }
  return groups;
}

/** At most six characters as they are; of more, four at a time, and one that is left over with those before it. */
function piecesOf(letters: readonly string[]): string[] {
  if (letters.length <= GROUP + 2) return [letters.join('')];
  return [letters.slice(0, GROUP).join(''), ...piecesOf(letters.slice(GROUP))];
}

/** A code as a screen reader shall say it: one character after the other. */
export function spelled(code: string): string {
  return [...code].join(' ');
}
