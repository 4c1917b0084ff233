import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { EventAnswer } from '../api/own-shapes';
import { followMember } from '../hub/follow';
import { daysOf, moreOf, troubleOf } from '../hub/lists';
import { Pages } from '../hub/pages';
import { http } from '../hub/start';
import { formatDateTime, t } from '../words/words';
import { type Called, readTitles } from './titles';
import { nameOf, told, typeInWords, verdictInWords } from './words';

/** What the brand sent about a member, newest first, each with what every rule made of it: why it did not count. */
@customElement('engage-activity')
export class EngageActivity extends LitElement {
  @state() private titles: Readonly<Record<string, Called>> = {};

  readonly #events = new Pages<EventAnswer>(http, '/v1/me/events', ({ source, id }) => `${source} ${id}`);

  constructor() {
    super();
    this.#events.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    this.#events.refresh();
    followMember(() => this.#events.refresh());
    window.addEventListener('online', () => this.#events.refresh());
    this.titles = await readTitles();
  }

  protected override render(): TemplateResult {
    const { items, reach } = this.#events;
    return html`
      ${troubleOf(this.#events)}
      ${
        reach === 'told' && items.length === 0
          ? this.#empty()
          : daysOf(
              latestFirst(items),
              ({ occurred_at }) => occurred_at,
              ({ source, id }) => `${source} ${id}`,
              (event) => this.#event(event),
            )
      }
      ${moreOf(this.#events)}
    `;
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      <h2>${t('Nothing came in yet')}</h2>
      <p>${t('Your orders, reviews and visits are listed here as soon as they are known, with what each of them counted for, or why it did not.')}</p>
    </div>`;
  }

  #event(event: EventAnswer): TemplateResult {
    const rules = told(event.rules, this.titles);
    const at = formatDateTime(event.occurred_at, { dateStyle: undefined });
    return html`<li class="line">
      <div>
        <p class="line-what">${typeInWords(event)}</p>
        <p class="soft">${[at, nameOf(event)].filter(Boolean).join(' · ')}</p>
      </div>
      <ul class="verdicts">
        ${rules.map(
          (one) => html`<li class="verdict ${one.verdict === 'counted' ? 'counted' : ''}">
            <span>${verdictInWords(one, this.titles[one.rule])}</span>
          </li>`,
        )}
        ${rules.length === 0 ? html`<li class="verdict"><span>${t('No rule is about this.')}</span></li>` : nothing}
      </ul>
    </li>`;
  }
}

/** They come in the order in which they came in, and are told in the order in which they happened. */
function latestFirst(events: readonly EventAnswer[]): EventAnswer[] {
  return [...events].sort((one, other) => Date.parse(other.occurred_at) - Date.parse(one.occurred_at));
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-activity': EngageActivity;
  }
}
