import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { PrizeApi } from '../api/prizes';
import type { PrizeAnswer } from '../api/shapes';
import { followMember } from '../hub/follow';
import { signedOut } from '../hub/lists';
import { http, member, now } from '../hub/start';
import { formatDateTime, t } from '../words/words';
import { KeptPrizes } from './kept';
import { Prizes } from './store';
import { type Pile, type Told, tell } from './words';

const MINUTE_MS = 60_000;
const PILES: readonly Pile[] = ['open', 'used', 'expired'];

type Sheet = 'code' | 'claim' | 'about';

/** Everything that a member won, in three piles; what one can do with a prize happens in a sheet. */
@customElement('engage-prizes')
export class EngagePrizes extends LitElement {
  @state() private pile: Pile = 'open';
  @state() private sheet: Sheet | null = null;
  @state() private grant = '';
  @state() private said = '';

  readonly #prizes = new Prizes(new PrizeApi(http), new KeptPrizes(member().id), now);

  constructor() {
    super();
    this.#prizes.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#prizes.refresh();
    followMember((items) => {
      const own = items.filter(({ name }) => name === 'prize.changed' || name.startsWith('play.'));
      const { grant } = own.at(-1)?.data ?? {};
      if (items.length === 0 || own.length > 0) this.#hear(String(grant ?? ''));
    });
    window.addEventListener('online', () => this.#prizes.refresh());
    setInterval(() => this.#pass(), MINUTE_MS);
  }

  /** Time passes: what is left of it is said anew, and what could not be asked for is asked again. */
  #pass(): void {
    this.requestUpdate();
    if (this.#prizes.reach === 'kept' || this.#prizes.reach === 'nothing') this.#prizes.refresh();
  }

  /** Something happened to a prize elsewhere: at a till, on another screen, at the brand's. */
  async #hear(grant: string): Promise<void> {
    const before = this.#prizes.find(grant)?.state;
    await this.#prizes.refresh();
    const after = this.#prizes.find(grant);
    if (after && after.state !== before) this.said = this.#sentence(after);
  }

  #sentence(prize: PrizeAnswer): string {
    const { label, line } = tell(prize, now());
    return t('{prize}: {state}. {line}', { prize: prize.name, state: label, line });
  }

