import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { GameAnswer } from '../api/shapes';
import { t, tn } from '../words/words';
import { readGames } from './games';

/** The games that can be played now, and who won in them: the way on from every page of a member's own. */
@customElement('engage-games')
export class EngageGames extends LitElement {
  @state() private games: GameAnswer[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    this.games = await readGames();
  }

  /** Turns came or went, or a game has changed. */
  async refresh(): Promise<void> {
    const games = await readGames(true);
    if (games.length > 0) this.games = games;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.games.length === 0) return nothing;
    return html`
      <section class="games" aria-labelledby="games-heading">
        <h2 id="games-heading">${t('Games')}</h2>
        <ul>
          ${this.games.map((game) => this.#game(game))}
        </ul>
      </section>
    `;
  }

  #game({ id, title, state: open, turns }: GameAnswer): TemplateResult {
    const path = `/g/${encodeURIComponent(id)}`;
    return html`<li class="game">
      <div class="game-what">
        <h3>${title}</h3>
        <p class="soft">${open === 'live' ? tn('{n} turn left', '{n} turns left', turns.left) : STATES[open]()}</p>
      </div>
      <div class="game-ways">
        <a class="button button-quiet" href="${path}/winners">${t('Winners')}</a>
        <a class="button" href=${path}>${open === 'live' && turns.left > 0 ? t('Play now') : t('Look')}</a>
      </div>
    </li>`;
  }
}

const STATES: Readonly<Record<GameAnswer['state'], () => string>> = {
  upcoming: () => t('Not open yet'),
  live: () => t('Open'),
  paused: () => t('Paused'),
  sold_out: () => t('All prizes are won'),
  ended: () => t('Ended'),
};

declare global {
  interface HTMLElementTagNameMap {
    'engage-games': EngageGames;
  }
}
