import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TaskAnswer } from '../api/own-shapes';
import { followMember } from '../hub/follow';
import { readGames } from '../hub/games';
import { signedOut } from '../hub/lists';
import { http, now, start } from '../hub/start';
import type { Item } from '../live/live';
import { t } from '../words/words';
import { post } from './doing';
import './engage-badges';
import './engage-collection';
import './engage-items';
import './engage-task';
import './engage-wallet';
import type { Doing } from './engage-task';
import './engage-news';
import { ALL, Home, type Part } from './home';
import { newsInWords } from './news';
import { keepPlace } from './place';
import { refusalInWords } from './refusals';
import { LAZY, loadAll, SHEETS, type Sheet } from './sheets';
import { keepUp } from './upkeep';
import { inOrder } from './words';

/** Who was away for longer looks at everything anew. */
const NAP_MS = 5_000;
const BROWSER = {
  now,
  later: (ms: number, work: () => void) => void setTimeout(work, ms),
  spread: () => Math.random(),
  isVisible: () => !document.hidden,
};

/** A member's home: points and what they buy, tasks, badges, collections. It moves as things happen anywhere. */
@customElement('engage-home')
export class EngageHome extends LitElement {
  @state() private sheet: Sheet | null = null;
  @state() private subject = '';
  @state() private said = '';
  @state() private fault = '';
  @state() private busy: ReadonlySet<string> = new Set();
  @state() private isOffline = !navigator.onLine;
  @state() private hasGames = true;

  readonly #home = new Home(http);
  #lookedAt = now();

  constructor() {
    super();
    this.#home.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    keepPlace(this);
    this.#begin();
    followMember((items) => this.#hear(items));
    window.addEventListener('offline', () => this.#turn(false));
    window.addEventListener('online', () => this.#turn(true));
    window.addEventListener('storage', () => this.#look());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && now() - this.#lookedAt > NAP_MS) this.#look();
    });
  }

  async #begin(): Promise<void> {
    await this.#look();
    keepUp(this.#home, BROWSER, (parts) => this.#look(parts));
    await this.#goToPart();
    await loadAll();
  }

  /** The part that the address names is there only now. */
  async #goToPart(): Promise<void> {
    await this.updateComplete;
    await new Promise(requestAnimationFrame);
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  /** Look at everything anew. */
  async #look(parts: readonly Part[] = ALL): Promise<void> {
    this.#lookedAt = now();
    await Promise.all([this.#home.refresh(parts), this.#lookAtGames()]);
  }

  async #lookAtGames(): Promise<void> {
    await this.querySelector('engage-games')?.refresh();
    this.hasGames = (await readGames()).length > 0;
  }

  /** Something happened, here or anywhere: the page moves, and what is good news is said. */
  async #hear(items: readonly Item[]): Promise<void> {
    const movesTurns = items.some(({ name }) => name.startsWith('play.') || name.startsWith('turns.'));
    if (movesTurns || items.length === 0) this.#lookAtGames();
    await this.#home.hear(items);
    const news = newsInWords(items, this.#home);
    if (news) this.said = news;
  }

  /** The network went or came. */
  #turn(isThere: boolean): void {
    this.isOffline = !isThere;
    if (isThere) this.#look();
  }

  /** A browser asks for a script that did not come only once a page: with a network, the page is loaded anew. */
  async #open(sheet: Sheet, subject = ''): Promise<void> {
    this.fault = '';
    try {
      await Promise.all([import('../play/engage-sheet'), LAZY[sheet]()]);
    } catch {
      if (navigator.onLine) location.reload();
      else this.fault = t('No connection. Nothing is lost; please try again.');
      return;
    }
    this.subject = subject;
    this.sheet = sheet;
  }

