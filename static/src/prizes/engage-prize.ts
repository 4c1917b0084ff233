import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PrizeAnswer } from '../api/shapes';
import { addressOf, isOwn } from '../faces/icons';
import { now } from '../hub/start';
import { t } from '../words/words';
import { canClaim, hasCode, type Told } from './words';

/**
 * One prize as a ticket: what it is, its state, until when and where it is good, and the one thing to do with it.
 * Says `engage-code`, `engage-claim`, `engage-about`.
 */
@customElement('engage-prize')
export class EngagePrize extends LitElement {
  @property({ attribute: false }) prize!: PrizeAnswer;
  @property({ attribute: false }) told!: Told;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #say(name: string): void {
    this.dispatchEvent(new CustomEvent(name));
  }

  protected override render(): TemplateResult {
    const { prize, told } = this;
    const id = `prize-${prize.grant}`;
    return html`
      <article class="ticket ${told.tone}" aria-labelledby=${id}>
        <div class="ticket-top">
          <span class="ticket-art ${isOwn(prize.art) ? '' : 'uploaded'}">
            <img src=${addressOf(prize.art)} alt="" loading="lazy">
          </span>
          <div class="ticket-what">
            <div class="ticket-name">
              <h2 id=${id}>${prize.name}</h2>
              <span class="badge">${told.label}</span>
            </div>
            ${prize.where ? html`<p class="soft">${prize.where}</p>` : nothing}
          </div>
        </div>
        <div class="ticket-stub">
          <p class="ticket-when">
            ${told.line}${told.left ? html` <strong class="left">${told.left}</strong>` : nothing}
          </p>
          ${prize.note ? html`<p class="ticket-note">${t('The organiser says: {note}', { note: prize.note })}</p>` : nothing}
          <div class="ticket-do">
            <button
              class="button button-quiet"
              type="button"
              aria-describedby=${id}
              @click=${() => this.#say('engage-about')}
            >
              ${t('Details')}
            </button>
            ${this.#action(id)}
          </div>
        </div>
      </article>
    `;
  }

  #action(id: string): TemplateResult | typeof nothing {
    if (hasCode(this.prize, now())) return this.#button(id, t('Show code'), 'engage-code');
    if (canClaim(this.prize, now())) return this.#button(id, t('Claim'), 'engage-claim');
    return nothing;
  }

  #button(id: string, words: string, event: string): TemplateResult {
    return html`<button
      class="button button-main"
      type="button"
      aria-describedby=${id}
      @click=${() => this.#say(event)}
    >
      ${words}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-prize': EngagePrize;
  }
}
