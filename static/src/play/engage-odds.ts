import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GameAnswer, ShownSlot } from '../api/shapes';
import { addressOf } from '../faces/icons';
import { t, tn } from '../words/words';
import { faceOf } from './faces';
import { chainInWords, guaranteeRuleInWords, oddsInWords } from './odds-texts';
import { hrefOf, nameOf } from './texts';

/** Slots that pay the same in the same order are one line; their odds add up exactly. */
interface Line {
  slot: ShownSlot;
  slices: number;
  numerator: number;
}

/** What can be won, how likely each prize is, what is paid when it is gone, and how many are left: all of it exact. */
@customElement('engage-odds')
export class EngageOdds extends LitElement {
  @property({ attribute: false }) view!: GameAnswer;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`
      <ul class="odds" role="list">
        ${linesOf(this.view).map((line) => this.#line(line))}
      </ul>
      ${this.#guarantee()} ${this.#deck()}
    `;
  }

  #line({ slot, slices, numerator }: Line): TemplateResult {
    const { view } = this;
    const face = faceOf(view, slot.slot, slot.prize.id);
    const pool = view.pools.find((one) => one.prize === slot.prize.id);
    const isOut = pool?.left === 0;
    const chain = chainInWords(view, slot);
    return html`
      <li class="odds-line">
        <img src=${addressOf(face.art)} alt="" width="44" height="44" loading="lazy" />
        <div>
          <p class="odds-name">${nameOf(view, slot.prize.id)}</p>
          <p class="odds-chain soft">${[this.#slices(slices), chain].filter(Boolean).join(t(' · '))}</p>
          ${
            isOut && slot.in_force && slot.in_force !== slot.prize.id
              ? html`<p class="odds-now">${t('Now pays: {prize}', { prize: nameOf(view, slot.in_force) })}</p>`
              : nothing
          }
        </div>
        <div class="odds-figures">
          <b>${oddsInWords({ numerator, denominator: slot.odds.denominator })}</b>
          <span class=${isOut ? 'warn' : 'soft'}>${this.#left(pool?.left)}</span>
        </div>
      </li>
    `;
  }

  #slices(n: number): string {
    return n > 1 && this.view.chance === 'odds' ? tn('{n} slice', '{n} slices', n) : '';
  }

  #left(left: number | null | undefined): string {
    if (left === undefined || left === null) return '';
    return left === 0 ? t('all gone') : tn('{n} left', '{n} left', left);
  }

  #guarantee(): TemplateResult | typeof nothing {
    const said = guaranteeRuleInWords(this.view);
    if (said === null) return nothing;
    return html`<p>${said} <a href=${hrefOf('rules', this.view)}>${t('Its odds stand in the rules')}</a></p>`;
  }

  #deck(): TemplateResult | typeof nothing {
    const { deck } = this.view;
    if (deck === null) return nothing;
    return html`
      <p>
        ${t(
          '{left} of {n} cards are left. Which card holds what was sealed before the first one was drawn.',
          {
            left: deck.left,
            n: deck.n,
          },
        )}
      </p>
      <details>
        <summary class="button button-quiet">${t('The seal, for those who check')}</summary>
        <p class="soft">${t('Every card’s proof leads to this number, which stands in the rules:')}</p>
        <code class="hash">${deck.root}</code>
      </details>
    `;
  }
}

function linesOf(view: GameAnswer): Line[] {
  const lines = new Map<string, Line>();
  for (const slot of view.slots) {
    const name = slot.chain.join(' ');
    const line = lines.get(name);
    if (line) {
      line.slices++;
      line.numerator += slot.odds.numerator;
    } else lines.set(name, { slot, slices: 1, numerator: slot.odds.numerator });
  }
  return [...lines.values()].sort((a, b) => b.slot.prize.class - a.slot.prize.class);
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-odds': EngageOdds;
  }
}
