import { html, LitElement, type nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { WinnerItem } from '../api/shapes';
import { addressOf, isOwn } from '../faces/icons';
import { daysOf, moreOf, troubleOf } from '../hub/lists';
import { Pages } from '../hub/pages';
import { http, type Start, start } from '../hub/start';
import { formatDateTime, formatNumber, language, t } from '../words/words';

const EVERY_MS = 10_000;
const FEN_PER_YUAN = 100;
const NO_ART = 'gift';

interface WallStart extends Start {
  game: { id: string; title: string; art: Record<string, string>; above_fen: number | null };
}

/** Who won what has to be shown: masked names, the newest first, while the page is looked at. */
@customElement('engage-winners')
export class EngageWinners extends LitElement {
  readonly #game = (start as WallStart).game;
  readonly #winners = new Pages<WinnerItem>(
    http,
    `/v1/games/${encodeURIComponent(this.#game.id)}/winners`,
    ({ id }) => id,
  );

  constructor() {
    super();
    this.#winners.addEventListener('change', () => this.requestUpdate());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#winners.refresh();
    const look = (): void => {
      if (!document.hidden) this.#winners.refresh();
    };
    setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
  }

  protected override render(): TemplateResult {
    const { items, reach } = this.#winners;
    const { title, above_fen } = this.#game;
    const path = `/g/${encodeURIComponent(this.#game.id)}`;
    return html`
      <div class="wall-head">
        <p>
          ${
            above_fen === null
              ? t('No prize of this game has winners that must be named.')
              : t(
                  'Everybody who won a prize worth more than {sum} stands here, with a masked name, shortly after they saw it.',
                  { sum: yuan(above_fen) },
                )
          }
        </p>
        <a class="button" href=${path}>${t('To the game: {title}', { title })}</a>
      </div>
      ${troubleOf(this.#winners)}
      ${
        reach === 'told' && items.length === 0
          ? html`<div class="empty">
              <h2>${t('Nobody yet')}</h2>
              <p>${t('The big prizes are all still to be won. The odds are the same for everybody.')}</p>
              <a class="button button-main" href="${path}/rules">${t('Prizes and odds')}</a>
            </div>`
          : daysOf(
              items,
              ({ at }) => at,
              ({ id }) => id,
              (winner) => this.#winner(winner),
            )
      }
      ${moreOf(this.#winners)}
    `;
  }

  #winner({ name, prize, at }: WinnerItem): TemplateResult | typeof nothing {
    const art = this.#game.art[prize.id] ?? NO_ART;
    return html`<li class="line played">
      <span class="played-art ${isOwn(art) ? '' : 'uploaded'}"><img src=${addressOf(art)} alt="" loading="lazy"></span>
      <div>
        <p class="line-what">${nameOf(prize.names)}</p>
        <p class="soft">${t('worth {sum}', { sum: yuan(prize.value_fen) })}</p>
      </div>
      <div class="winner">
        <p>${name ?? t('A member')}</p>
        <p class="soft">${formatDateTime(at, { dateStyle: undefined })}</p>
      </div>
    </li>`;
  }
}

function yuan(fen: number): string {
  return `¥${formatNumber(fen / FEN_PER_YUAN)}`;
}

/** The name in the page's language, else in its base language, else in the organiser's first one. */
function nameOf(names: Readonly<Record<string, string>>): string {
  const wanted = language();
  const base = (tag: string): string => tag.split('-')[0] ?? tag;
  const near = Object.keys(names).find((tag) => base(tag) === base(wanted));
  return names[wanted] ?? (near ? names[near] : undefined) ?? Object.values(names)[0] ?? '';
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-winners': EngageWinners;
  }
}
