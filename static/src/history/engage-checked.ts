import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { newKey } from '../api/prizes';
import { NoAnswer, Refusal } from '../api/refusal';
import { http } from '../hub/start';
import type { ExportDocument } from '../verify/documents';
import '../verify/engage-check';
import type { OneResult, Reveal } from '../verify/one';
import { t } from '../words/words';

/** The check of one play of the member's: on their own device, from what the server handed out. */
@customElement('engage-checked')
export class EngageChecked extends LitElement {
  @property() play = '';
  @state() private one: OneResult | null = null;
  @state() private trouble = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#load();
  }

  async #load(): Promise<void> {
    this.trouble = '';
    await this.#try(async () => {
      const { document } = await http.ask<ExportDocument>('GET', '/v1/receipts');
      this.one = resultIn(document, this.play);
      if (this.one === null) this.trouble = t('This play is not in your results.');
    });
  }

  /** The member ends the round of seeds that the play is of; nothing is lost by that. */
  async #reveal(event: CustomEvent<{ epoch: string }>): Promise<void> {
    this.trouble = '';
    await this.#try(async () => {
      const path = `/v1/epochs/${encodeURIComponent(event.detail.epoch)}/reveal`;
      const reveal = (await http.ask<Reveal>('POST', path, { key: newKey(), body: {} })).document;
      if (this.one) this.one = { ...this.one, reveal };
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
      this.trouble = t('No connection. Nothing is lost; please try again.');
    }
  }

  protected override render(): TemplateResult {
    if (this.one === null && this.trouble)
      return html`<p class="fault" role="alert">${this.trouble}</p>
        <button class="button" type="button" @click=${this.#load}>${t('Try again')}</button>`;
    return html`
      <engage-check .one=${this.one} .trouble=${this.trouble} revealable @engage-reveal=${this.#reveal}></engage-check>
      <p><a href="/verify">${t('Check all my results')}</a></p>
    `;
  }
}

/** All there is in an export to check one play by. */
function resultIn(document: ExportDocument, play: string): OneResult | null {
  const receipt = document.receipts.find((each) => each.play === play);
  const epoch = document.epochs.find(({ answer }) => answer.epoch === receipt?.epoch);
  const rules = document.rules.find(
    ({ game, revision }) => game === receipt?.game && revision === receipt.revision,
  );
  if (!receipt || !epoch || !rules) return null;
  const { answer, client_seed, server_seed } = epoch;
  const receipts = document.receipts.filter((each) => each.epoch === receipt.epoch);
  const reveal = server_seed === null ? null : { answer, client_seed, server_seed, receipts };
  return { receipt, rules, keys: document.keys, answer, reveal };
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-checked': EngageChecked;
  }
}
