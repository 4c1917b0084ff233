import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { NoAnswer, Refusal } from '../api/refusal';
import type { UseAnswer } from '../api/shapes';
import { formatDate, formatDateTime, t } from '../words/words';
import { desk } from './desk';
import type { Till } from './till';
import { clockInWords, codeInWords } from './words';

const SECOND_MS = 1000;
const EVERY_MS = 30_000;

/** What was used today, here or everywhere; what is young enough can be undone. Says `engage-undo`. */
@customElement('engage-uses')
export class EngageUses extends LitElement {
  @property({ attribute: false }) till!: Till;
  @state() private items: readonly UseAnswer[] = [];
  @state() private date = '';
  @state() private next: string | null = null;
  @state() private everywhere = desk.store === '';
  @state() private failed = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.refresh();
    setInterval(() => this.requestUpdate(), SECOND_MS);
    setInterval(() => document.hidden || this.refresh(), EVERY_MS);
  }

  async refresh(): Promise<void> {
    await this.#read('');
  }

  async #read(cursor: string): Promise<void> {
    const { everywhere } = this;
    try {
      const told = await this.till.today(everywhere ? '' : desk.store, cursor);
      if (everywhere !== this.everywhere) return;
      this.items = cursor ? [...this.items, ...told.items] : told.items;
      [this.next, this.date, this.failed] = [told.next, told.date, false];
    } catch (fault) {
      if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
      this.failed = true;
    }
  }

  async #choose(everywhere: boolean): Promise<void> {
    this.everywhere = everywhere;
    await this.refresh();
  }

  protected override render(): TemplateResult {
    return html`
      <section class="today" aria-labelledby="today-heading">
        <h2 id="today-heading">${this.date ? t('Today, {day}', { day: formatDate(`${this.date}T12:00`) }) : t('Today')}</h2>
        ${desk.store ? this.#choice() : nothing}
        ${this.failed ? html`<p class="fault" role="status">${t('This list could not be refreshed.')}</p>` : nothing}
        ${
          this.items.length > 0
            ? html`<ul>
                ${repeat(
                  this.items,
                  ({ use }) => use,
                  (use) => this.#use(use),
                )}
              </ul>`
            : html`<p class="empty-pile">${t('Nothing was used yet today.')}</p>`
        }
        ${
          this.next
            ? html`<button class="button button-wide" type="button" @click=${() => this.#read(this.next ?? '')}>
                ${t('Show more')}
              </button>`
            : nothing
        }
      </section>
    `;
  }

  #choice(): TemplateResult {
    const pile = (everywhere: boolean, words: string): TemplateResult => html`<button
      class="pile"
      type="button"
      aria-pressed=${this.everywhere === everywhere}
      @click=${() => this.#choose(everywhere)}
    >
      ${words}
    </button>`;
    return html`<div class="piles" role="group" aria-label=${t('Which tills')}>
      ${pile(false, t('This till'))} ${pile(true, t('All tills'))}
    </div>`;
  }

  #use(use: UseAnswer): TemplateResult {
    const left = Date.parse(use.undo_until) - this.till.now();
    return html`<li class="line ${use.undone_at ? 'undone' : ''}">
      <div>
        <p class="line-what">${use.name}</p>
        <p class="soft">
          ${formatDateTime(use.used_at, { dateStyle: undefined })} · ${codeInWords(use)}${use.store ? html` · ${use.store}` : nothing}${use.undone_at ? html` · ${t('undone')}` : nothing}
        </p>
      </div>
      ${
        left > 0 && use.undone_at === null
          ? html`<button class="button" type="button" @click=${() => this.#undo(use)}>
              ${t('Undo')} <span class="clock" role="timer" aria-live="off">${clockInWords(left)}</span>
            </button>`
          : nothing
      }
    </li>`;
  }

  #undo(use: UseAnswer): void {
    this.dispatchEvent(new CustomEvent('engage-undo', { detail: use }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-uses': EngageUses;
  }
  interface HTMLElementEventMap {
    'engage-undo': CustomEvent<UseAnswer>;
  }
}
