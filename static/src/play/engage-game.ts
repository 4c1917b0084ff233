import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { GameAnswer, ProfileChanges } from '../api/shapes';
import type { EngageResult } from '../faces/engage-result';
import type { EngageScratch } from '../faces/engage-scratch';
import type { EngageWheel } from '../faces/engage-wheel';
import type { Face } from '../faces/face';
import { motion } from '../faces/motion';
import type { Winner } from '../live/live';
import { t } from '../words/words';
import type { afterwards as Afterwards } from './afterwards';
import { serverClock } from './engage-countdown';
import { faceOf, facesOf } from './faces';
import { isUnderWay, type Outcome } from './machine';
import { type Opened, openPlay, type Start } from './open';
import * as parts from './parts';
import { share } from './sending';
import type { Stage } from './session';
import { noticeOf, passedInWords, resultInWords, type Scene } from './texts';

type Sheet = 'odds' | 'settings' | 'consent' | 'share';

/** One member's game: the wheel or the card, what can be done now, and everything that is one tap away. */
@customElement('engage-game')
export class EngageGame extends LitElement implements Stage {
  @state() private sheet: Sheet | null = null;
  /** Why another prize came than the slot's first one, in a line. */
  @state() private passed: string | null = null;
  @state() private wasNotKept = false;
  @state() private won: Face | null = null;
  /** What the result's sheet holds; it comes with the sheet. */
  @state() private afterwards: typeof Afterwards | null = null;
  /** Who has won something just now, masked. */
  @state() private winner: Winner | null = null;
  /** Whether the odds have room beside the game. */
  @state() private isWide = false;
  @query('engage-wheel') private wheel!: EngageWheel | null;
  @query('engage-scratch') private scratch!: EngageScratch | null;
  @query('engage-result') private result!: EngageResult | null;

  readonly #start = readStart();
  readonly #opened: Opened = openPlay(this.#start, this);
  /** The game as it was when the play began: news waits until its result was seen. */
  #shown: GameAnswer = this.#start.game;
  #faces: readonly Face[] = facesOf(this.#shown);
  /** Whether the page rubs the card itself, since the button was tapped. */
  #revealing = false;
  #tapped = 0;

