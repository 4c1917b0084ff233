import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Receipt } from '../api/shapes';
import type { OneResult } from '../verify/one';
import { t } from '../words/words';
import type { Session } from './session';
import { hrefOf } from './texts';

/** "Check this result": by the browser itself, from what this device kept since before the tap. */
@customElement('engage-result-check')
export class EngageResultCheck extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) receipt!: Receipt;
  @state() private one: OneResult | null = null;
  @state() private isAsked = false;
  /** Whether this device has what it takes: it opened the epoch. */
  @state() private isKept = true;
  @state() private trouble = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    if (this.one) {
      return html`<engage-check
        .one=${this.one}
        .trouble=${this.trouble}
        revealable
        @engage-reveal=${this.#reveal}
      ></engage-check>`;
    }
    if (!this.isKept) {
      return html`<p>
        ${t('Another device of yours made the seed of this play.')}
        <a href=${hrefOf('history')}>${t('Check it under My plays')}</a>
      </p>`;
    }
    return html`
      <button class="button button-quiet" type="button" aria-disabled=${this.isAsked} @click=${this.#check}>
        ${this.isAsked ? t('Checking …') : t('Check this result')}
      </button>
      ${this.trouble ? html`<p role="alert">${this.trouble}</p>` : nothing}
    `;
  }

  async #check(): Promise<void> {
    if (this.isAsked) return;
    this.isAsked = true;
    this.trouble = '';
    const work = Promise.all([this.session.proofOf(this.receipt), import('../verify/engage-check')]);
    const found = await this.#attempt(work);
    this.one = found?.[0] ?? null;
    this.isKept = found === null || this.one !== null;
    this.isAsked = false;
  }

  /** The member ends the round of seeds; the next play opens another. */
  async #reveal(): Promise<void> {
    this.trouble = '';
    const reveal = await this.#attempt(this.session.reveal(this.receipt.epoch));
    if (reveal && this.one) this.one = { ...this.one, reveal };
  }

  async #attempt<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch {
      this.trouble = t('No connection. Nothing is lost; please try again.');
      return null;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-result-check': EngageResultCheck;
  }
}
