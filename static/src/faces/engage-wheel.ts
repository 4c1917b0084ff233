import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult, unsafeCSS } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { t } from '../words/words';
import type { Face } from './face';
import {
  alongStart,
  baseline,
  colourOf,
  type Label,
  labelOf,
  type Plan,
  pegsPassed,
  placeArt,
  planFor,
  pointAt,
  RADIUS,
  restAngle,
  sliceAngle,
  slicePath,
} from './geometry';
import { haptics } from './haptics';
import { addressOf, isOwn } from './icons';
import { Pointer } from './pointer';
import { sound } from './sound';
import { Turning } from './turning';
import styles from './wheel.css?inline';

const BULBS = 24;
const BULB_RADIUS = 176;
const PULSE_MS = 400;

/**
 * The wheel. It shows `faces`, one slice each, in their order, and knows no outcome until `land` is told one.
 *
 * `state` is `still`, `spinning` (no answer yet), `landing`, `landed` (the lit slice is the outcome) or `parked` (no
 * answer came: the pointer is turned away, no slice is meant). A click on it says `engage-wheel-tap`.
 */
@customElement('engage-wheel')
export class EngageWheel extends LitElement {
  static override styles = unsafeCSS(styles);

  @property({ attribute: false }) faces: readonly Face[] = [];
  /** Nothing turns: the outcome's slice is under the pointer at once. */
  @property({ type: Boolean, reflect: true }) calm = false;
  @property({ reflect: true }) state: 'still' | 'spinning' | 'landing' | 'landed' | 'parked' = 'still';

  @state() private winner: string | null = null;
  @query('.rotor') private rotor!: HTMLElement;
  @query('.pointer') private pointer!: HTMLElement;

  #turning: Turning | null = null;
  #frame = 0;
  /** Counts what was asked of it: an older wish ends where a newer one began. */
  #wish = 0;

  get spinning(): boolean {
    return this.state === 'spinning' || this.state === 'landing';
  }

  /** The slot whose slice the pointer is on, once it stands; null before and when there was no answer. */
  get landedOn(): string | null {
    return this.state === 'landed' ? this.winner : null;
  }

  /** Starts to turn, at the tap, while the server is asked. Does nothing while it turns. */
  spin(): void {
    if (this.spinning) return;
    this.#wish++;
    this.winner = null;
    this.state = 'spinning';
    if (this.calm) return;
    this.#drawn().spin();
    this.#follow();
  }

