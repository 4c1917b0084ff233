import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { t } from '../words/words';
import type { Face } from './face';
import { Foil } from './foil';
import { haptics } from './haptics';
import type { Spot } from './hits';
import { addressOf, isOwn } from './icons';
import styles from './scratch.css?inline';
import { sound } from './sound';

/** The share that has to be rubbed off; the rest goes by itself. */
const ENOUGH = 0.5;
const SWEEP_MS = 1000;
const SWEEPS = 7;
const FADE_MS = 420;
const FLAKES = 12;

/**
 * The scratch card. What is under the foil is nowhere, until `face` is given.
 *
 * It says `engage-scratch-start` at the first touch, when the app plays, and `engage-revealed` once the prize lies
 * open. Rubbing is one way there, `reveal()` the other; a page offers it as a button.
 */
@customElement('engage-scratch')
export class EngageScratch extends LitElement {
  static override styles = unsafeCSS(styles);

  /** The prize under the foil; null as long as it is not known. */
  @property({ attribute: false }) face: Face | null = null;
  /** No foil: the prize lies open. */
  @property({ type: Boolean, reflect: true }) revealed = false;
  /** The foil is gone at once, and nothing moves. */
  @property({ type: Boolean, reflect: true }) calm = false;
  @property({ type: Boolean, reflect: true }) started = false;

  @query('canvas') private canvas!: HTMLCanvasElement | null;
  @query('.coin') private coin!: HTMLElement;
  @query('.window') private pane!: HTMLElement;

  #foil: Foil | null = null;
  #last: Spot | null = null;
  #opening: Promise<void> | null = null;
  #flake = 0;
  /** Counts the cards: what was begun on one doesn't go on with the next. */
  #card = 0;
  readonly #resized = new ResizeObserver(() => this.#paint());

  /** Opens the card without rubbing. Resolves once the prize lies open, which waits for `face`, or it is covered. */
  async reveal(): Promise<void> {
    if (this.revealed) return;
    this.#start();
    this.#opening ??= this.#open();
    await this.#opening;
  }

