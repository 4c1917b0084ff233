import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { t } from '../words/words';
import { Over } from './over';

/**
 * A real dialog for whatever is put in: at the bottom of a phone, in the middle of a wide screen. Opened while `open`;
 * says `engage-sheet-closed`, and the focus goes back to where it was.
 */
@customElement('engage-sheet')
export class EngageSheet extends LitElement {
  @property() heading = '';
  @property({ attribute: false }) body: TemplateResult | null = null;
  @property({ type: Boolean }) open = false;
  @query('dialog') private dialog!: HTMLDialogElement;
  readonly #over = new Over(() => this.dialog.close());

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('open')) return;
    if (this.open && !this.dialog.open) {
      this.dialog.showModal();
      this.#over.opened();
    }
    if (!this.open) this.dialog.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#over.closed();
  }

  #closed(): void {
    this.open = false;
    this.#over.closed();
    this.dispatchEvent(new CustomEvent('engage-sheet-closed', { bubbles: true }));
  }

  /** A tap beside the sheet, or on a link in it. */
  #tapped(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
    else this.#over.follow(event);
  }

  protected override render(): TemplateResult {
    return html`
      <dialog class="sheet" aria-labelledby="sheet-heading" @close=${this.#closed} @click=${this.#tapped}>
        <div class="sheet-body">
          <header class="sheet-head">
            <h2 id="sheet-heading" tabindex="-1" autofocus>${this.heading}</h2>
            <button class="button button-quiet" type="button" @click=${() => this.dialog.close()}>${t('Close')}</button>
          </header>
          ${this.body}
        </div>
      </dialog>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-sheet': EngageSheet;
  }
}
