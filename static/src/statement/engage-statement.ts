import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { NoAnswer, Refusal } from '../api/refusal';
import type { GameAnswer, HoldAnswer, LotAnswer, PostingAnswer, Profile, Statement } from '../api/shapes';
import { followMember } from '../hub/follow';
import { readGames } from '../hub/games';
import { daysOf, moreOf, troubleOf } from '../hub/lists';
import { Pages } from '../hub/pages';
import { http, now } from '../hub/start';
import { formatDateTime, formatNumber, t, tn } from '../words/words';
import { amountInWords, isPoints, reasonInWords, sourceOf } from './words';

const FIRST_LOTS = 3;

/** A member's points: how many, which expire first, and every movement with its reason; turns likewise. */
@customElement('engage-statement')
export class EngageStatement extends LitElement {
  @state() private me: Profile | null = null;
  @state() private turns = false;
  @state() private games: readonly GameAnswer[] = [];
  @state() private allLots = false;

  readonly #lines = new Pages<PostingAnswer, Statement>(http, '/v1/statement', ({ posting }) => posting);

  constructor() {
    super();
    this.#lines.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    this.#refresh();
    followMember(() => this.#refresh());
    window.addEventListener('online', () => this.#refresh());
    this.games = await readGames();
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#lines.refresh(), this.#readBalance()]);
  }

  async #readBalance(): Promise<void> {
    try {
      this.me = (await http.ask<Profile>('GET', '/v1/me')).document;
    } catch (fault) {
      if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
    }
  }

  protected override render(): TemplateResult {
    const lines = this.#lines.items.filter((line) => isPoints(line) !== this.turns);
    return html`
      ${this.me ? this.#balance(this.me) : nothing}
      ${this.#holds(this.#lines.first?.holds ?? [])} ${this.#lots(this.#lines.first?.lots ?? [])}
      ${troubleOf(this.#lines)}
      ${this.#lines.reach === 'told' ? this.#choice() : nothing}
      ${
        this.#lines.reach === 'told' && lines.length === 0
          ? html`<p class="empty-pile">${this.turns ? t('No turns came or went yet.') : t('No points came or went yet.')}</p>`
          : daysOf(
              lines,
              ({ at }) => at,
              ({ posting }) => posting,
              (line) => this.#line(line),
            )
      }
      ${moreOf(this.#lines)}
    `;
  }

  #balance({ balances }: Profile): TemplateResult {
    return html`
      <section class="card balance" aria-labelledby="balance-heading">
        <h2 id="balance-heading" class="soft">${t('Points that I can use')}</h2>
        <p class="sum">${formatNumber(balances.points - balances.held)}</p>
        ${
          balances.held > 0
            ? html`<p class="soft">
                ${tn('{n} more point can be used later.', '{n} more points can be used later.', balances.held)}
              </p>`
            : nothing
        }
      </section>
    `;
  }

  /** What can't be used yet, and from when it can. */
  #holds(holds: readonly HoldAnswer[]): TemplateResult | typeof nothing {
    const known = holds.filter(({ until }) => until !== null);
    if (known.length === 0) return nothing;
    return html`
      <section class="card" aria-labelledby="holds-heading">
        <h2 id="holds-heading">${t('What can be used later')}</h2>
        <ul class="lots">
          ${known.map(
            ({ points, until }) => html`<li>
              <span class="lot-amount">${tn('{n} point', '{n} points', points)}</span>
              <span class="soft">${t('from {when}', { when: formatDateTime(until ?? 0) })}</span>
            </li>`,
          )}
        </ul>
        <p class="soft">${t('Points on an order wait as long as it can be refunded.')}</p>
      </section>
    `;
  }

  /** What expires, earliest first. */
  #lots(all: readonly LotAnswer[]): TemplateResult | typeof nothing {
    const lots = all.filter(({ expires_at, left }) => expires_at !== null && left > 0);
    if (lots.length === 0) return nothing;
    const shown = this.allLots ? lots : lots.slice(0, FIRST_LOTS);
    return html`
      <section class="card" aria-labelledby="lots-heading">
        <h2 id="lots-heading">${t('What expires next')}</h2>
        <ul class="lots">
          ${shown.map(
            ({ left, expires_at }) => html`<li>
              <span class="lot-amount">${tn('{n} point', '{n} points', left)}</span>
              <span class=${isSoon(expires_at) ? 'left' : 'soft'}>
                ${t('until {when}', { when: formatDateTime(expires_at ?? 0) })}
              </span>
            </li>`,
          )}
        </ul>
        ${
          lots.length > shown.length
            ? html`<button class="button button-quiet" type="button" @click=${this.#showLots}>
                ${tn('{n} more', '{n} more', lots.length - shown.length)}
              </button>`
            : nothing
        }
      </section>
    `;
  }

  #showLots(): void {
    this.allLots = true;
  }

  #choice(): TemplateResult {
    const pile = (turns: boolean, words: string): TemplateResult =>
      html`<button class="pile" type="button" aria-pressed=${this.turns === turns} @click=${() => this.#choose(turns)}>
        ${words}
      </button>`;
    return html`<div class="piles" role="group" aria-label=${t('Which movements')}>
      ${pile(false, t('Points'))} ${pile(true, t('Turns'))}
    </div>`;
  }

  #choose(turns: boolean): void {
    this.turns = turns;
  }

  #line(line: PostingAnswer): TemplateResult {
    const { amount, at, expires_at } = line;
    const source = sourceOf(line, this.games);
    return html`<li class="line">
      <div>
        <p class="line-what">${reasonInWords(line)}</p>
        <p class="soft">
          ${formatDateTime(at, { dateStyle: undefined })}${source ? html` · ${source}` : nothing}${
            expires_at && amount > 0
              ? html` · ${t('valid until {when}', { when: formatDateTime(expires_at) })}`
              : nothing
          }
        </p>
      </div>
      <p class="amount ${amount > 0 ? 'came' : 'went'}">${amountInWords(line)}</p>
    </li>`;
  }
}

function isSoon(expiry: string | null): boolean {
  const WEEK_MS = 7 * 86_400_000;
  return expiry !== null && Date.parse(expiry) - now() < WEEK_MS;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-statement': EngageStatement;
  }
}
