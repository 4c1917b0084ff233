// The parts of the game's page that only show: each is a template of what it is given.
import { html, nothing, type TemplateResult } from 'lit';
import type { GameAnswer, Profile } from '../api/shapes';
import type { Winner } from '../live/live';
import { formatDateTime, formatNumber, language, t, tn } from '../words/words';
import type { State } from './machine';
import { guaranteeInWords, hrefOf, type Notice, nameOf, periodInWords } from './texts';

type Part = TemplateResult | typeof nothing;

/** Who offers the game, what the member has, and the way to the settings. */
export function head(organiser: string, { balances }: Profile, settings: () => void): Part {
  return html`
    <header class="stage-head">
      <span class="organiser">${organiser}</span>
      <div class="stage-tools">
        <a class="chip" href=${hrefOf('statement')}>
          <span class="unseen">${t('My points:')}</span>${COIN}${formatNumber(balances.points)}
        </a>
        <button class="chip chip-round" type="button" aria-label=${t('Settings')} @click=${settings}>
          ${SLIDERS}
        </button>
      </div>
    </header>
  `;
}

export function title(view: GameAnswer): Part {
  return html`
    <div class="stage-title">
      <h1>${view.title}</h1>
      <p>${periodInWords(view)}</p>
    </div>
  `;
}

/** What the state says: read out when it changes. The countdown beside it is not. */
export function notice(view: GameAnswer, said: Notice, passed: string | null, due: () => void): Part {
  const { title, line, until, link } = said;
  return html`
    <div class="notice">
      <div role="status">
        <p class="notice-title">${title}</p>
        ${line ? html`<p class="notice-line">${line}</p>` : nothing}
        ${passed ? html`<p class="notice-line">${passed}</p>` : nothing}
      </div>
      ${
        until
          ? html`<engage-countdown class="countdown" .to=${until} @engage-due=${due}></engage-countdown>`
          : nothing
      }
    </div>
    ${link ? html`<a class="chip" href=${hrefOf(link.to, view)}>${link.text}</a>` : nothing}
  `;
}

/** The one big button. It stays where it is while a play is under way, so that the focus stays too. */
export function button(state: State, { button: label }: Notice, tap: () => void): Part {
  const skips = ['asked', 'slow', 'cut', 'landing'].includes(state.name);
  if (!label && !skips && state.name !== 'shown' && state.name !== 'loading') return nothing;
  const waits = state.name === 'shown' || state.name === 'loading';
  return html`
    <button class="button button-play" type="button" aria-disabled=${waits} @click=${tap}>
      ${skips ? t('Skip') : (label ?? t('One moment…'))}
    </button>
  `;
}

/** The turns that expire first, while there is something to play. */
export function expiring(state: State, view: GameAnswer): Part {
  const [first] = view.turns.expiring;
  if (state.name !== 'ready' || !first) return nothing;
  const when = formatDateTime(first.at);
  return html`<p class="small">
    ${tn('{n} turn is valid until {when}', '{n} turns are valid until {when}', first.n, { when })}
  </p>`;
}

/** By when a better prize is certain. */
export function guarantee(view: GameAnswer): Part {
  const said = guaranteeInWords(view);
  if (said === null || view.guarantee === null || view.state !== 'live') return nothing;
  const { misses, left } = view.guarantee;
  return html`
    <div class="guarantee">
      <progress aria-hidden="true" max=${misses + left + 1} value=${misses + 1}></progress>
      <p class="small">${said}</p>
    </div>
  `;
}

/** What is one tap away; `odds` is null where they are in sight. */
export function links(view: GameAnswer, odds: (() => void) | null, share: () => void): Part {
  return html`
    <nav class="links" aria-label=${t('More about this game')}>
      ${odds ? html`<button class="chip" type="button" @click=${odds}>${t('Prizes and odds')}</button>` : nothing}
      <a class="chip" href=${hrefOf('prizes')}>${t('My prizes')}</a>
      <a class="chip" href=${hrefOf('rules', view)}>${t('Rules')}</a>
      <a class="chip" href=${hrefOf('fairness', view)}>${t('How fair it is')}</a>
      <a class="chip" href=${hrefOf('history')}>${t('My plays')}</a>
      <button class="chip" type="button" @click=${share}>${t('Share')}</button>
    </nav>
  `;
}

/** Who plays here: several people may share a phone. */
export function player(view: GameAnswer, { nickname }: Profile): Part {
  return html`
    <p class="player small">
      ${nickname ? t('You play as {name}.', { name: nickname }) : t('You are signed in.')}
      <a href=${hrefOf('leave', view)}>${t('Not you?')}</a>
    </p>
  `;
}

/** Who has won something just now: not read out, since it concerns nobody here. */
export function winner(view: GameAnswer, won: Winner | null): Part {
  if (won === null) return nothing;
  const prize = won.prize.names[language()] ?? nameOf(view, won.prize.id);
  return html`<p class="small">
    <a href=${hrefOf('winners', view)}>${t('Just won: {name}, {prize}', { name: won.name ?? t('somebody'), prize })}</a>
  </p>`;
}

/** Points that can't be used yet. */
export function held({ balances }: Profile): Part {
  if (balances.held === 0) return nothing;
  return html`<p class="small">
    ${tn('{n} point can be used later.', '{n} points can be used later.', balances.held)}
  </p>`;
}

const COIN = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
  <circle cx="12" cy="12" r="9"></circle><path d="M12 7.500v9M8.500 12h7"></path>
</svg>`;
const SLIDERS = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M4 7h9M17 7h3M4 17h3M11 17h9"></path><circle cx="15" cy="7" r="2.200"></circle>
  <circle cx="9" cy="17" r="2.200"></circle>
</svg>`;
