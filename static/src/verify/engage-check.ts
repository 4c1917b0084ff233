// "Check this result": one plain sentence, with the steps, seeds and hashes folded away below it.
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { t } from '../words/words';
import { look } from './look';
import { markOf } from './marks';
import { type Checked, checkReceipt, type OneResult } from './one';
import { type Told, tellOne } from './telling';
import './engage-proof';

/**
 * Checks `one` whenever it is set. While its round of seeds goes on, the member may end it: the element then fires
 * `engage-reveal` with the epoch's id, and waits for a `one` that has the answer in `reveal`.
 */
@customElement('engage-check')
export class EngageCheck extends LitElement {
  @property({ attribute: false }) one: OneResult | null = null;
  /** Whether the page can end the round: it is connected, and it is the member's own. */
  @property({ type: Boolean }) revealable = false;
  /** Set by the page if the round could not be ended: why, as a sentence. */
  @property({ attribute: false }) trouble = '';
  @state() private checked: Checked | null = null;
  @state() private asked = false;
  @state() private broken = false;

  static override styles = [
    look,
    css`
      .sentence {
        font-size: 1.125rem;
        font-weight: 700;
      }
      .reveal {
        display: grid;
        gap: 0.75rem;
        padding-block: 1rem 0;
      }
      details {
        margin-block-start: 0.5rem;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('one')) void this.check();
    if (changed.has('trouble') && this.trouble) this.asked = false;
  }

  private async check(): Promise<void> {
    const one = this.one;
    this.checked = null;
    this.broken = false;
    if (!one) return;
    try {
      const checked = await checkReceipt(one);
      if (one === this.one) this.checked = checked;
    } catch {
      this.broken = one === this.one;
    }
    if (one.reveal) this.asked = false;
  }

  protected override render() {
    const { checked } = this;
    const told = this.told();
    return html`
      <div class="told ${told.tone}" role="status">
        ${markOf(told.tone)}
        <p class="sentence">${told.sentence}</p>
        ${told.more.map((line) => html`<p>${line}</p>`)}
      </div>
      ${checked && !this.one?.reveal && this.revealable ? this.offer() : nothing}
      ${
        checked
          ? html`
            <details>
              <summary>${t('Details')}</summary>
              <engage-proof
                .result=${checked.result}
                .shown=${checked.shown}
                .receipt=${this.one?.receipt}
                .epoch=${checked.document.epochs[0]}
              ></engage-proof>
            </details>
          `
          : nothing
      }
    `;
  }

  private told(): Told {
    const { checked, one } = this;
    if (this.broken) {
      const more = [t('Open this page over https, in a browser of the last four years.')];
      return { tone: 'none', sentence: t('This browser can’t check results here.'), more };
    }
    if (!one || !checked) return { tone: 'none', sentence: t('Checking …'), more: [] };
    if (!checked.isSame) {
      const sentence = t('Does not check out: the server now shows something else than it told you before');
      return { tone: 'bad', sentence, more: [] };
    }
    const told = tellOne(checked.result, checked.shown.seed);
    if (checked.others)
      told.more.push(t('Another result of this round does not agree. Check all your results.'));
    return told;
  }

  private offer() {
    return html`
      <div class="reveal">
        <p>${t('End this round of seeds now? You lose nothing: the next play begins a new round.')}</p>
        ${this.trouble ? html`<p role="alert">${this.trouble}</p>` : nothing}
        <button class="first" type="button" ?disabled=${this.asked} @click=${this.reveal}>
          ${this.asked ? t('Asking for the server’s seed …') : t('End the round and check')}
        </button>
      </div>
    `;
  }

  private reveal(): void {
    this.asked = true;
    this.trouble = '';
    const detail = { epoch: this.one?.receipt.epoch };
    this.dispatchEvent(new CustomEvent('engage-reveal', { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-check': EngageCheck;
  }
  interface HTMLElementEventMap {
    'engage-reveal': CustomEvent<{ epoch: string }>;
  }
}
