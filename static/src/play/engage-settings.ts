import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Profile, ProfileChanges } from '../api/shapes';
import { motion } from '../faces/motion';
import { formatDateTime, language, languageName, t, tn } from '../words/words';
import type { Settings, Wishes } from './settings';

const LIMITS = [1, 2, 3, 5, 10, 20];
const LANGUAGES = ['zh-CN', 'en'].map((tag) => [tag, languageName(tag)] as const);

/**
 * How the member wants to be played for. What concerns this device is kept here; what concerns the member is sent as
 * `engage-profile` with the changes.
 */
@customElement('engage-settings')
export class EngageSettings extends LitElement {
  @property({ attribute: false }) settings!: Settings;
  @property({ attribute: false }) profile!: Profile;
  /** Whether the last change could not be kept. */
  @property({ type: Boolean }) failed = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="settings">
        ${this.#switch('calm', t('No motion'), motion.system ? t('Your device asks for it already.') : '')}
        ${this.#switch('sound', t('Sound'))} ${this.#switch('haptics', t('Vibration'))}
        ${this.#large()} ${this.#limit()} ${this.#languages()}
        <p class="warn" role="alert">${this.failed ? t('This could not be kept. Please try again.') : nothing}</p>
      </div>
    `;
  }

  #switch(name: keyof Wishes, label: string, hint = ''): TemplateResult {
    const forced = name === 'calm' && motion.system;
    return toggle(label, hint, forced || this.settings.wishes[name], forced, (on) => {
      this.settings.change({ [name]: on });
      this.requestUpdate();
    });
  }

  #large(): TemplateResult {
    const hint = t('On all your devices.');
    return toggle(t('Large and plain'), hint, this.profile.large_text, false, (on) =>
      this.#change({ large_text: on }),
    );
  }

  #limit(): TemplateResult {
    const { per_day, looser_from } = this.profile.play_limits;
    const choices = [...new Set([...LIMITS, ...(per_day === null ? [] : [per_day])])].sort((a, b) => a - b);
    const choose = (event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      this.#change({ play_limits: { per_day: value === '' ? null : Number(value) } });
    };
    return html`
      <div class="field">
        <label for="own-limit">${t('My own limit')}</label>
        <select id="own-limit" @change=${choose}>
          <option value="" ?selected=${per_day === null}>${t('No limit of my own')}</option>
          ${choices.map(
            (n) => html`<option value=${n} ?selected=${n === per_day}>
              ${tn('{n} play a day', '{n} plays a day', n)}
            </option>`,
          )}
        </select>
        <p class="soft">${t('It holds in every game, on all your devices.')}</p>
        ${looser_from ? html`<p class="note">${t('Your looser limit holds from {when} on.', { when: formatDateTime(looser_from) })}</p>` : nothing}
      </div>
    `;
  }

  #languages(): TemplateResult {
    return html`
      <div class="languages" role="group" aria-label=${t('Language')}>
        ${LANGUAGES.map(
          ([tag, name]) => html`<button
            class="button"
            type="button"
            lang=${tag}
            aria-pressed=${language() === tag}
            @click=${() => this.#change({ locale: tag })}
          >
            ${name}
          </button>`,
        )}
      </div>
    `;
  }

  #change(changes: ProfileChanges): void {
    this.dispatchEvent(new CustomEvent('engage-profile', { bubbles: true, detail: changes }));
  }
}

function toggle(
  label: string,
  hint: string,
  on: boolean,
  isFixed: boolean,
  change: (on: boolean) => void,
): TemplateResult {
  return html`
    <button
      class="switch"
      type="button"
      role="switch"
      aria-checked=${on}
      ?disabled=${isFixed}
      @click=${() => change(!on)}
    >
      <span>${label}${hint ? html`<small class="soft">${hint}</small>` : nothing}</span><i></i>
    </button>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-settings': EngageSettings;
  }
}
