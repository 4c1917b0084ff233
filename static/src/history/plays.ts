// A play as the list shows it: what it is drawn as, and what came of it in words.
import type { GameAnswer, PlayItem } from '../api/shapes';
import { t, tn } from '../words/words';

export type Play = PlayItem;

const NONE = 'none';
const BLANK_ART = 'leaf';
const ART_OF_KIND = { points: 'coins', voucher: 'coupon', goods: 'gift', turns: 'again' } as const;

export function faceOf(
  { prize, receipt }: Play,
  game: GameAnswer | undefined,
): { art: string; name: string } {
  if (receipt === null) return { art: 'gift', name: t('Your result waits for you') };
  if (prize === null) {
    const none = game?.slots.find((slot) => slot.prize.id === NONE);
    return { art: none?.prize.art ?? BLANK_ART, name: t('No prize this time') };
  }
  const known = game?.prizes.find(({ id }) => id === prize.id);
  return { art: known?.art ?? ART_OF_KIND[prize.kind], name: known?.name || kindInWords(prize) };
}

/** What a prize is whose name is not known any more. */
function kindInWords({ kind, points, turns }: NonNullable<Play['prize']>): string {
  if (kind === 'points') return tn('{n} point', '{n} points', points ?? 0);
  if (kind === 'turns') return tn('{n} turn', '{n} turns', turns ?? 0);
  return kind === 'voucher' ? t('A voucher') : t('A prize to be sent');
}
