// The page `/verify`: takes an export, checks it on this device, and never asks the network for it.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { t } from '../words/words';
import type { EngageReport } from './engage-report';
import type { Helper } from './helper';
import { layout, sealedPaper } from './layout';
import { look } from './look';
import { readFingerprint, Unreadable } from './reading';
import type { Report } from './report';

/** A text that is too long to be shown in a field. */
const LONG = 100_000;

/** Where a file comes from, and what to call it. */
interface Source {
  name: string;
  take: () => Promise<Blob>;
}

/** What a check was done with, and what it came to. */
interface Done {
  name: string;
  document: unknown;
  report: Report;
  hasBundle: boolean;
}

const DRAGS = ['dragover', 'dragleave', 'drop'] as const;

/**
 * `keys` is the key set of this site, as of when the page was loaded; `signedIn` whether it knows a member; `worker` the
 * address of the script that checks elsewhere, so that the page goes on. Until that is there the page checks by itself.
 */
@customElement('engage-verify')
export class EngageVerify extends LitElement {
  @property({ attribute: false }) keys: unknown = null;
  @property({ type: Boolean }) signedIn = false;
  @property({ attribute: false }) worker = '';
  @state() private done: Done | null = null;
  @state() private trouble: Unreadable | null = null;
  @state() private progress: { done: number; of: number } | null = null;
  @state() private bundle: File | null = null;
  @state() private isOver = false;
  @state() private own: readonly string[] | null = null;
  @query('engage-report') private readonly shown?: EngageReport;
  @query('#text') private readonly text?: HTMLTextAreaElement;
  @query('#key') private readonly key?: HTMLInputElement;
  private source: Source | null = null;
  private stop: AbortController | null = null;
  private helper: Helper | null = null;

  /** All that checks: it comes with the page but after its first sight, so that a tap is possible at once. */
  readonly engine = import('./engine');

  static override styles = [look, layout];