  constructor() {
    super();
    serverClock.set(this.#start.now);
    const { colours } = this.#start.game.look;
    if (colours) import('../faces/brand').then(({ paintBrand }) => paintBrand(colours));
    this.#opened.session.addEventListener('change', () => this.#changed());
    this.#opened.session.addEventListener('stranger', () => location.reload(), { once: true });
    motion.addEventListener('change', () => this.requestUpdate());
  }

  /** The light DOM, in place of what the server sent to be looked at until now. */
  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { session } = this.#opened;
    window.addEventListener('online', () => session.online());
    window.addEventListener('offline', () => session.offline());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && !isUnderWay(session.state)) session.refresh();
    });
  }

  // ---- the stage

  begin(): void {
    this.passed = null;
    this.#opened.settings.unmute();
    this.wheel?.spin();
    if (this.#revealing) this.scratch?.reveal();
    arrived(import('../faces/engage-result'), import('./afterwards'));
  }

  stop(): void {
    this.wheel?.ease();
    this.scratch?.cover();
  }

  async land({ receipt, show }: Outcome, view: GameAnswer): Promise<void> {
    this.passed = passedInWords(view, receipt.passed);
    const face = faceOf(view, show.slot, receipt.prize);
    if (this.wheel) await this.#landWheel(this.wheel, face, show.angle_ppm);
    if (this.scratch) await landCard(this.scratch, face);
    this.won = face;
    const isHere = await arrived(import('../faces/engage-result'), this.#comeAfterwards());
    await this.updateComplete;
    // Without its sheet, which a network that broke off kept back, the status still says what was won.
    if (isHere) this.result?.show();
    else setTimeout(() => this.#close());
  }

  /** Stops on the slot's slice. If another prize is what it pays by now, the slice shows that before. */
  async #landWheel(wheel: EngageWheel, face: Face, anglePpm: number): Promise<void> {
    const shown = wheel.faces.find((one) => one.slot === face.slot);
    if (shown?.prize !== face.prize) wheel.changeFace(face.slot, face);
    this.#faces = wheel.faces;
    await wheel.land(face.slot, anglePpm);
  }

  // ---- what people do

  /** The one big button. A second tap of a double tap hurries nobody. */
  #tap(): void {
    const { session } = this.#opened;
    const { name } = session.state;
    if (name === 'signed_out') location.reload();
    else if (name === 'rules' || name === 'age_question') this.#open('consent');
    else if (!isUnderWay(session.state)) this.#play(true);
    else if (performance.now() - this.#tapped > DOUBLE_TAP_MS) this.#hurry();
  }

  /** The wheel itself, or the first touch of the card, which is then rubbed by hand. */
  #touch(): void {
    const { session } = this.#opened;
    if (isUnderWay(session.state)) return;
    if (noticeOf(session.state, this.#scene).button && session.view.mechanic === 'wheel') this.#tap();
    else this.#play(false);
  }

  #play(revealing: boolean): void {
    this.#tapped = performance.now();
    this.#revealing = revealing;
    this.#opened.session.tap();
  }

  #hurry(): void {
    this.wheel?.skip();
    this.scratch?.reveal();
  }

  async #close(): Promise<void> {
    await this.#opened.session.close();
    this.won = null;
    this.passed = null;
    if (this.#opened.session.state.name === 'ready') this.scratch?.cover();
  }

  async #open(sheet: Sheet): Promise<void> {
    this.wasNotKept = false;
    if (await arrived(import('./engage-sheet'), LAZY[sheet]())) this.sheet = sheet;
    else this.#opened.session.offline();
  }

  /** Shows the odds beside the game where there is room; they come after the first paint. */
  #widen(): void {
    const wide = matchMedia(WIDE);
    const follow = async () => {
      this.isWide = wide.matches && (await arrived(LAZY.odds()));
    };
    wide.addEventListener('change', follow);
    follow();
  }

  /** Lets what happens elsewhere reach this page. Without a network it is asked when there is one again. */
  async #follow(): Promise<void> {
    const { http, session } = this.#opened;
    const loaded = await import('./follow').catch(() => null);
    if (loaded === null) return session.offline();
    loaded.followLive(session, http, (winner) => {
      this.winner = winner;
    });
  }

  async #accept(event: CustomEvent<{ adult: boolean }>): Promise<void> {
    await this.#opened.session.accept(event.detail.adult);
    this.sheet = null;
    await this.updateComplete;
    this.querySelector<HTMLElement>('.button-play')?.focus();
  }

  async #keep({ detail }: CustomEvent<ProfileChanges>): Promise<void> {
    const { api, session } = this.#opened;
    try {
      session.profile = await api.changeProfile(detail);
      this.wasNotKept = false;
    } catch {
      this.wasNotKept = true;
      return;
    }
    if (detail.locale) location.replace(`?${new URLSearchParams({ language: detail.locale })}`);
    else await session.refresh();
  }

  /** By the device's own way; where it has none, with the long picture and the address. */
  async #share(view: GameAnswer): Promise<void> {
    if (!(await share(view.title))) this.#open('share');
  }

  #changed(): void {
    const { session } = this.#opened;
    if (!isUnderWay(session.state) && this.#shown !== session.view) {
      this.#shown = session.view;
      this.#faces = facesOf(session.view);
    }
    this.requestUpdate();
  }

  // ---- what people see

  protected override async firstUpdated(): Promise<void> {
    const { session } = this.#opened;
    await session.begin();
    await painted();
    this.#widen();
    await session.prepare();
    this.#follow();
    await arrived(
      import('./engage-sheet'),
      import('../faces/engage-result'),
      import('./afterwards'),
      ...Object.values(LAZY).map((load) => load()),
    );
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const { profile } = this.#opened.session;
    document.documentElement.toggleAttribute('data-large', profile.large_text);
    document.documentElement.classList.toggle('calm', motion.calm);
  }

  get #scene(): Scene {
    return { view: this.#shown, profile: this.#opened.session.profile };
  }

  protected override render(): TemplateResult {
    const { session } = this.#opened;
    const { view, profile } = this.#scene;
    const said = noticeOf(session.state, this.#scene);
    const notice = this.won && isUnderWay(session.state) ? { ...said, title: resultInWords(this.won) } : said;
    return html`
      <main class="stage">
        ${parts.head(this.#start.organiser, profile, () => this.#open('settings'))} ${parts.title(view)}
        <div class="stage-play">${this.#face(view)}</div>
        <div class="stage-action">
          ${this.#failed()}
          ${parts.notice(view, notice, this.passed, () => session.refresh())}
          ${parts.button(session.state, notice, () => this.#tap())} ${parts.expiring(session.state, view)}
          ${parts.held(profile)} ${parts.guarantee(view)}
          ${parts.links(view, this.isWide ? null : () => this.#open('odds'), () => this.#share(view))} ${parts.player(view, profile)} ${parts.winner(view, this.winner)}
        </div>
        <aside class="stage-odds" aria-label=${HEADINGS.odds()}>
          ${this.isWide ? html`<engage-odds .view=${view}></engage-odds>` : nothing}
        </aside>
      </main>
      ${this.#result()} ${this.sheet === null ? nothing : this.#sheet(this.sheet, view)}
    `;
  }

  #face(view: GameAnswer): TemplateResult {
    return view.mechanic === 'wheel'
      ? html`<engage-wheel
          .faces=${this.#faces}
          ?calm=${motion.calm}
          @engage-wheel-tap=${this.#touch}
        ></engage-wheel>`
      : html`<engage-scratch
          ?calm=${motion.calm}
          ?inert=${!this.won && !isUnderWay(this.#opened.session.state) && !this.#canPlay}
          @engage-scratch-start=${this.#touch}
        ></engage-scratch>`;
  }

  get #canPlay(): boolean {
    return ['ready', 'unseen', 'unanswered', 'elsewhere'].includes(this.#opened.session.state.name);
  }

  #result(): TemplateResult {
    return html`<engage-result
      .prize=${this.won}
      passed=${this.passed ?? ''}
      ?calm=${motion.calm}
      @engage-result-closed=${this.#close}
    >
      ${this.won ? this.afterwards?.(this.#shown, this.won, this.#check(), () => this.result?.close()) : nothing}
    </engage-result>`;
  }

  async #comeAfterwards(): Promise<void> {
    this.afterwards = (await import('./afterwards')).afterwards;
  }

  #failed(): TemplateResult | typeof nothing {
    const { failed } = this.#opened.session;
    if (failed.length === 0) return nothing;
    arrived(import('./engage-failed'));
    return html`<engage-failed .failed=${failed}></engage-failed>`;
  }

  #check(): TemplateResult | typeof nothing {
    const { session } = this.#opened;
    if (!('outcome' in session.state)) return nothing;
    return html`<engage-result-check .session=${session} .receipt=${session.state.outcome.receipt}></engage-result-check>`;
  }

  #sheet(sheet: Sheet, view: GameAnswer): TemplateResult {
    const closed = () => {
      this.sheet = null;
    };
    return html`<engage-sheet
      open
      heading=${HEADINGS[sheet]()}
      .body=${this.#body(sheet, view)}
      @engage-sheet-closed=${closed}
    ></engage-sheet>`;
  }

  /** What a sheet holds. The sheet renders it, so a listener has to say itself whose it is. */
  #body(sheet: Sheet, view: GameAnswer): TemplateResult {
    const { session, settings } = this.#opened;
    if (sheet === 'odds') return html`<engage-odds .view=${view}></engage-odds>`;
    if (sheet === 'settings') {
      return html`<engage-settings
        .settings=${settings}
        .profile=${session.profile}
        ?failed=${this.wasNotKept}
        @engage-profile=${(event: CustomEvent<ProfileChanges>) => this.#keep(event)}
      ></engage-settings>`;
    }
    if (sheet === 'share') return html`<engage-share .view=${view}></engage-share>`;
    const age = session.state.name === 'age_question' ? (view.refusal?.minimum_age ?? 0) : 0;
    return html`<engage-consent
      age=${age}
      ?rules=${!view.accepted}
      href="/g/${view.id}/rules"
      @engage-accepted=${(event: CustomEvent<{ adult: boolean }>) => this.#accept(event)}
    ></engage-consent>`;
  }
}

