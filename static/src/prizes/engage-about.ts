import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PrizeAnswer } from '../api/shapes';
import { now } from '../hub/start';
import { formatDateTime, t } from '../words/words';
import { refusalInWords } from './refusals';
import type { Prizes } from './store';
import { isWon, sourceInWords, stateInWords, tell } from './words';

/** All there is to know of a prize: its terms, how it is handed over, and how to reach a human. */
@customElement('engage-about')
export class EngageAbout extends LitElement {
  @property({ attribute: false }) prizes!: Prizes;
  @property({ attribute: false }) prize!: PrizeAnswer;
  @state() private asks = false;
  @state() private waits = false;
  @state() private fault = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #withdraw(): Promise<void> {
    if (this.waits) return;
    this.waits = true;
    try {
      await this.prizes.takeAddressesBack();
      this.dispatchEvent(new CustomEvent('engage-withdrawn'));
    } catch (fault) {
      this.fault = refusalInWords(fault);
    } finally {
      this.waits = false;
    }
  }

  protected override render(): TemplateResult {
    const { prize } = this;
    const told = tell(prize, now());
    return html`
      <dl class="facts">
        ${fact(t('State'), stateInWords(told))}
        ${fact(sourceInWords(prize), formatDateTime(prize.won_at))}
        ${fact(t('Where it is valid'), prize.where)} ${fact(t('Terms'), prize.conditions)}
        ${fact(t('How you get it'), prize.how)} ${fact(t('Tax'), prize.tax_note)}
        ${fact(t('Message from the organiser'), prize.note ?? '')}
      </dl>
      <div class="note human">
        <p><strong>${t('Questions? Ask a human.')}</strong></p>
        <p>${prize.organiser}</p>
        <p>${prize.contact}</p>
      </div>
      ${prize.kind === 'goods' ? this.#addresses() : nothing}
      <p class="about-links">${links(prize)}</p>
    `;
  }

  /** The consent that a claim gave can be taken back here. */
  #addresses(): TemplateResult | typeof nothing {
    const { state: now_ } = this.prize;
    if (!['claimed', 'delivered', 'declined'].includes(now_)) return nothing;
    const why =
      now_ === 'claimed'
        ? t(
            'The addresses that you gave are deleted, and goods that were not sent yet have to be claimed again.',
          )
        : t('The addresses that you gave are deleted, but of what is on its way.');
    return html`
      <div class="withdraw">
        ${
          this.asks
            ? html`<p>${why}</p>
                <p class="fault" role="alert">${this.fault}</p>
                <div class="pair">
                  <button class="button" type="button" @click=${this.#keep}>${t('Keep it')}</button>
                  <button class="button" type="button" aria-disabled=${this.waits} @click=${this.#withdraw}>
                    ${t('Delete my address')}
                  </button>
                </div>`
            : html`<button class="button button-quiet" type="button" @click=${this.#ask}>
                ${t('Take my address back')}
              </button>`
        }
      </div>
    `;
  }

  #ask(): void {
    this.asks = true;
  }

  #keep(): void {
    this.asks = false;
  }
}

function fact(name: string, value: string): TemplateResult | typeof nothing {
  return value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-about': EngageAbout;
  }
}

/** What was won has a game with rules of its own; what was bought or given stands in its campaign's. */
function links({ game, campaign }: PrizeAnswer): TemplateResult {
  const won = isWon(game);
  const rules = won ? `/g/${encodeURIComponent(game)}/rules` : `/c/${encodeURIComponent(campaign)}/rules`;
  return html`
    <a class="button button-quiet" href=${rules}>${t('Rules')}</a>
    ${won ? html`<a class="button button-quiet" href="/g/${encodeURIComponent(game)}">${t('To the game')}</a>` : nothing}
  `;
}
