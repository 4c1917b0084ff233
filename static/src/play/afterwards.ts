// What comes with the result's sheet: what the prize is good for, the check of the result, and on to the next play.
import { html, nothing, type TemplateResult } from 'lit';
import type { GameAnswer } from '../api/shapes';
import type { Face, Kind } from '../faces/face';
import { t, tn } from '../words/words';
import './engage-result-check';
import { findPrize, hrefOf } from './texts';

/** After the result: what the prize is good for, and on to the next play. */
export function afterwards(
  view: GameAnswer,
  won: Face,
  check: TemplateResult | typeof nothing,
  close: () => void,
): TemplateResult {
  const kept = won.kind === 'voucher' || won.kind === 'goods';
  return html`
    <p class="after">${AFTER[won.kind](view, won)}</p>
    <div slot="actions" class="after-actions">
      ${kept ? html`<a class="button button-main" href=${hrefOf('prizes')}>${t('To my prizes')}</a>` : nothing}
      <button class=${kept ? 'button' : 'button button-main'} type="button" @click=${close}>${t('Go on')}</button>
    </div>
    <div slot="check">${check}</div>
  `;
}

const ofPrize = (view: GameAnswer, { prize }: Face) => findPrize(view, prize);

const AFTER: Readonly<Record<Kind, (view: GameAnswer, won: Face) => string>> = {
  points: (view, won) =>
    tn(
      'It is in your account already.',
      'They are in your account already.',
      ofPrize(view, won)?.points ?? 0,
    ),
  turns: (view, won) =>
    tn('You can use it right away.', 'You can use them right away.', ofPrize(view, won)?.turns ?? 0),
  voucher: () => t('It waits under My prizes, with its code and where it is valid.'),
  goods: () => t('It waits under My prizes, where you say how it reaches you.'),
  none: sameForAllInWords,
};

/** What holds for every play, where nothing was won. */
export function sameForAllInWords({ guarantee, deck }: GameAnswer): string {
  if (deck) return t('Everybody draws from the same deck, which was sealed before its first card was drawn.');
  return guarantee
    ? t('The odds are the same for everybody, and this play counts towards the guarantee.')
    : t('The odds are the same for every play, and for everybody.');
}