  async #open(sheet: Sheet, grant: string): Promise<void> {
    await Promise.all([import('../play/engage-sheet'), LAZY[sheet]()]);
    this.grant = grant;
    this.sheet = sheet;
  }

  /** The dialog gives the focus back to where it was before it goes. */
  #shut(): void {
    const sheet = this.querySelector('engage-sheet');
    if (sheet) sheet.open = false;
  }

  #gone(): void {
    this.sheet = null;
  }

  protected override render(): TemplateResult {
    const prizes = this.#prizes.items.map((prize) => ({ prize, told: tell(prize, now()) }));
    return html`
      <p class="unseen" role="status">${this.said}</p>
      ${this.#state()}
      ${this.#prizes.items.length > 0 ? this.#piles(prizes) : nothing}
      ${this.sheet ? this.#sheet(this.sheet) : nothing}
    `;
  }

  /** What stands in for the list, or above it, when it could not be had or is empty. */
  #state(): TemplateResult | typeof nothing {
    const { reach, at, items } = this.#prizes;
    if (reach === 'signed-out') return signedOut();
    if (reach === 'kept')
      return html`<p class="note note-warn offline">
        ${OFFLINE}
        <span>${t('No connection. This is what your prizes were on {when}; codes that you opened on this device can be used.', { when: formatDateTime(at) })}</span>
      </p>`;
    if (reach === 'nothing')
      return html`<div class="empty">
        <p>${t('Your prizes could not be loaded.')}</p>
        <button class="button button-main" type="button" @click=${() => this.#prizes.refresh()}>
          ${t('Try again')}
        </button>
      </div>`;
    if (reach === 'loading' && items.length === 0)
      return html`<div class="tickets" aria-hidden="true">${[1, 2, 3].map(() => html`<div class="ticket-soon"></div>`)}</div>`;
    if (items.length === 0)
      return html`<div class="empty">
        ${GIFT}
        <h2>${t('No prizes yet')}</h2>
        <p>${t('Play a game below. What you win waits here, with its code and until when it can be used.')}</p>
      </div>`;
    return nothing;
  }

  #piles(prizes: readonly { prize: PrizeAnswer; told: Told }[]): TemplateResult {
    const shown = prizes.filter(({ told }) => told.pile === this.pile);
    return html`
      <div class="piles" role="group" aria-label=${t('Which prizes')}>
        ${PILES.map((pile) => {
          const count = prizes.filter(({ told }) => told.pile === pile).length;
          return html`<button
            class="pile"
            type="button"
            aria-pressed=${pile === this.pile}
            @click=${() => this.#choose(pile)}
          >
            ${PILE[pile]()} <span class="count">${count}</span>
          </button>`;
        })}
      </div>
      ${
        shown.length > 0
          ? html`<ul class="tickets">
              ${repeat(
                shown,
                ({ prize }) => prize.grant,
                ({ prize, told }) => html`<li>
                  <engage-prize
                    .prize=${prize}
                    .told=${told}
                    @engage-code=${() => this.#open('code', prize.grant)}
                    @engage-claim=${() => this.#open('claim', prize.grant)}
                    @engage-about=${() => this.#open('about', prize.grant)}
                  ></engage-prize>
                </li>`,
              )}
            </ul>`
          : html`<p class="empty-pile">${EMPTY[this.pile]()}</p>`
      }
    `;
  }

  #choose(pile: Pile): void {
    this.pile = pile;
  }

  #sheet(sheet: Sheet): TemplateResult | typeof nothing {
    const prize = this.#prizes.find(this.grant);
    if (prize === null) return nothing;
    // The sheet renders them, so `this` would be the sheet in a handler that is a method.
    const body = {
      code: () => html`<engage-code .prizes=${this.#prizes} .prize=${prize}></engage-code>`,
      claim: () =>
        html`<engage-claim .prizes=${this.#prizes} .prize=${prize} @engage-claimed=${() => this.#claimed()}></engage-claim>`,
      about: () =>
        html`<engage-about .prizes=${this.#prizes} .prize=${prize} @engage-withdrawn=${() => this.#withdrawn()}></engage-about>`,
    };
    return html`<engage-sheet
      .heading=${prize.name}
      .body=${body[sheet]()}
      .open=${true}
      @engage-sheet-closed=${this.#gone}
    ></engage-sheet>`;
  }

  #claimed(): void {
    const prize = this.#prizes.find(this.grant);
    this.#shut();
    if (prize) this.said = this.#sentence(prize);
  }

  #withdrawn(): void {
    this.#shut();
    this.said = t('Your address was deleted.');
  }
}

const LAZY: Readonly<Record<Sheet, () => Promise<unknown>>> = {
  code: () => import('./engage-code'),
  claim: () => import('./engage-claim'),
  about: () => import('./engage-about'),
};

const PILE: Readonly<Record<Pile, () => string>> = {
  open: () => t('To use'),
  used: () => t('Used'),
  expired: () => t('Over'),
};

const EMPTY: Readonly<Record<Pile, () => string>> = {
  open: () => t('Nothing waits to be used. What you win next comes here.'),
  used: () => t('You have not used anything yet.'),
  expired: () => t('Nothing has expired or been taken back. Good.'),
};

const GIFT = html`<svg class="empty-art" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M4 11v8.500A1.500 1.500 0 0 0 5.500 21h13a1.500 1.500 0 0 0 1.500-1.500V11M3 7.500h18V11H3ZM12 7.500V21M12 7.500c-5 0-6-5-3-5 2 0 3 3 3 5Zm0 0c5 0 6-5 3-5-2 0-3 3-3 5Z"></path>
</svg>`;
const OFFLINE = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
  <path d="m3 3 18 18M8.500 16.400a5 5 0 0 1 5-1.200M5 12.900a10 10 0 0 1 4.700-2.700m4.600 0a10 10 0 0 1 4.700 2.700M1.500 9a15 15 0 0 1 4.800-3.100M10 4.900A15 15 0 0 1 22.500 9"></path>
  <circle cx="12" cy="19.500" r="0.800"></circle>
</svg>`;

declare global {
  interface HTMLElementTagNameMap {
    'engage-prizes': EngagePrizes;
  }
}