  #heard(): void {
    this.said = '';
    this.fault = '';
  }

  #gone(): void {
    this.sheet = null;
  }

  /** Ask for a thing, once at a time; what is refused is said, and everything is looked at anew. */
  async #send(subject: string, path: string): Promise<void> {
    if (this.busy.has(subject)) return;
    this.busy = new Set([...this.busy, subject]);
    this.fault = '';
    try {
      await post(path);
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
    this.busy = new Set([...this.busy].filter((one) => one !== subject));
    await this.#look();
  }

  #do(task: TaskAnswer, doing: Doing): void {
    const path = `/v1/tasks/${encodeURIComponent(task.id)}`;
    const ways: Readonly<Record<Doing, () => unknown>> = {
      'check-in': () => this.#send(task.id, '/v1/check-ins'),
      join: () => this.#send(task.id, `${path}/opt-ins`),
      claim: () => this.#send(task.id, `${path}/claims`),
      restore: () => this.#send(task.id, `${path}/restorations`),
      answer: () => this.#open('answer', task.questionnaire ?? ''),
      calendar: () => this.#open('calendar', task.id),
    };
    ways[doing]();
  }

  protected override render(): TemplateResult {
    const me = this.#home.get('me');
    if (this.#home.reach === 'signed-out') return signedOut();
    if (this.#home.reach === 'nothing') return this.#nothing();
    if (me === null)
      return html`<div class="soon" aria-hidden="true">${[1, 2, 3, 4].map(() => html`<span></span>`)}</div>`;
    const { points, held } = me.balances;
    return html`
      <engage-news .said=${this.said} .fault=${this.fault} @engage-heard=${this.#heard}></engage-news>
      ${this.isOffline ? html`<p class="note note-warn">${t('No connection. What you see may have changed meanwhile.')}</p>` : nothing}
      <engage-wallet .me=${me} .items=${this.#home.list('items')}></engage-wallet>
      ${this.#held()}
      <engage-games></engage-games>
      ${this.#isEmpty() ? emptiness() : nothing}
      ${this.#tasks()} ${this.#collections()}
      <engage-badges
        .badges=${this.#home.list('badges')}
        @engage-badge=${(event: CustomEvent<string>) => this.#open('badge', event.detail)}
      ></engage-badges>
      <engage-items
        .items=${this.#home.list('items')}
        .points=${points - held}
        @engage-buy=${(event: CustomEvent<string>) => this.#open('buy', event.detail)}
      ></engage-items>
      <nav class="more" aria-label=${t('More')}>
        <a class="button" href="/activity">${t('What counted, and why not')}</a>
        ${rules()}
        <button class="button" type="button" @click=${() => this.#open('mine')}>${t('Settings and my data')}</button>
      </nav>
      ${this.sheet ? this.#sheet(this.sheet) : nothing}
    `;
  }

  /** Nothing is on: no game, no task, nothing to collect or to buy. */
  #isEmpty(): boolean {
    const lists = ['tasks', 'collections', 'badges', 'items'] as const;
    return !this.hasGames && lists.every((part) => this.#home.get(part)?.items.length === 0);
  }

  #nothing(): TemplateResult {
    return html`<div class="empty">
      <p>${t('This could not be loaded.')}</p>
      <button class="button button-main" type="button" @click=${() => this.#look()}>${t('Try again')}</button>
    </div>`;
  }

  /** What was bought and can still be given back. */
  #held(): TemplateResult | typeof nothing {
    const held = this.#home.list('redemptions').filter(({ state: each }) => each === 'held');
    if (held.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="held-heading">
      <h2 id="held-heading">${t('Just bought')}</h2>
      <ul class="held">
        ${held.map(
          (one) => html`<li>
            <span>${one.name}${one.quantity > 1 ? ` × ${one.quantity}` : ''}</span>
            <button class="button" type="button" @click=${() => this.#open('held', one.redemption)}>${t('Use it or give it back')}</button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #tasks(): TemplateResult | typeof nothing {
    const tasks = inOrder(this.#home.list('tasks'));
    if (tasks.length === 0) return nothing;
    return html`<section aria-labelledby="tasks-heading">
      <h2 id="tasks-heading">${t('To do')}</h2>
      <ul class="tasks">
        ${repeat(
          tasks,
          ({ id }) => id,
          (task) => html`<li>
            <engage-task
              .task=${task}
              .badge=${this.#home.list('badges').find(({ id }) => id === task.reward.badge)?.name ?? ''}
              .busy=${this.busy.has(task.id)}
              .zone=${this.#home.get('me')?.time_zone}
              @engage-do=${(event: CustomEvent<Doing>) => this.#do(task, event.detail)}
            ></engage-task>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #collections(): TemplateResult | typeof nothing {
    const collections = this.#home.list('collections');
    if (collections.length === 0) return nothing;
    return html`<section aria-labelledby="collections-heading">
      <h2 id="collections-heading">${t('Collections')}</h2>
      ${repeat(
        collections,
        ({ id }) => id,
        (each) => html`<engage-collection
          .collection=${each}
          .busy=${this.busy.has(each.id)}
          @engage-claim=${() => this.#send(each.id, `/v1/collections/${encodeURIComponent(each.id)}/claims`)}
        ></engage-collection>`,
      )}
    </section>`;
  }

  #sheet(sheet: Sheet): TemplateResult {
    const look = () => this.#look();
    const close = () => {
      const opened = this.querySelector('engage-sheet');
      if (opened) opened.open = false;
      look();
    };
    const [heading, body] = SHEETS[sheet](this.#home, this.subject, { close, look });
    return html`<engage-sheet
      .heading=${heading}
      .body=${body}
      .open=${true}
      @engage-sheet-closed=${this.#gone}
    ></engage-sheet>`;
  }
}

/** What one is told where nothing is on. */
function emptiness(): TemplateResult {
  return html`<div class="empty">
    <h2>${t('Nothing is on just now')}</h2>
    <p>${t('When a game or a task begins, it comes up here by itself. What you have stays yours until its day.')}</p>
    <a class="button" href="/prizes">${t('To my prizes')}</a>
  </div>`;
}

/** The way to the rules of each campaign, by its title where there are several. */
function rules(): TemplateResult[] {
  const all = start.rules ?? [];
  return all.map(
    ({ title, address }) =>
      html`<a class="button" href=${address}>${all.length > 1 ? t('Rules: {campaign}', { campaign: title }) : t('Rules')}</a>`,
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-home': EngageHome;
  }
}
