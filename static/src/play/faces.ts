// What the slots of a game look like now: each shows the prize that it would pay this member.
import type { GameAnswer, ShownSlot } from '../api/shapes';
import type { Face, Kind } from '../faces/face';
import { t } from '../words/words';
import { findPrize, NO_PRIZE } from './texts';

/** The faces of all slots, in the order of the slices. */
export function facesOf(view: GameAnswer): Face[] {
  return view.slots.map((slot) => faceOf(view, slot.slot, slot.in_force ?? slot.prize.id));
}

/** What a slot looks like when it pays this prize. */
export function faceOf(view: GameAnswer, slot: string, prize: string): Face {
  const shown = findPrize(view, prize);
  const own = view.slots.find((one) => one.slot === slot);
  return {
    slot,
    prize,
    name: shown?.name ?? t('No prize'),
    art: shown?.art ?? artOfNone(view.slots),
    kind: (shown?.kind ?? NO_PRIZE) as Kind,
    ...(own ? { odds: own.odds } : {}),
  };
}

/** What no prize is drawn as: the campaign may have picked it, on a slot that pays none. */
function artOfNone(slots: readonly ShownSlot[]): string {
  return slots.find((slot) => slot.prize.id === NO_PRIZE)?.prize.art ?? 'leaf';
}
