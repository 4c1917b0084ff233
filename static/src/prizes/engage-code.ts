import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Refusal } from '../api/refusal';
import type { CodeAnswer, PrizeAnswer } from '../api/shapes';
import { now } from '../hub/start';
import { t } from '../words/words';
import { refusalInWords } from './refusals';
import type { Prizes } from './store';
import { groupsOf, hasCode, spelled, stateInWords, tell } from './words';

/** A voucher's code, to be scanned or read out. The first time it asks, since showing it is recorded. */
@customElement('engage-code')
export class EngageCode extends LitElement {
  @property({ attribute: false }) prizes!: Prizes;
  @property({ attribute: false }) prize!: PrizeAnswer;
  @state() private code: CodeAnswer | null = null;
  @state() private waits = false;
  @state() private fault = '';
  @state() private copied = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.code = this.prizes.knownCode(this.prize.grant);
    if (this.code === null && this.prize.state === 'revealed') this.#reveal();
  }

  async #reveal(): Promise<void> {
    this.waits = true;
    this.fault = '';
    try {
      this.code = await this.prizes.reveal(this.prize.grant);
      await this.updateComplete;
      this.querySelector<HTMLElement>('.code-text')?.focus();
    } catch (fault) {
      this.fault = refusalInWords(fault);
      if (fault instanceof Refusal) this.prizes.refresh();
    } finally {
      this.waits = false;
    }
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.code?.code ?? '');
    this.copied = true;
  }

  protected override render(): TemplateResult {
    const told = tell(this.prize, now());
    if (!hasCode(this.prize, now())) return html`<p class="note" role="status">${stateInWords(told)}</p>`;
    return html`
      ${this.code ? this.#shown(this.code) : this.#asked()}
      <p class="fault" role="alert">${this.fault}</p>
      <p class="soft code-when">${told.line} ${told.left ? html`<strong class="left">${told.left}</strong>` : nothing}</p>
      ${this.prize.where ? html`<p class="soft">${this.prize.where}</p>` : nothing}
    `;
  }

  #asked(): TemplateResult {
    if (this.prize.state === 'revealed' && this.waits)
      return html`<p class="code-soon" role="status">${t('One moment…')}</p>`;
    return html`
      <div class="code-ask">
        <p>${t('Show the code when you are at the till: whoever sees it can use it. That it was shown is recorded.')}</p>
        <p class="soft">
          ${t('It is then kept on this device, so that it also works without a network, and deleted when you sign out.')}
        </p>
        <button class="button button-main button-wide" type="button" aria-disabled=${this.waits} @click=${this.#tapped}>
          ${this.waits ? t('One moment…') : t('Show the code now')}
        </button>
      </div>
    `;
  }

  #tapped(): void {
    if (!this.waits) this.#reveal();
  }

  #shown({ code, qr_svg }: CodeAnswer): TemplateResult {
    const address = `data:image/svg+xml;utf8,${encodeURIComponent(qr_svg)}`;
    return html`
      <div class="code-plate">
        <img class="qr" src=${address} alt=${t('QR code of the voucher')}>
        <p class="code-text" tabindex="-1">
          <span aria-hidden="true">${groupsOf(code).map((group) => html`<span>${group}</span>`)}</span>
          <span class="unseen">${t('Code: {code}', { code: spelled(code) })}</span>
        </p>
      </div>
      <button class="button button-wide" type="button" @click=${this.#copy}>
        ${this.copied ? t('Copied') : t('Copy the code')}
      </button>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-code': EngageCode;
  }
}
