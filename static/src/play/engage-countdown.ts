import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatDateTime, t } from '../words/words';

const SECOND_MS = 1_000;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** The server's clock, whatever the device's says. `set` belongs to the moment at which an answer came. */
class ServerClock {
  #ahead = 0;

  set(now: number): void {
    this.#ahead = now - Date.now();
  }

  get now(): number {
    return Date.now() + this.#ahead;
  }
}

export const serverClock = new ServerClock();

/** Counts down to an instant of the server's clock; says `engage-due` once it is reached. Read out only when asked for. */
@customElement('engage-countdown')
export class EngageCountdown extends LitElement {
  @property() to = '';
  #timer = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.#tick(), SECOND_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.requestUpdate();
    if (this.#left() > 0) return;
    clearInterval(this.#timer);
    this.dispatchEvent(new CustomEvent('engage-due', { bubbles: true }));
  }

  #left(): number {
    return Math.max(0, Math.ceil((Date.parse(this.to) - serverClock.now) / SECOND_MS));
  }

  protected override render(): TemplateResult {
    const left = this.#left();
    const when = formatDateTime(this.to);
    if (left >= DAY_S) return html`<time datetime=${this.to}>${when}</time>`;
    return html`<time role="timer" datetime=${this.to} aria-label=${t('on {when}', { when })}
      >${digits(left)}</time
    >`;
  }
}

/** 1:02:03, or 02:03 within the last hour. */
function digits(seconds: number): string {
  const parts = [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / 60), seconds % 60];
  const [hours = 0, ...rest] = parts;
  const tail = rest.map((part) => String(part).padStart(2, '0')).join(':');
  return hours > 0 ? `${hours}:${tail}` : tail;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-countdown': EngageCountdown;
  }
}