  /**
   * Bends to the answer: stops on the slot's slice, `anglePpm` millionths into its middle 70 %. Resolves when it has
   * stood for the pulse of its slice. Throws a RangeError for a slot that it has no slice for.
   */
  async land(slot: string, anglePpm: number): Promise<void> {
    const index = this.faces.findIndex((face) => face.slot === slot);
    if (index < 0) throw new RangeError(`No slice shows the slot ${slot}`);
    this.spin();
    this.state = 'landing';
    const wish = ++this.#wish;
    const rest = restAngle(this.faces.length, index, anglePpm);
    if (this.calm) this.#drawn().standAt(rest);
    else await this.#drawn().land(rest);
    if (wish !== this.#wish) return;
    this.#settle();
    this.winner = slot;
    this.state = 'landed';
    await this.updateComplete;
    await this.#pulse();
  }

  /** No answer came: runs out and turns the pointer away, so that no slice seems to be the outcome. */
  async ease(): Promise<void> {
    if (!this.spinning) return;
    const wish = ++this.#wish;
    if (!this.calm) await this.#drawn().ease();
    if (wish !== this.#wish) return;
    this.#settle();
    this.state = 'parked';
  }

  /** Another prize is what the slot pays: its slice shows it at once, also while turning. */
  changeFace(slot: string, face: Face): void {
    this.faces = this.faces.map((shown) => (shown.slot === slot ? face : shown));
    if (this.calm) return;
    this.updateComplete.then(() => {
      const changed = this.renderRoot.querySelector(`.face[data-slot="${CSS.escape(slot)}"]`);
      changed?.animate({ opacity: [0, 1] }, { duration: 300, easing: 'ease-out' });
    });
  }

  /** Jumps to the end of the motion, or to where it will end once the answer is there. */
  skip(): void {
    this.#turning?.skip();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('faces')) return;
    const count = Math.max(1, this.faces.length);
    this.style.setProperty('--slice', `${sliceAngle(count)}deg`);
    this.style.setProperty('--hub-size', `${planFor(count).hub / 2}`);
    const before = changed.get('faces')?.length;
    if (before === undefined || before === this.faces.length || this.spinning) return;
    // Other slices: where it stood before means nothing on them.
    this.state = 'still';
    this.winner = null;
    this.#turning?.standAt(0);
  }

  /** What turns it, drawn now if it wasn't yet: nobody may be told of a stop that is not seen. */
  #drawn(): Turning {
    if (!this.hasUpdated) this.performUpdate();
    this.#turning ??= new Turning(this.rotor);
    return this.#turning;
  }

  protected override render(): TemplateResult {
    const plan = planFor(this.faces.length);
    return html`
      <div class="wheel" role="img" aria-label=${this.#said()} @click=${this.#tapped}>
        <div class="shadow"></div>
        <div class="rim"></div>
        <div class="ring"></div>
        ${this.#bulbs()}
        <div class="lip"></div>
        <div class="rotor">${this.#slices()} <div class="facets"></div> ${this.#faces(plan)} ${this.#light()}</div>
        <div class="gloss"></div>
        <div class="hub"><i></i></div>
        ${POINTER}
      </div>
    `;
  }

  #said(): string {
    const landed = this.faces.find((face) => face.slot === this.landedOn);
    if (landed) return t('Prize wheel. The pointer is on: {prize}', { prize: landed.name });
    const names = this.faces.map((face) => face.name).join(', ');
    return t('Prize wheel with {n} slices: {names}', { n: this.faces.length, names });
  }

  #slices(): TemplateResult {
    const count = this.faces.length;
    return html`<svg class="layer slices" viewBox=${VIEW}>
      ${this.faces.map(
        (face, index) =>
          svg`<path class="slice c${colourOf(count, index)}" d=${slicePath(count, index)}
            data-slot=${face.slot} data-prize=${face.prize}></path>`,
      )}
    </svg>`;
  }

  #faces(plan: Plan): TemplateResult {
    const count = this.faces.length;
    const labels = this.faces.map((face) => labelOf(face.name, count, plan));
    const place = placeArt(count, plan, labels);
    return html`<svg class="layer faces" viewBox=${VIEW}>
      ${this.faces.map((face, index) => {
        const label = labels[index] as Label;
        return svg`<g class="face c${colourOf(count, index)}" data-slot=${face.slot} data-prize=${face.prize}
            transform="rotate(${index * sliceAngle(count)})">
          <title>${face.name}</title>${artOf(face, place.radius, place.size)}${plan.along ? labelAlong(label, plan) : labelAcross(label)}
        </g>`;
      })}
      ${this.faces.map((_, index) => peg((index - 0.5) * sliceAngle(count)))}
    </svg>`;
  }

  /** What is lit when it has landed: the outcome's slice; all others are a little darker. */
  #light(): TemplateResult | typeof nothing {
    const index = this.faces.findIndex((face) => face.slot === this.winner);
    if (index < 0) return nothing;
    const slice = slicePath(this.faces.length, index);
    const whole = slicePath(1, 0);
    return html`<svg class="layer light" viewBox=${VIEW}>
      ${svg`<path class="veil" fill-rule="evenodd" d="${whole}${this.faces.length > 1 ? slice : ''}"></path>
      <path class="lit" d=${slicePath(this.faces.length, index, RADIUS - 3)}></path>`}
    </svg>`;
  }

  #bulbs(): TemplateResult[] {
    return ['unlit', 'lit-a', 'lit-b'].map((layer, which) => {
      const bulbs = Array.from({ length: BULBS }, (_, index) => index).filter(
        (index) => which === 0 || index % 2 === which - 1,
      );
      return html`<svg class="bulbs ${layer}" viewBox="-200 -200 400 400">
        ${bulbs.map((index) => bulb((index * 360) / BULBS + 360 / BULBS / 2, which > 0))}
      </svg>`;
    });
  }

  /** Bends the pointer at each peg that passes, and lets it be heard and felt. */
  #follow(): void {
    const count = this.faces.length;
    const apart = sliceAngle(count);
    const turning = this.#drawn();
    const pointer = new Pointer(pegsPassed(count, turning.angle));
    let before = performance.now();
    const frame = (now: number): void => {
      const passed = pointer.turn(pegsPassed(count, turning.angle), apart, now - before);
      before = now;
      this.pointer.style.transform = `rotate(${pointer.bend.toFixed(2)}deg)`;
      if (passed > 0) {
        sound.tick();
        haptics.peg();
      }
      if (this.spinning) this.#frame = requestAnimationFrame(frame);
    };
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(frame);
  }

  #settle(): void {
    cancelAnimationFrame(this.#frame);
    this.pointer.style.transform = '';
  }

  async #pulse(): Promise<void> {
    const light = this.renderRoot.querySelector('.light');
    const opacity = this.calm ? [1, 1] : [0, 1, 0.35, 1];
    await light?.animate({ opacity }, { duration: PULSE_MS, easing: 'ease-out' }).finished;
  }

  #tapped(): void {
    this.dispatchEvent(new CustomEvent('engage-wheel-tap', { bubbles: true, composed: true }));
  }
}

