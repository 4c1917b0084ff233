import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { GameAnswer } from '../api/shapes';
import { addressOf, isOwn } from '../faces/icons';
import { followMember } from '../hub/follow';
import { readGames } from '../hub/games';
import { daysOf, moreOf, troubleOf } from '../hub/lists';
import { Pages } from '../hub/pages';
import { http } from '../hub/start';
import { formatDateTime, t } from '../words/words';
import { faceOf, type Play } from './plays';

/** A member's plays, newest first, each with what came of it and the check of it. */
@customElement('engage-history')
export class EngageHistory extends LitElement {
  @state() private games: readonly GameAnswer[] = [];
  @state() private checks: Play | null = null;

  readonly #plays = new Pages<Play>(http, '/v1/plays', ({ play }) => play);

  constructor() {
    super();
    this.#plays.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    this.#plays.refresh();
    followMember((items) => {
      if (items.length === 0 || items.some(({ name }) => name.startsWith('play.'))) this.#plays.refresh();
    });
    window.addEventListener('online', () => this.#plays.refresh());
    this.games = await readGames();
  }

  async #check(play: Play): Promise<void> {
    await Promise.all([import('../play/engage-sheet'), import('./engage-checked')]);
    this.checks = play;
  }

  #gone(): void {
    this.checks = null;
  }

  protected override render(): TemplateResult {
    const { items, reach } = this.#plays;
    return html`
      ${troubleOf(this.#plays)}
      ${
        reach === 'told' && items.length === 0
          ? this.#empty()
          : daysOf(
              items,
              playedAt,
              ({ play }) => play,
              (play) => this.#play(play),
            )
      }
      ${moreOf(this.#plays)} ${items.length > 0 ? this.#everything() : nothing}
      ${
        this.checks
          ? html`<engage-sheet
              .heading=${t('Check this result')}
              .body=${html`<engage-checked .play=${this.checks.play}></engage-checked>`}
              .open=${true}
              @engage-sheet-closed=${this.#gone}
            ></engage-sheet>`
          : nothing
      }
    `;
  }

  /** All results with what proves them, to be kept, and checked by anybody. */
  #everything(): TemplateResult {
    return html`<p>
      <a class="button" href="/v1/receipts" download="my-results.json">${t('Download all my results')}</a>
      <a class="button button-quiet" href="/verify">${t('Check all my results')}</a>
    </p>`;
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      <h2>${t('Nothing played yet')}</h2>
      <p>${t('Each of your plays is listed here with its result, and you can check that it was fixed before you tapped.')}</p>
    </div>`;
  }

  #play(play: Play): TemplateResult {
    const game = this.games.find(({ id }) => id === play.game);
    const path = `/g/${encodeURIComponent(play.game)}`;
    const { art, name } = faceOf(play, game);
    return html`<li class="line played">
      <span class="played-art ${isOwn(art) ? '' : 'uploaded'}"><img src=${addressOf(art)} alt="" loading="lazy"></span>
      <div>
        <p class="line-what">${name}</p>
        <p class="soft">
          <a href=${path}>${game?.title ?? play.game}</a> ·
          ${play.receipt ? formatDateTime(playedAt(play), { dateStyle: undefined }) : t('not looked at yet')}
        </p>
      </div>
      ${
        play.receipt
          ? html`<button class="button" type="button" @click=${() => this.#check(play)}>
              ${t('Check it')}<span class="unseen">: ${name}, ${formatDateTime(playedAt(play))}</span>
            </button>`
          : html`<a class="button" href=${path}>${t('Look')}</a>`
      }
    </li>`;
  }
}

/** A play that was not looked at yet is of now. */
function playedAt({ receipt }: Play): string {
  return receipt?.played_at ?? new Date().toISOString();
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-history': EngageHistory;
  }
}
