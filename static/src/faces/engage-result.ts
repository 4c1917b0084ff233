import { html, LitElement, nothing, type TemplateResult, unsafeCSS } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { Over } from '../play/over';
import { t } from '../words/words';
import type { Face } from './face';
import { haptics } from './haptics';
import { addressOf, isOwn } from './icons';
import styles from './result.css?inline';
import { sound } from './sound';

/** How long after the sheet the confetti comes. */
const PARTY_AFTER_MS = 380;
const LEAVING_MS = 220;

/**
 * The moment after a play: a sheet that says what was won, or kindly that nothing was. A modal dialog: `show()` moves
 * the focus to its heading, and when it is closed the focus goes back to where it was. Says `engage-result-closed`.
 *
 * Slots: the default one for what to do with the prize, `actions` for buttons, `check` for the check of the result.
 */
@customElement('engage-result')
export class EngageResult extends LitElement {
  static override styles = unsafeCSS(styles);

  @property({ attribute: false }) prize: Face | null = null;
  /** One sentence on what the slot passed over, if it did. */
  @property() passed = '';
  /** Nothing slides, and no confetti. */
  @property({ type: Boolean, reflect: true }) calm = false;

  @query('dialog') private dialog!: HTMLDialogElement;
  @query('.sheet') private sheet!: HTMLElement;
  @query('h2') private heading!: HTMLElement;
  @query('canvas') private canvas!: HTMLCanvasElement;

  readonly #over = new Over(() => this.dialog.close());

  get open(): boolean {
    return this.dialog?.open ?? false;
  }

  get #won(): boolean {
    return this.prize !== null && this.prize.kind !== 'none';
  }

  async show(): Promise<void> {
    await this.updateComplete;
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.#over.opened();
    this.heading.focus();
    if (!this.#won) {
      sound.rest();
      return;
    }
    sound.fanfare();
    haptics.win();
    if (!this.calm) await this.#party();
  }

  async close(): Promise<void> {
    if (!this.dialog?.open) return;
    if (!this.calm) {
      const gone = { transform: 'translateY(2rem)', opacity: 0 };
      await this.sheet.animate(gone, { duration: LEAVING_MS, easing: 'ease-in' }).finished;
    }
    this.dialog.close();
  }

  protected override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="said" @close=${this.#closed} @cancel=${this.#cancelled} @click=${this.#clicked}>
        <div class="sheet ${this.#won ? 'won' : 'none'}">
          <button class="leave" type="button" aria-label=${t('Close')} @click=${this.close}>${CROSS}</button>
          ${this.prize ? this.#said(this.prize) : nothing}
          <slot></slot>
          <slot name="actions"></slot>
          <slot name="check"></slot>
        </div>
        <canvas aria-hidden="true"></canvas>
      </dialog>
    `;
  }

  #said(prize: Face): TemplateResult {
    const own = isOwn(prize.art);
    return html`
      <div class="hero" aria-hidden="true">
        ${this.#won ? html`<div class="rays"></div>${SPARKS}` : nothing}
        <div class="medal"><img class=${own ? '' : 'uploaded'} src=${addressOf(prize.art)} alt=""></div>
      </div>
      <h2 id="said" tabindex="-1">
        <span class="kicker">${this.#won ? t('You won') : t('No prize this time')}</span>
        <span class="name">${this.#won ? prize.name : t('Thank you for playing')}</span>
      </h2>
      ${this.passed ? html`<p class="passed">${this.passed}</p>` : nothing}
    `;
  }

  /** At most 135 pieces, loaded now for the first time. They fly inside the dialog: nothing outside is above it. */
  async #party(): Promise<void> {
    const [{ default: confetti }] = await Promise.all([
      import('canvas-confetti'),
      new Promise((resolve) => setTimeout(resolve, PARTY_AFTER_MS)),
    ]);
    if (!this.dialog.open) return;
    const colors = getComputedStyle(this)
      .getPropertyValue('--confetti')
      .split(',')
      .map((each) => each.trim());
    const fire = confetti.create(this.canvas, { resize: true, disableForReducedMotion: true });
    fire({ colors, particleCount: 65, spread: 80, startVelocity: 46, origin: { y: 0.6 }, scalar: 1.05 });
    fire({ colors, particleCount: 35, angle: 60, spread: 55, startVelocity: 52, origin: { x: 0, y: 0.75 } });
    fire({ colors, particleCount: 35, angle: 120, spread: 55, startVelocity: 52, origin: { x: 1, y: 0.75 } });
  }

  #closed(): void {
    this.#over.closed();
    this.dispatchEvent(new CustomEvent('engage-result-closed', { bubbles: true, composed: true }));
  }

  #cancelled(event: Event): void {
    event.preventDefault();
    this.close();
  }

  /** A click beside the sheet, or on a link in it. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.dialog) this.close();
    else this.#over.follow(event);
  }
}

const CROSS = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"></path></svg>`;
const SPARK = html`<svg class="spark" viewBox="-12 -12 24 24"><path d="M0-12C1.500-3 3-1.500 12 0 3 1.500 1.500 3 0 12-1.500 3-3 1.500-12 0-3-1.500-1.500-3 0-12Z"></path></svg>`;
const SPARKS = html`${SPARK}${SPARK}${SPARK}${SPARK}${SPARK}`;

declare global {
  interface HTMLElementTagNameMap {
    'engage-result': EngageResult;
  }
}
