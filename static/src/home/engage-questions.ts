import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { QuestionAnswer, QuestionnaireAnswer } from '../api/own-shapes';
import { newKey } from '../api/prizes';
import { Refusal } from '../api/refusal';
import { t } from '../words/words';
import { post, readQuestions } from './doing';
import { refusalInWords } from './refusals';

type Value = string | number | string[];

/**
 * A questionnaire to be answered once. Says `engage-done` when it was, and
 * `engage-changed` when it can’t be.
 */
@customElement('engage-questions')
export class EngageQuestions extends LitElement {
  @property() questionnaire = '';
  @state() private asked: QuestionnaireAnswer | null = null;
  @state() private missing: ReadonlySet<string> = new Set();
  @state() private fault = '';
  @state() private waits = false;

  #key = newKey();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    await this.#read();
  }

  async #read(): Promise<void> {
    try {
      this.asked = await readQuestions(this.questionnaire);
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { asked } = this;
    if (this.waits || asked === null) return;
    const form = new FormData(event.target as HTMLFormElement);
    const answers = Object.fromEntries(
      asked.questions.map((one) => [one.id, read(form, one)]).filter(([, value]) => value !== null),
    ) as Record<string, Value>;
    this.missing = new Set(
      asked.questions.filter((one) => !one.optional && !(one.id in answers)).map(({ id }) => id),
    );
    const [first] = this.missing;
    if (first !== undefined) {
      this.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    this.waits = true;
    this.fault = '';
    try {
      await post(`/v1/questionnaires/${encodeURIComponent(asked.id)}`, { answers }, this.#key);
      this.dispatchEvent(new CustomEvent('engage-done'));
    } catch (fault) {
      this.fault = refusalInWords(fault);
      if (fault instanceof Refusal) {
        this.#key = newKey();
        this.dispatchEvent(new CustomEvent('engage-changed'));
        // It may have been answered elsewhere meanwhile.
        if (fault.code === 'conflict') await this.#read();
      }
    }
    this.waits = false;
  }

  protected override render(): TemplateResult {
    const { asked } = this;
    if (asked === null) return html`<p class="fault" role="alert">${this.fault}</p>`;
    if (asked.answered_at !== null)
      return html`<p class="note note-good">${t('You have answered. Thank you.')}</p>`;
    return html`
      <form class="questions" novalidate @submit=${this.#send}>
        <p><strong>${asked.title}</strong></p>
        <p class="soft">${t('Your answers are kept sealed. The reward does not depend on them.')}</p>
        ${asked.questions.map((question) => this.#question(question))}
        <p class="fault" role="alert">${this.fault}</p>
        <button class="button button-main button-wide" aria-disabled=${this.waits}>${t('Send my answers')}</button>
      </form>
    `;
  }

  #question(question: QuestionAnswer): TemplateResult {
    const { id, text, optional } = question;
    const by = `${id}-fault`;
    return html`
      <fieldset class="question" aria-describedby=${by}>
        <legend>${text}${optional ? html` <span class="soft">${t('(not required)')}</span>` : nothing}</legend>
        ${FIELDS[question.kind](question)}
        <p class="fault" id=${by}>${this.missing.has(id) ? t('Please answer this one.') : ''}</p>
      </fieldset>
    `;
  }
}

const FIELDS: Readonly<Record<QuestionAnswer['kind'], (question: QuestionAnswer) => unknown>> = {
  choice: ({ id, choices, several }) =>
    (choices ?? []).map(
      (choice) => html`<label class="tick">
        <input type=${several ? 'checkbox' : 'radio'} name=${id} value=${choice.id}><span>${choice.text}</span>
      </label>`,
    ),
  scale: ({ id, least, most }) =>
    html`<div class="scale">
      ${Array.from({ length: (most ?? 5) - (least ?? 1) + 1 }, (_, index) => (least ?? 1) + index).map(
        (n) => html`<label><input type="radio" name=${id} value=${n}><span>${n}</span></label>`,
      )}
    </div>`,
  text: ({ id, text, longest }) =>
    html`<textarea name=${id} rows="3" aria-label=${text} maxlength=${longest ?? 1000}></textarea>`,
};

/** What was answered; null for nothing. */
function read(form: FormData, { id, kind, several }: QuestionAnswer): Value | null {
  const given = form.getAll(id).map(String);
  if (kind === 'choice' && several) return given.length > 0 ? given : null;
  const [value = ''] = given;
  if (value.trim() === '') return null;
  return kind === 'scale' ? Number(value) : value;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-questions': EngageQuestions;
  }
}
