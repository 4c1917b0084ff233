import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { later } from '../live/later';
import { t } from '../words/words';

const LONG_ENOUGH_MS = 8_000;

/**
 * What just happened, or why something could not be done, wherever on the page one is. Good news goes by itself, a
 * fault stays. Says `engage-heard` when it may go.
 */
@customElement('engage-news')
export class EngageNews extends LitElement {
  @property() said = '';
  @property() fault = '';
  readonly #later = later();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('said') && this.said) this.#later(LONG_ENOUGH_MS, () => this.#go());
  }

  #go(): void {
    if (!this.fault) this.dispatchEvent(new CustomEvent('engage-heard'));
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('engage-heard'));
  }

  protected override render(): TemplateResult {
    const shown = this.fault || this.said;
    return html`<div class="news ${this.fault ? 'news-fault' : ''}">
      <p role="status">${this.fault ? '' : this.said}</p>
      <p role="alert">${this.fault}</p>
      ${shown ? html`<button class="button button-quiet" type="button" @click=${this.#close}>${t('Close')}</button>` : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-news': EngageNews;
  }
}