  override connectedCallback(): void {
    super.connectedCallback();
    // Everything comes now: once the page is loaded, a check needs no network.
    this.engine.then(({ loadLibrary }) => loadLibrary()).catch(() => {});
    for (const name of DRAGS) window.addEventListener(name, this.drag);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.abort();
    for (const name of DRAGS) window.removeEventListener(name, this.drag);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('keys') && this.keys !== null) this.readOwnKeys().catch(() => {});
    if (changed.has('worker') && this.worker) this.findHelp().catch(() => {});
  }

  private async findHelp(): Promise<void> {
    const { openHelper } = await this.engine;
    this.helper = await openHelper(this.worker);
  }

  private async readOwnKeys(): Promise<void> {
    const { readKeys } = await this.engine;
    this.own = (await readKeys(this.keys)).map((key) => key.fingerprint);
  }

  /** Check a text as if somebody had pasted it. Null if it can't be read; why is then told on the page. */
  checkText(text: string): Promise<Report | null> {
    return this.check({ name: t('The pasted text'), take: async () => new Blob([text]) });
  }

  /** Check a file as if somebody had chosen it. */
  checkFile(file: File): Promise<Report | null> {
    return this.check({ name: file.name, take: async () => file });
  }

  protected override render() {
    return html`
      ${this.done ? this.renderDone(this.done) : nothing} ${this.renderTrouble()}
      <div role="status">${this.renderProgress()}</div>
      ${this.done || this.progress ? nothing : this.renderTake()} ${this.renderMore()}
    `;
  }

  private renderTake(): TemplateResult {
    return html`
      <section class="take ${this.isOver ? 'over' : ''}" aria-label=${t('Your results')}>
        ${sealedPaper}
        ${
          this.signedIn
            ? html`<button class="first" type="button" @click=${this.takeOwn}>${t('Check all my results')}</button>`
            : nothing
        }
        <button class=${this.signedIn ? '' : 'first'} type="button" @click=${this.pick}>
          ${t('Choose the file of your results')}
        </button>
        <input class="file" type="file" hidden accept=".json,application/json" @change=${this.choose} />
        <p class="soft">${t('or drop it anywhere on this page')}</p>
        <p class="soft">${t('Your file is under “My plays”:')} <a href="/history">${t('Download all my results')}</a></p>
        <details>
          <summary>${t('Paste its text')}</summary>
          <form class="fields" @submit=${this.submitText}>
            <div class="field">
              <label for="text">${t('The whole text of the file')}</label>
              <textarea id="text" spellcheck="false" autocomplete="off" @paste=${this.paste}></textarea>
            </div>
            <button type="submit">${t('Check')}</button>
          </form>
        </details>
      </section>
    `;
  }

  private renderMore(): TemplateResult {
    return html`
      <details class="more">
        <summary>${t('Check it against the organiser’s key, or the campaign’s bundle')}</summary>
        <form class="fields" @submit=${this.again}>
          <div class="field">
            <label for="key">${t('The fingerprint of the organiser’s key')}</label>
            <input id="key" autocomplete="off" spellcheck="false" aria-describedby="key-hint" />
            <p id="key-hint" class="soft">
              ${t('64 digits that you know from elsewhere, such as a poster or a newspaper. Then no other key counts.')}
            </p>
          </div>
          <div class="field">
            <p class="label">${t('The campaign’s bundle')}</p>
            <p class="soft">
              ${t('It is published when the campaign is over and holds the results of everybody. Yours must be in it.')}
            </p>
            <div class="row">
              <button type="button" @click=${this.pick}>${t('Choose the bundle')}</button>
              <input class="bundle" type="file" hidden accept=".json,application/json" @change=${this.chooseBundle} />
              <span>${this.bundle?.name ?? nothing}</span>
            </div>
          </div>
          ${this.done ? html`<button class="first" type="submit">${t('Check again with these')}</button>` : nothing}
        </form>
      </details>
    `;
  }

  private renderProgress(): TemplateResult | typeof nothing {
    if (!this.progress) return nothing;
    const { done, of } = this.progress;
    return html`
      <div class="busy">
        <p>${t('Checking on this device …')}</p>
        <progress max=${of || 1} value=${done} aria-label=${t('How much has been checked')}></progress>
        <button type="button" @click=${this.abort}>${t('Stop')}</button>
      </div>
    `;
  }

  private renderTrouble(): TemplateResult | typeof nothing {
    if (!this.trouble) return nothing;
    return html`
      <div class="trouble bad" role="alert">
        <p><strong>${this.trouble.message}</strong></p>
        <p>${this.trouble.advice}</p>
      </div>
    `;
  }

  private renderDone({ name, report, document, hasBundle }: Done): TemplateResult {
    return html`
      <engage-report .report=${report} .document=${document} .own=${this.own} ?hasBundle=${hasBundle}>
      </engage-report>
      <div class="row">
        <button type="button" @click=${this.clear}>${t('Check something else')}</button>
        <span class="soft">${name}</span>
      </div>
    `;
  }

  private readonly drag = (event: DragEvent): void => {
    event.preventDefault();
    this.isOver = event.type === 'dragover';
    const file = event.type === 'drop' ? event.dataTransfer?.files[0] : undefined;
    if (file) void this.checkFile(file);
  };

  /** The browser's own field speaks the browser's language, not the page's, so a button of ours opens it. */
  private pick(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    button.parentElement?.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  private choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    if (file) void this.checkFile(file);
  }

  private chooseBundle(event: Event): void {
    this.bundle = (event.target as HTMLInputElement).files?.[0] ?? null;
  }

  private takeOwn(): void {
    void this.check({ name: t('All my results'), take: takeOwn });
  }

  /** A whole export makes a field slow, and nobody reads it there. */
  private paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text') ?? '';
    if (text.length < LONG) return;
    event.preventDefault();
    void this.checkText(text);
  }

  private submitText(event: Event): void {
    event.preventDefault();
    void this.checkText(this.text?.value ?? '');
  }

  private again(event: Event): void {
    event.preventDefault();
    if (this.source) void this.check(this.source);
  }

  private abort(): void {
    this.stop?.abort();
    this.stop = this.progress = null;
  }

  private clear(): void {
    this.done = this.trouble = this.source = null;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.take .first')?.focus());
  }

  private async check(source: Source): Promise<Report | null> {
    this.abort();
    const stop = new AbortController();
    this.stop = stop;
    this.source = source;
    this.trouble = this.done = null;
    this.progress = { done: 0, of: 0 };
    try {
      this.done = await this.run(source, stop.signal);
    } catch (fault) {
      if (!stop.signal.aborted) this.trouble = troubleOf(fault);
    }
    if (this.stop !== stop) return null;
    this.progress = null;
    await this.updateComplete;
    await this.shown?.updateComplete;
    this.shown?.focusSentence();
    return this.done?.report ?? null;
  }

  private async loaded(): Promise<Awaited<typeof this.engine>> {
    try {
      return await this.engine;
    } catch {
      throw new Unreadable(
        t('This page was not loaded whole.'),
        t('Open it again when there is a connection.'),
      );
    }
  }

  private async run({ name, take }: Source, stop: AbortSignal): Promise<Done> {
    const key = readFingerprint(this.key?.value ?? '');
    const { bundle } = this;
    const job = { file: await take(), bundle, key };
    const { check } = await this.loaded();
    const tell = (done: number, of: number) => {
      if (!stop.aborted) this.progress = { done, of };
    };
    const found = await (this.helper ? this.helper.check(job, tell, stop) : check(job, tell, stop));
    return { name, ...found, hasBundle: bundle !== null };
  }
}

/** The member's own export, which the server gives to them alone. */
async function takeOwn(): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch('/v1/receipts', { credentials: 'same-origin', cache: 'no-store' });
  } catch {
    throw new Unreadable(
      t('There is no connection now.'),
      t('Try again later, or choose a file that you have.'),
    );
  }
  if (answer.ok) return answer.blob();
  if (answer.status === 401) {
    throw new Unreadable(
      t('You are no longer signed in here.'),
      t('Open a game of the organiser first, then this page.'),
    );
  }
  throw new Unreadable(
    t('The server does not answer now.'),
    t('Try again later, or choose a file that you have.'),
  );
}

/** What went wrong, to people. Anything but what can't be read is a fault of this browser. */
function troubleOf(fault: unknown): Unreadable {
  if (fault instanceof Unreadable) return fault;
  if (!globalThis.crypto?.subtle) {
    return new Unreadable(
      t('This browser can’t check results here.'),
      t('Open this page over https, in a browser of the last four years.'),
    );
  }
  return new Unreadable(
    t('The check broke off on this device.'),
    t('Try it again, or check the file with the command: engage verify FILE'),
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-verify': EngageVerify;
  }
}
