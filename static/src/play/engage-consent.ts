import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { t } from '../words/words';

/** Asks for the rules to be accepted and, where it is not known, for the member's age. Says `engage-accepted`. */
@customElement('engage-consent')
export class EngageConsent extends LitElement {
  /** The age that the game asks about; 0 if it does not have to ask. */
  @property({ type: Number }) age = 0;
  @property({ type: Boolean }) rules = false;
  @property() href = '';
  @state() private isMissing = false;
  @state() private isSending = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`
      <form class="consent" novalidate @submit=${this.#submit}>
        ${this.rules ? this.#rules() : nothing} ${this.age > 0 ? this.#question() : nothing}
        <button class="button button-main" ?disabled=${this.isSending}>
          ${this.rules ? t('Accept the rules and go on') : t('Go on')}
        </button>
      </form>
    `;
  }

  #rules(): TemplateResult {
    return html`
      <p>${t('The odds of each prize are fixed and published. A turn is used only by a play that counts.')}</p>
      <p><a class="button" href=${this.href} target="_blank" rel="noopener">${t('Read the rules')}</a></p>
    `;
  }

  #question(): TemplateResult {
    return html`
      <div class="consent-age">
        <label>
          <input type="checkbox" name="adult" aria-invalid=${this.isMissing} aria-describedby="age-missing" />
          <span>${t('I am {n} years old or older.', { n: this.age })}</span>
        </label>
        <p id="age-missing" class="warn" role="alert">
          ${this.isMissing ? t('Without this answer you can’t play, but look at everything.') : nothing}
        </p>
      </div>
    `;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const box = this.querySelector<HTMLInputElement>('[name=adult]');
    this.isMissing = box !== null && !box.checked;
    if (this.isMissing) {
      box?.focus();
      return;
    }
    this.isSending = true;
    this.dispatchEvent(
      new CustomEvent('engage-accepted', { bubbles: true, detail: { adult: box !== null } }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-consent': EngageConsent;
  }
}
