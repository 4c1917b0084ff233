import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { newKey } from '../api/prizes';
import { Refusal } from '../api/refusal';
import type { PrizeAnswer } from '../api/shapes';
import { now } from '../hub/start';
import { t } from '../words/words';
import { refusalInWords } from './refusals';
import type { Prizes } from './store';
import { canClaim, stateInWords, tell } from './words';

type Field = 'name' | 'phone' | 'address' | 'consent';

const ORDER: readonly Field[] = ['name', 'phone', 'address', 'consent'];
const PHONE = /^\+?[0-9 ()-]{5,30}$/;
const SHORTEST_ADDRESS = 5;

/** Where goods shall go, and the consent to use it for that. Says `engage-claimed`. */
@customElement('engage-claim')
export class EngageClaim extends LitElement {
  @property({ attribute: false }) prizes!: Prizes;
  @property({ attribute: false }) prize!: PrizeAnswer;
  @state() private faults: Partial<Record<Field, string>> = {};
  @state() private fault = '';
  @state() private waits = false;

  /** The same claim keeps its key until it is answered. */
  #key = newKey();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.waits) return;
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: Field) => String(form.get(name) ?? '').trim();
    this.#complain(this.#check(text, form.has('consent')));
    if (Object.keys(this.faults).length > 0) return;
    this.waits = true;
    this.fault = '';
    try {
      const address = this.prize.needs_address ? text('address') : null;
      const body = { name: text('name'), phone: text('phone'), address, consent: true } as const;
      await this.prizes.claim(this.prize.grant, body, this.#key);
      this.dispatchEvent(new CustomEvent('engage-claimed'));
    } catch (fault) {
      this.#refused(fault);
    } finally {
      this.waits = false;
    }
  }

  #check(text: (name: Field) => string, consents: boolean): Partial<Record<Field, string>> {
    const faults: Partial<Record<Field, string>> = {};
    if (!text('name')) faults.name = t('Please give the name of whoever receives it.');
    if (!PHONE.test(text('phone')))
      faults.phone = t('Please give a telephone number: digits, spaces, + and -.');
    if (this.prize.needs_address && text('address').length < SHORTEST_ADDRESS)
      faults.address = t('Please give the whole address.');
    if (!consents) faults.consent = t('Without your consent it can’t be sent.');
    return faults;
  }

  /** Each fault stands at its field, and the first one gets the focus. */
  #complain(faults: Partial<Record<Field, string>>): void {
    this.faults = faults;
    const first = ORDER.find((field) => faults[field]);
    if (first) this.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  }

  #refused(fault: unknown): void {
    const { errors } = fault instanceof Refusal ? (fault.fields as { errors?: { field: Field }[] }) : {};
    const faults: Partial<Record<Field, string>> = {};
    for (const { field } of errors ?? []) {
      if (ORDER.includes(field)) faults[field] = t('Please look at this again.');
    }
    if (Object.keys(faults).length > 0) this.#complain(faults);
    else this.fault = refusalInWords(fault);
    if (fault instanceof Refusal) this.#key = newKey();
    if (fault instanceof Refusal && fault.code === 'conflict') this.prizes.refresh();
  }

  protected override render(): TemplateResult {
    const { prize } = this;
    const told = tell(prize, now());
    if (!canClaim(prize, now())) return html`<p class="note" role="status">${stateInWords(told)}</p>`;
    return html`
      <form class="claim" novalidate @submit=${this.#send}>
        <p class="soft">${prize.how}</p>
        ${this.#field('name', t('Name'), (attributes) => html`<input name="name" autocomplete="name" maxlength="100" required id="claim-name" aria-invalid=${attributes.invalid} aria-describedby=${attributes.by}>`)}
        ${this.#field('phone', t('Telephone'), (attributes) => html`<input name="phone" type="tel" autocomplete="tel" maxlength="30" required id="claim-phone" aria-invalid=${attributes.invalid} aria-describedby=${attributes.by}>`)}
        ${
          prize.needs_address
            ? this.#field(
                'address',
                t('Address'),
                (attributes) =>
                  html`<textarea name="address" rows="3" autocomplete="street-address" maxlength="500" required id="claim-address" aria-invalid=${attributes.invalid} aria-describedby=${attributes.by}></textarea>`,
              )
            : nothing
        }
        <div class="field">
          <label class="tick">
            <input name="consent" type="checkbox" required aria-invalid=${!!this.faults.consent} aria-describedby="claim-consent-fault">
            <span>${t('{organiser} may use these details to hand this prize over to me, and for nothing else. I can take this back until it is on its way.', { organiser: prize.organiser || t('The organiser') })}</span>
          </label>
          <p class="fault" id="claim-consent-fault">${this.faults.consent ?? ''}</p>
        </div>
        ${prize.tax_note ? html`<p class="soft">${t('Tax: {note}', { note: prize.tax_note })}</p>` : nothing}
        <p class="fault" role="alert">${this.fault}</p>
        <button class="button button-main button-wide" aria-disabled=${this.waits}>
          ${this.waits ? t('One moment…') : t('Claim it')}
        </button>
      </form>
    `;
  }

  #field(
    name: Field,
    label: string,
    input: (attributes: { invalid: boolean; by: string }) => TemplateResult,
  ): TemplateResult {
    const by = `claim-${name}-fault`;
    return html`<div class="field">
      <label for="claim-${name}">${label}</label>
      ${input({ invalid: !!this.faults[name], by })}
      <p class="fault" id=${by}>${this.faults[name] ?? ''}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-claim': EngageClaim;
  }
}
