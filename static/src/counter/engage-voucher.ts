import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { VoucherAnswer } from '../api/shapes';
import { formatDateTime, t } from '../words/words';
import { CROSS, TICK } from './marks';
import { whyNotInWords } from './words';

/** A voucher on the counter: whether it may be used, and the one big button. Says `engage-use`. */
@customElement('engage-voucher')
export class EngageVoucher extends LitElement {
  @property({ attribute: false }) voucher!: VoucherAnswer;
  @property({ attribute: false }) waits = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #use(): void {
    if (!this.waits) this.dispatchEvent(new CustomEvent('engage-use'));
  }

  protected override render(): TemplateResult {
    const { voucher } = this;
    const no = whyNotInWords(voucher);
    return html`
      <div class="card said ${no ? 'said-no' : 'said-yes'}">
        ${no ? CROSS : TICK}
        <h2>${no ? no.title : t('Can be used')}</h2>
        <p class="said-name">${voucher.name}</p>
        ${no ? html`<p>${no.what}</p>` : nothing}
        ${
          voucher.refusal?.code === 'expired'
            ? nothing
            : html`<p class="soft">
                ${voucher.use_by ? t('Valid until {when}', { when: formatDateTime(voucher.use_by) }) : t('No end date')}
              </p>`
        }
        ${voucher.where ? html`<p class="soft">${voucher.where}</p>` : nothing}
        ${voucher.conditions ? html`<p class="soft">${t('Terms: {terms}', { terms: voucher.conditions })}</p>` : nothing}
        ${
          no
            ? nothing
            : html`<button class="button button-main use" type="button" aria-disabled=${this.waits} @click=${this.#use}>
                ${this.waits ? t('One moment…') : t('Use it now')}
              </button>`
        }
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-voucher': EngageVoucher;
  }
}
