import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ItemAnswer, RedemptionAnswer } from '../api/own-shapes';
import { formatDateTime, t, tn } from '../words/words';
import { buy } from './doing';
import { refusalInWords } from './refusals';
import { whyNotInWords, yuan } from './words';

/**
 * One item, what it costs, and buying it. Says `engage-done` when the sheet may go, and
 * `engage-changed` when it was not as it is shown.
 */
@customElement('engage-buy')
export class EngageBuy extends LitElement {
  @property({ attribute: false }) item!: ItemAnswer;
  @property({ type: Number }) points = 0;
  @state() private bought: RedemptionAnswer | null = null;
  @state() private fault = '';
  @state() private waits = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #buy(): Promise<void> {
    if (this.waits) return;
    this.waits = true;
    this.fault = '';
    try {
      this.bought = await buy(this.item.item);
    } catch (fault) {
      this.fault = refusalInWords(fault);
      this.dispatchEvent(new CustomEvent('engage-changed'));
    }
    this.waits = false;
  }

  #done(): void {
    this.dispatchEvent(new CustomEvent('engage-done'));
  }

  protected override render(): TemplateResult {
    return this.bought ? this.#after(this.bought) : this.#before();
  }

  #before(): TemplateResult {
    const { item } = this;
    return html`
      <div class="buy">
        ${item.description ? html`<p>${item.description}</p>` : nothing}
        <dl class="facts">
          <dt>${t('Price')}</dt><dd>${tn('{n} point', '{n} points', item.price)}</dd>
          <dt>${t('Worth')}</dt><dd>${yuan(item.value_fen)}</dd>
          ${item.where ? html`<dt>${t('Where')}</dt><dd>${item.where}</dd>` : nothing}
          ${item.use_by_days === null ? nothing : html`<dt>${t('Use it within')}</dt><dd>${tn('{n} day', '{n} days', item.use_by_days)}</dd>`}
          ${item.conditions ? html`<dt>${t('Conditions')}</dt><dd>${item.conditions}</dd>` : nothing}
        </dl>
        ${item.cancel_minutes > 0 ? html`<p class="soft">${tn('You can give it back within {n} minute.', 'You can give it back within {n} minutes.', item.cancel_minutes)}</p>` : nothing}
        <p><a href="/c/${encodeURIComponent(item.campaign)}/rules#${item.item}">${t('The rules of this')}</a></p>
        <p class="soft" role="status">${this.waits ? t('One moment…') : nothing}</p>
        <p class="fault" role="alert">${this.fault}</p>
        ${
          item.can_buy
            ? html`<button class="button button-main button-wide" type="button" ?disabled=${this.waits} @click=${this.#buy}>
                ${tn('Buy for {n} point', 'Buy for {n} points', item.price)}
              </button>`
            : this.fault
              ? nothing
              : html`<p class="note">${whyNotInWords(item, this.points)}</p>`
        }
      </div>
    `;
  }

  #after(bought: RedemptionAnswer): TemplateResult {
    return html`
      <div class="buy">
        <p class="note note-good" role="status">${t('It is yours.')}</p>
        ${
          bought.cancel_until
            ? html`<p>${t('Until {when} you can give it back. After that, or as soon as you want it, it waits in your prizes.', { when: formatDateTime(bought.cancel_until) })}</p>`
            : html`<p><a class="button button-main" href="/prizes">${t('To my prizes')}</a></p>`
        }
        <button class="button button-wide" type="button" @click=${this.#done}>${t('Go on')}</button>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-buy': EngageBuy;
  }
}
