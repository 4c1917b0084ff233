import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TaskAnswer } from '../api/own-shapes';
import { followMember } from '../hub/follow';
import { signedOut } from '../hub/lists';
import { http, start } from '../hub/start';
import type { Item } from '../live/live';
import { t } from '../words/words';
import { post } from './doing';
import './engage-badges';
import './engage-collection';
import './engage-items';
import './engage-task';
import './engage-wallet';
import type { Doing } from './engage-task';
import { Home } from './home';
import { newsInWords } from './news';
import { refusalInWords } from './refusals';
import { inOrder } from './words';

const MINUTE_MS = 60_000;

type Sheet = 'buy' | 'answer' | 'calendar' | 'badge' | 'mine' | 'held';

/** A member's home: points and what they buy, tasks, badges, collections. It moves as things happen anywhere. */
@customElement('engage-home')
export class EngageHome extends LitElement {
  @state() private sheet: Sheet | null = null;
  @state() private subject = '';
  @state() private said = '';
  @state() private fault = '';
  @state() private busy = '';

  readonly #home = new Home(http);

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
    this.#home.refresh();
    followMember((items) => this.#hear(items));
    window.addEventListener('online', () => this.#home.refresh());
    setInterval(() => this.#home.refresh(['tasks', 'items']), MINUTE_MS);
  }

  /** Something happened, here or anywhere: the page moves, and what is good news is said. */
  async #hear(items: readonly Item[]): Promise<void> {
    const movesTurns = items.some(({ name }) => name.startsWith('play.') || name.startsWith('turns.'));
    if (movesTurns || items.length === 0) this.querySelector('engage-games')?.refresh();
    await this.#home.hear(items);
    const news = newsInWords(items, this.#home);
    if (news) this.said = news;
  }

  async #open(sheet: Sheet, subject = ''): Promise<void> {
    await Promise.all([import('../play/engage-sheet'), LAZY[sheet]()]);
    this.subject = subject;
    this.sheet = sheet;
  }

  #gone(): void {
    this.sheet = null;
  }

  /** Ask for one thing at a time; what is refused is said, and everything is looked at anew. */
  async #send(subject: string, path: string): Promise<void> {
    if (this.busy) return;
    this.busy = subject;
    this.fault = '';
    try {
      await post(path);
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
    this.busy = '';
    await this.#home.refresh();
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
      <p class="unseen" role="status">${this.said}</p>
      <p class="fault" role="alert">${this.fault}</p>
      <engage-wallet .me=${me} .items=${this.#home.list('items')}></engage-wallet>
      ${this.#held()}
      <engage-games></engage-games>
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

  #nothing(): TemplateResult {
    return html`<div class="empty">
      <p>${t('This could not be loaded.')}</p>
      <button class="button button-main" type="button" @click=${() => this.#home.refresh()}>${t('Try again')}</button>
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
              .busy=${this.busy === task.id}
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
          .busy=${this.busy === each.id}
          @engage-claim=${() => this.#send(each.id, `/v1/collections/${encodeURIComponent(each.id)}/claims`)}
        ></engage-collection>`,
      )}
    </section>`;
  }

  #sheet(sheet: Sheet): TemplateResult {
    const close = () => {
      const opened = this.querySelector('engage-sheet');
      if (opened) opened.open = false;
      this.#home.refresh();
    };
    const [heading, body] = SHEETS[sheet](this.#home, this.subject, close);
    return html`<engage-sheet
      .heading=${heading}
      .body=${body}
      .open=${true}
      @engage-sheet-closed=${this.#gone}
    ></engage-sheet>`;
  }
}

const LAZY: Readonly<Record<Sheet, () => Promise<unknown>>> = {
  buy: () => import('./engage-buy'),
  held: () => import('./engage-held'),
  answer: () => import('./engage-questions'),
  calendar: () => import('./engage-calendar'),
  badge: () => import('./engage-badge'),
  mine: () => import('./engage-mine'),
};

/** The way to the rules of each campaign, by its title where there are several. */
function rules(): TemplateResult[] {
  const all = start.rules ?? [];
  return all.map(
    ({ title, address }) =>
      html`<a class="button" href=${address}>${all.length > 1 ? t('Rules: {campaign}', { campaign: title }) : t('Rules')}</a>`,
  );
}

/** The points that can be used. */
function free(home: Home): number {
  const { points = 0, held = 0 } = home.get('me')?.balances ?? {};
  return points - held;
}

type Show = (home: Home, subject: string, close: () => void) => readonly [string, TemplateResult | null];

const SHEETS: Readonly<Record<Sheet, Show>> = {
  buy: (home, subject, close) => {
    const item = home.list('items').find((one) => one.item === subject);
    if (!item) return ['', null];
    return [
      item.name,
      html`<engage-buy .item=${item} .points=${free(home)} @engage-done=${close}></engage-buy>`,
    ];
  },
  held: (home, subject, close) => {
    const one = home.list('redemptions').find(({ redemption }) => redemption === subject);
    if (!one) return ['', null];
    return [one.name, html`<engage-held .redemption=${one} @engage-done=${close}></engage-held>`];
  },
  answer: (_home, subject, close) => [
    t('Questionnaire'),
    html`<engage-questions .questionnaire=${subject} @engage-done=${close}></engage-questions>`,
  ],
  calendar: (home, subject) => {
    const task = home.list('tasks').find(({ id }) => id === subject);
    if (!task?.streak) return ['', null];
    return [task.title, html`<engage-calendar .streak=${task.streak}></engage-calendar>`];
  },
  badge: (home, subject, close) => {
    const badge = home.list('badges').find(({ id }) => id === subject);
    if (!badge) return ['', null];
    return [badge.name, html`<engage-badge .badge=${badge} @engage-changed=${close}></engage-badge>`];
  },
  mine: (home, _subject, close) => {
    const me = home.get('me');
    if (!me) return ['', null];
    return [t('Settings and my data'), html`<engage-mine .me=${me} @engage-changed=${close}></engage-mine>`];
  },
};

declare global {
  interface HTMLElementTagNameMap {
    'engage-home': EngageHome;
  }
}
