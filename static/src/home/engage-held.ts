import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RedemptionAnswer } from '../api/own-shapes';
import { formatDateTime, t, tn } from '../words/words';
import { giveBack, post } from './doing';
import { refusalInWords } from './refusals';

/** What was bought and can still be given back: take it now, or have the points again. Says `engage-done`. */
@customElement('engage-held')
export class EngageHeld extends LitElement {
  @property({ attribute: false }) redemption!: RedemptionAnswer;
  @state() private fault = '';
  @state() private waits = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #try(work: () => Promise<void>, next = ''): Promise<void> {
    if (this.waits) return;
    this.waits = true;
    this.fault = '';
    try {
      await work();
      if (next) location.href = next;
      else this.dispatchEvent(new CustomEvent('engage-done'));
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
    this.waits = false;
  }

  #take(): void {
    const path = `/v1/redemptions/${encodeURIComponent(this.redemption.redemption)}/captures`;
    this.#try(() => post(path), '/prizes');
  }

  #giveBack(): void {
    this.#try(() => giveBack(this.redemption.redemption));
  }

  protected override render(): TemplateResult {
    const { points, cancel_until } = this.redemption;
    return html`
      <div class="buy">
        <p>${cancel_until ? t('Until {when} you can give it back.', { when: formatDateTime(cancel_until) }) : ''}</p>
        <p class="soft" role="status">${this.waits ? t('One moment…') : nothing}</p>
        <p class="fault" role="alert">${this.fault}</p>
        <button class="button button-main button-wide" type="button" ?disabled=${this.waits} @click=${this.#take}>
          ${t('I want it now')}
        </button>
        <button class="button button-wide" type="button" ?disabled=${this.waits} @click=${this.#giveBack}>
          ${tn('Give it back for {n} point', 'Give it back for {n} points', points)}
        </button>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-held': EngageHeld;
  }
}
