import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Keep } from '../api/keep';
import { newKey } from '../api/prizes';
import type { Profile, ProfileChanges } from '../api/shapes';
import { motion } from '../faces/motion';
import { http, member } from '../hub/start';
import { Settings } from '../play/settings';
import '../play/engage-settings';
import { t, tn } from '../words/words';
import { refusalInWords } from './refusals';

const WORD = 'erase';

/** How the member wants it, and what they may ask of their own data. Says `engage-changed` after a change. */
@customElement('engage-mine')
export class EngageMine extends LitElement {
  @property({ attribute: false }) me!: Profile;
  @state() private fault = '';
  @state() private isErasing = false;

  readonly #settings = new Settings(new Keep(member().id));

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    motion.addEventListener('change', tellStyles);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    motion.removeEventListener('change', tellStyles);
  }

  async #change(changes: ProfileChanges): Promise<void> {
    this.fault = '';
    try {
      this.me = (await http.ask<Profile>('PATCH', '/v1/me', { body: changes })).document;
    } catch (fault) {
      this.fault = refusalInWords(fault);
      return;
    }
    if (changes.locale) location.replace(`?${new URLSearchParams({ language: changes.locale })}`);
    else if (changes.large_text !== undefined) location.reload();
    else this.dispatchEvent(new CustomEvent('engage-changed'));
  }

  async #withdraw(purpose: string, granted: boolean): Promise<void> {
    this.fault = '';
    try {
      await http.ask('POST', '/v1/me/consents', { key: newKey(), body: { purpose, granted } });
      this.dispatchEvent(new CustomEvent('engage-changed'));
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
  }

  async #erase(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const typed = String(new FormData(event.target as HTMLFormElement).get('word') ?? '').trim();
    if (typed.toLowerCase() !== WORD) {
      this.fault = t('Type {word} to go on.', { word: WORD });
      return;
    }
    try {
      await http.ask('DELETE', '/v1/me', { body: { confirm: WORD } });
      location.href = '/sign-in?switch=1&return=%2Fhub';
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
  }

  protected override render(): TemplateResult {
    return html`
      <div class="mine">
        <engage-settings
          .settings=${this.#settings}
          .profile=${this.me}
          @engage-profile=${(event: CustomEvent<ProfileChanges>) => this.#change(event.detail)}
        ></engage-settings>
        ${this.#zone()} ${this.#personal()} ${this.#consents()} ${this.#data()}
        <p class="fault" role="alert">${this.fault}</p>
      </div>
    `;
  }

  #zone(): TemplateResult {
    const zones = zonesWith(this.me.time_zone);
    return html`<div class="field">
      <label for="zone">${t('Time zone')}</label>
      <select id="zone" @change=${(event: Event) => this.#change({ time_zone: (event.target as HTMLSelectElement).value })}>
        ${zones.map((zone) => html`<option value=${zone} ?selected=${zone === this.me.time_zone}>${zone}</option>`)}
      </select>
      <p class="soft">${t('Your days begin and end there. Moving never costs you a day.')}</p>
    </div>`;
  }

  #personal(): TemplateResult {
    const on = this.me.personalisation;
    return html`<button
      class="switch"
      type="button"
      role="switch"
      aria-checked=${on}
      @click=${() => this.#change({ personalisation: !on })}
    >
      <span>${t('Made to fit me')}<small class="soft">${t('Off: everybody sees the same.')}</small></span><i></i>
    </button>`;
  }

  #consents(): TemplateResult | typeof nothing {
    const granted = Object.entries(this.me.consents).filter(([, yes]) => yes);
    if (granted.length === 0) return nothing;
    return html`<section aria-labelledby="consents-heading">
      <h3 id="consents-heading">${t('What I have allowed')}</h3>
      <ul class="held">
        ${granted.map(
          ([purpose]) => html`<li>
            <span>${PURPOSES[purpose]?.() ?? purpose}</span>
            <button class="button" type="button" @click=${() => this.#withdraw(purpose, false)}>${t('Take it back')}</button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #data(): TemplateResult {
    const { points } = this.me.balances;
    return html`<section aria-labelledby="data-heading">
      <h3 id="data-heading">${t('My data')}</h3>
      <a class="button button-wide" href="/v1/me/export" download>${t('Download all of it')}</a>
      ${
        this.isErasing
          ? html`<form class="erase" novalidate @submit=${this.#erase}>
              <p class="note note-warn">
                ${t('You are forgotten here for good. Nobody can use your points, turns and prizes any more.')}
                ${points > 0 ? tn('That is {n} point.', 'These are {n} points.', points) : nothing}
              </p>
              <div class="field">
                <label for="erase-word">${t('Type {word} to go on.', { word: WORD })}</label>
                <input id="erase-word" name="word" autocomplete="off" autocapitalize="off">
              </div>
              <button class="button">${t('Erase me')}</button>
            </form>`
          : html`<button class="button button-quiet button-wide" type="button" @click=${this.#beginErasing}>
              ${t('Erase my data')}
            </button>`
      }
    </section>`;
  }

  #beginErasing(): void {
    this.isErasing = true;
  }
}

/** What slides on this page stops at once. */
function tellStyles(): void {
  document.documentElement.classList.toggle('calm', motion.calm);
}

const PURPOSES: Readonly<Record<string, () => string>> = {
  'delivery of a prize': () => t('Using my address to send prizes'),
};

/** All zones that the browser knows, and the member's own. */
function zonesWith(own: string): string[] {
  const known = Intl.supportedValuesOf?.('timeZone') ?? [];
  return [...new Set([own, ...known])].sort();
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-mine': EngageMine;
  }
}