const DOUBLE_TAP_MS = 700;
/** The card lies open for a moment before the sheet covers it. */
const LOOK_MS = 900;
const WIDE = '(min-width: 64rem)';

/** Puts the prize under the foil; it is seen once the foil is off. */
async function landCard(card: EngageScratch, face: Face): Promise<void> {
  const seen = new Promise((resolve) => card.addEventListener('engage-revealed', resolve, { once: true }));
  card.face = face;
  await seen;
  if (!motion.calm) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

const LAZY: Readonly<Record<Sheet, () => Promise<unknown>>> = {
  odds: () => import('./engage-odds'),
  settings: () => import('./engage-settings'),
  consent: () => import('./engage-consent'),
  share: () => import('./engage-share'),
};

/** Whether parts of the page that are loaded later have come; without a network they don't. */
async function arrived(...loading: Promise<unknown>[]): Promise<boolean> {
  const results = await Promise.allSettled(loading);
  return results.every(({ status }) => status === 'fulfilled');
}

const HEADINGS: Readonly<Record<Sheet, () => string>> = {
  odds: () => t('Prizes and odds'),
  settings: () => t('Settings'),
  consent: () => t('Before you play'),
  share: () => t('Share this game'),
};

function readStart(): Start {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? '') as Start;
}

/** When what was drawn is on the screen, and there is time for what nobody waits for. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-game': EngageGame;
  }
}