const VIEW = `${-RADIUS} ${-RADIUS} ${2 * RADIUS} ${2 * RADIUS}`;

const POINTER = html`<div class="pointer">
  <svg viewBox="-30 -34 60 84">
    <path class="pointer-shadow" d="M0 50C-7 26-25 16-25-6a25 25 0 1 1 50 0C25 16 7 26 0 50Z" transform="translate(0 4)"></path>
    <path class="pointer-body" d="M0 48C-7 25-24 15-24-7a24 24 0 1 1 48 0C24 15 7 25 0 48Z"></path>
    <path class="pointer-shine" d="M-15-10a15 15 0 0 1 11-14"></path>
    <circle class="pointer-seat" cy="-7" r="13"></circle>
    <circle class="pointer-gem" cy="-7" r="10"></circle>
    <ellipse class="pointer-glint" cx="-3" cy="-11" rx="4" ry="2.6" transform="rotate(-30 -3 -11)"></ellipse>
  </svg>
</div>`;

function artOf(face: Face, radius: number, art: number): TemplateResult {
  const address = addressOf(face.art);
  if (isOwn(face.art)) {
    return svg`<image href=${address} x=${-art / 2} y=${-radius - art / 2} width=${art} height=${art}></image>`;
  }
  return svg`<circle class="plate" cy=${-radius} r=${art / 2 + 1.5}></circle>
    <image class="uploaded" href=${address} x=${-art / 2} y=${-radius - art / 2} width=${art} height=${art}
      preserveAspectRatio="xMidYMid slice"></image>`;
}

function labelAcross(label: Label): TemplateResult {
  return svg`<text font-size=${label.size}>${label.lines.map(
    (line, index) => svg`<tspan x="0" y=${-baseline(label.size, index)}>${line}</tspan>`,
  )}</text>`;
}

/** Read from the rim inwards. */
function labelAlong(label: Label, plan: Plan): TemplateResult {
  const turned = `translate(0 ${-alongStart(plan)}) rotate(90)`;
  return svg`<text class="along" font-size=${label.size} y=${label.size * 0.36} transform=${turned}>${label.lines[0]}</text>`;
}

function peg(angle: number): TemplateResult {
  const [x, y] = pointAt(angle, RADIUS - 3).split(' ');
  return svg`<circle class="peg-shade" cx=${x} cy=${y} r="5"></circle><circle class="peg" cx=${x} cy=${y} r="3.8"></circle>`;
}

function bulb(angle: number, lit: boolean): TemplateResult {
  const [x, y] = pointAt(angle, BULB_RADIUS).split(' ');
  return lit
    ? svg`<circle class="glow" cx=${x} cy=${y} r="9.5"></circle><circle class="on" cx=${x} cy=${y} r="4.6"></circle>`
    : svg`<circle class="seat" cx=${x} cy=${y} r="6"></circle><circle class="off" cx=${x} cy=${y} r="4.6"></circle>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-wheel': EngageWheel;
  }
}
