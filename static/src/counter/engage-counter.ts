import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { browser } from '../api/http';
import { Refusal } from '../api/refusal';
import type { UseAnswer } from '../api/shapes';
import { t } from '../words/words';
import { desk } from './desk';
import type { EngageUses } from './engage-uses';
import { CROSS } from './marks';
import { type Looked, Till } from './till';
import { type No, noInWords } from './words';

const SECOND_MS = 1000;

/**
 * A till: a code comes in by hand, by a keyboard scanner or by the camera; what it is stands there, and one button uses
 * it. A scanner types wherever the focus is, so whatever is typed outside of a field begins a new code.
 */
@customElement('engage-counter')
export class EngageCounter extends LitElement {
  @state() private till: Till | null = desk.key ? new Till(browser, desk.key) : null;
  @state() private looked: Looked | null = null;
  @state() private used: UseAnswer | null = null;
  @state() private no: No | null = null;
  @state() private waits = false;
  @state() private scans = false;
  #line: Promise<void> = Promise.resolve();
  @query('#code') private input!: HTMLInputElement | null;
  @query('engage-uses') private uses!: EngageUses | null;

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', (event) => this.#catch(event));
    setInterval(() => this.used && this.requestUpdate(), SECOND_MS);
  }

  /** The first character of a scanner finds the field that it is for. */
  #catch(event: KeyboardEvent): void {
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isSpaceOnButton = event.key === ' ' && event.target instanceof HTMLButtonElement;
    if (!isText || isSpaceOnButton || isField(event.target) || !this.input) return;
    this.input.value = '';
    this.input.focus();
  }

  // ---- what people do

  #opened(event: CustomEvent<Till>): void {
    this.no = null;
    this.till = event.detail;
    this.updateComplete.then(() => this.input?.focus());
  }

  #leave(): void {
    this.no = null;
    this.#lock();
  }

  #lock(): void {
    desk.close();
    this.till = this.looked = this.used = null;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const typed = this.input?.value ?? '';
    if (typed.trim()) this.#look(typed);
  }

  async #look(typed: string): Promise<void> {
    if (this.input) this.input.value = '';
    await this.#do(async (till) => {
      this.looked = this.used = null;
      this.looked = await till.look(typed);
    });
    await this.updateComplete;
    const use = this.querySelector<HTMLElement>('.use');
    if (!this.input?.value) (use ?? this.input)?.focus();
  }

  async #use(): Promise<void> {
    await this.#do(async (till) => {
      if (this.looked === null) return;
      this.used = await till.use(this.looked, desk.store);
      this.looked = null;
    });
    if (this.used) this.input?.focus();
    this.uses?.refresh();
  }

  async #undo(use: UseAnswer): Promise<void> {
    await this.#do(async (till) => {
      this.looked = null;
      this.used = await till.undo(use.use);
    });
    this.input?.focus();
    this.uses?.refresh();
  }

  /** One thing after the other: a code that is scanned while another is being used has its turn next. */
  #do(work: (till: Till) => Promise<void>): Promise<void> {
    this.#line = this.#line.then(() => this.#attempt(work));
    return this.#line;
  }

  async #attempt(work: (till: Till) => Promise<void>): Promise<void> {
    if (this.till === null) return;
    this.waits = true;
    this.no = null;
    try {
      await work(this.till);
    } catch (fault) {
      this.no = noInWords(fault);
      // What the counter shows of the voucher is not true any more.
      if (fault instanceof Refusal) this.looked = null;
      if (fault instanceof Refusal && fault.code === 'unauthenticated') this.#lock();
    } finally {
      this.waits = false;
    }
  }

  async #scan(): Promise<void> {
    await import('./engage-scan');
    this.scans = true;
  }

  #scanned(event: CustomEvent<string>): void {
    this.scans = false;
    if (event.detail) this.#look(event.detail);
  }

  // ---- what is shown

  protected override render(): TemplateResult {
    if (this.till === null)
      return html`
        ${this.no ? this.#refused(this.no) : nothing}
        <engage-till-key @engage-till=${this.#opened}></engage-till-key>
      `;
    return html`
      <div class="till">
        <div class="till-work">
          ${this.#coming()}
          <div class="verdict" aria-live="assertive">
            ${this.no ? this.#refused(this.no) : nothing}
            ${this.looked ? this.#voucher(this.looked) : nothing}
            ${this.used ? this.#usedUp(this.used, this.till) : nothing}
          </div>
        </div>
        <engage-uses .till=${this.till} @engage-undo=${this.#undoListed}></engage-uses>
      </div>
      <p class="till-foot">
        <span class="soft">${desk.store ? t('This is {store}.', { store: desk.store }) : t('This till has no name.')}</span>
        <button class="button button-quiet" type="button" @click=${this.#leave}>${t('Change or lock this till')}</button>
      </p>
    `;
  }

  #coming(): TemplateResult {
    return html`
      <form class="coming" @submit=${this.#submit}>
        <div class="field">
          <label for="code">${t('Code of the voucher')}</label>
          <input
            id="code"
            name="code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            enterkeyhint="search"
            maxlength="200"
            autofocus
          >
        </div>
        <button class="button button-main" aria-disabled=${this.waits}>${t('Look it up')}</button>
        ${
          'BarcodeDetector' in globalThis
            ? html`<button class="button" type="button" @click=${this.#scan}>${t('Scan with the camera')}</button>`
            : nothing
        }
      </form>
      ${this.scans ? html`<engage-scan @engage-scanned=${this.#scanned}></engage-scan>` : nothing}
      ${this.waits ? html`<p class="soft" role="status">${t('One moment…')}</p>` : nothing}
    `;
  }

  #refused({ title, what }: No): TemplateResult {
    return html`<div class="card said said-no">${CROSS}
      <h2>${title}</h2>
      <p>${what}</p>
    </div>`;
  }

  #voucher(looked: Looked): TemplateResult {
    return html`<engage-voucher
      .voucher=${looked.voucher}
      .waits=${this.waits}
      @engage-use=${this.#use}
    ></engage-voucher>`;
  }

  #usedUp(use: UseAnswer, till: Till): TemplateResult {
    return html`<engage-used .use=${use} .now=${till.now()} .waits=${this.waits} @engage-undo=${() => this.#undo(use)}></engage-used>`;
  }

  #undoListed(event: CustomEvent<UseAnswer>): void {
    this.#undo(event.detail);
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-counter': EngageCounter;
  }
}
