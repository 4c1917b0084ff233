import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { UseAnswer } from '../api/shapes';
import { formatDateTime, t } from '../words/words';
import { BACK, TICK } from './marks';
import { clockInWords, codeInWords } from './words';

/** What has just been used, and for how long that can be undone. Says `engage-undo`. */
@customElement('engage-used')
export class EngageUsed extends LitElement {
  @property({ attribute: false }) use!: UseAnswer;
  /** The server's clock, in milliseconds. */
  @property({ attribute: false }) now = 0;
  @property({ attribute: false }) waits = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #undo(): void {
    if (!this.waits) this.dispatchEvent(new CustomEvent('engage-undo'));
  }

  protected override render(): TemplateResult {
    const { use } = this;
    if (use.undone_at !== null)
      return html`<div class="card said">
        ${BACK}
        <h2>${t('Undone')}</h2>
        <p class="said-name">${use.name}</p>
        <p>${t('The voucher can be used again.')}</p>
      </div>`;
    const left = Date.parse(use.undo_until) - this.now;
    return html`
      <div class="card said said-yes">
        ${TICK}
        <h2>${t('Used')}</h2>
        <p class="said-name">${use.name}</p>
        <p class="soft">${codeInWords(use)} · ${formatDateTime(use.used_at)}</p>
        ${
          left > 0
            ? html`<button class="button" type="button" aria-disabled=${this.waits} @click=${this.#undo}>
                ${t('Undo')} <span class="clock" role="timer" aria-live="off">${clockInWords(left)}</span>
              </button>`
            : nothing
        }
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-used': EngageUsed;
  }
}