  /** Another card, or the same again after an answer that never came: the foil is whole. */
  cover(): void {
    this.#card++;
    this.face = null;
    this.revealed = false;
    this.started = false;
    this.#opening = null;
    this.#last = null;
    this.updateComplete.then(() => this.#paint());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('face') && this.face && this.#enough()) this.reveal();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="card">
        <div class="frame"></div>
        <div class="window">
          <div class="under" aria-hidden=${!this.revealed}>${this.face ? underOf(this.face) : waiting}</div>
          ${
            this.revealed
              ? nothing
              : html`<canvas aria-hidden="true" @pointerdown=${this.#down} @pointermove=${this.#move}
                  @pointerup=${this.#up} @pointercancel=${this.#up} @transitionend=${this.#paint}></canvas><div class="sheen"></div>`
          }
          ${Array.from({ length: FLAKES }, () => html`<i class="flake"></i>`)}
          <img class="coin" src=${addressOf('coin')} alt="">
        </div>
      </div>
    `;
  }

  #paint(): void {
    if (!this.canvas || this.canvas.clientWidth === 0 || this.#last) return;
    const tokens = getComputedStyle(this);
    const token = (name: string): string => tokens.getPropertyValue(name).trim();
    this.#foil = new Foil(this.canvas);
    this.#foil.paint(t('Scratch here'), {
      metal: token('--foil'),
      line: token('--foil-line'),
      ink: token('--foil-ink'),
      font: tokens.fontFamily,
    });
  }

  #start(): void {
    if (this.started) return;
    this.started = true;
    this.dispatchEvent(new CustomEvent('engage-scratch-start', { bubbles: true, composed: true }));
  }

  #enough(): boolean {
    return this.#opening !== null || (this.#foil?.hits.share ?? 0) > ENOUGH;
  }

  #down(event: PointerEvent): void {
    this.canvas?.setPointerCapture(event.pointerId);
    this.#start();
    this.#last = this.#spotOf(event);
    this.#rub(this.#last);
  }

  #move(event: PointerEvent): void {
    if (!this.#last) {
      this.#showCoin(this.#spotOf(event));
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) this.#rub(this.#spotOf(each));
  }

  #up(): void {
    this.#last = null;
  }

  #spotOf(event: PointerEvent): Spot {
    const box = (this.canvas as HTMLCanvasElement).getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  #rub(to: Spot): void {
    this.#rubTo(to);
    sound.scratch();
    haptics.scratch();
    if (this.face && this.#enough()) this.reveal();
  }

  async #open(): Promise<void> {
    const card = this.#card;
    if (!this.calm) await this.#sweep();
    while (card === this.#card && !this.face) await this.#nextUpdate();
    if (card !== this.#card) return;
    const fading = this.canvas?.animate(
      { opacity: [1, 0] },
      { duration: this.calm ? 0 : FADE_MS, fill: 'forwards' },
    );
    await fading?.finished;
    fading?.cancel();
    if (card !== this.#card) return;
    this.revealed = true;
    this.#last = null;
    await this.updateComplete;
    this.dispatchEvent(new CustomEvent('engage-revealed', { bubbles: true, composed: true }));
  }

  /** The next change of this element's properties. */
  async #nextUpdate(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
  #waiting: (() => void)[] = [];

  protected override updated(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** A coin rubs the rest off. */
  async #sweep(): Promise<void> {
    if ((this.#foil?.hits.share ?? 0) > ENOUGH) return;
    const card = this.#card;
    const begun = performance.now();
    this.#last = { x: 0.04, y: 0.1 };
    for (let share = 0; share < 1; ) {
      const now = await new Promise<number>(requestAnimationFrame);
      if (card !== this.#card) return;
      share = Math.min(1, Math.max(0, now - begun) / SWEEP_MS);
      const across = share * SWEEPS;
      const there = across % 1;
      this.#rubTo({ x: 0.04 + 0.92 * (Math.floor(across) % 2 ? 1 - there : there), y: 0.1 + 0.8 * share });
      sound.scratch();
    }
  }

  #rubTo(to: Spot): void {
    this.#foil?.rub(this.#last ?? to, to);
    this.#last = to;
    this.#showCoin(to);
    this.#shed(to);
  }

  #showCoin(at: Spot): void {
    this.#place(this.coin, at);
  }

  #place(element: HTMLElement, at: Spot): void {
    element.style.transform = `translate(${at.x * this.pane.clientWidth}px, ${at.y * this.pane.clientHeight}px)`;
  }

  /** A flake of the foil falls. */
  #shed(from: Spot): void {
    if (this.calm) return;
    this.#flake = (this.#flake + 1) % FLAKES;
    const flake = this.renderRoot.querySelectorAll<HTMLElement>('.flake')[this.#flake];
    const [x, y] = [from.x * this.pane.clientWidth, from.y * this.pane.clientHeight];
    const [drift, turn] = [(Math.random() - 0.5) * 70, (Math.random() - 0.5) * 540];
    flake?.animate(
      [
        { transform: `translate(${x}px, ${y}px) rotate(0deg)`, opacity: 1 },
        {
          transform: `translate(${x + drift}px, ${y + 90 + Math.random() * 60}px) rotate(${turn}deg)`,
          opacity: 0,
        },
      ],
      { duration: 700, easing: 'cubic-bezier(0.3, 0, 0.9, 0.6)' },
    );
  }
}

const waiting = html`<span class="dots"><i></i><i></i><i></i></span>`;

function underOf(face: Face): TemplateResult {
  const won = face.kind !== 'none';
  return html`<div class="prize ${won ? 'won' : 'none'}">
    <div class="rays"></div>
    <img class=${isOwn(face.art) ? 'art' : 'art uploaded'} src=${addressOf(face.art)} alt="">
    ${won ? html`<span class="kicker">${t('You won')}</span>` : nothing}
    <strong>${face.name}</strong>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-scratch': EngageScratch;
  }
}
