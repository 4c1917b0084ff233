// What every list of a member's own shows around itself: that it could not be had, and that there is more.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatDate, t } from '../words/words';
import { byDay, type Reach } from './pages';

interface Listed {
  reach: Reach;
  failed: boolean;
  hasMore: boolean;
  refresh(): Promise<void>;
  more(): Promise<void>;
}

/** What stands above a list, or in its place. */
export function troubleOf(list: Listed): TemplateResult | typeof nothing {
  if (list.reach === 'signed-out') return signedOut();
  if (list.reach === 'nothing')
    return html`<div class="empty">
      <p>${t('This could not be loaded.')}</p>
      <button class="button button-main" type="button" @click=${() => list.refresh()}>${t('Try again')}</button>
    </div>`;
  if (list.reach === 'loading')
    return html`<div class="soon" aria-hidden="true">${[1, 2, 3, 4].map(() => html`<span></span>`)}</div>`;
  return nothing;
}

export function signedOut(): TemplateResult {
  return html`<p class="note note-warn">
    ${t('You are signed out.')} <a href=${location.pathname}>${t('Sign in again')}</a>
  </p>`;
}

/** What happened, day by day: `at` is when, `id` tells one from another, `line` draws it. */
export function daysOf<Item>(
  items: readonly Item[],
  at: (item: Item) => string,
  id: (item: Item) => string,
  line: (item: Item) => unknown,
): unknown {
  return repeat(
    byDay(items, at),
    ([day]) => day,
    ([day, ofDay]) => html`
      <section class="day" aria-label=${formatDate(day)}>
        <h2 aria-hidden="true">${formatDate(day)}</h2>
        <ul>
          ${repeat(ofDay, id, line)}
        </ul>
      </section>
    `,
  );
}

/** What stands below a list. */
export function moreOf(list: Listed): TemplateResult | typeof nothing {
  if (list.reach !== 'told' || !(list.hasMore || list.failed)) return nothing;
  return html`
    ${list.failed ? html`<p class="fault" role="alert">${t('No connection. Nothing is lost; please try again.')}</p>` : nothing}
    ${
      list.hasMore
        ? html`<button class="button button-wide" type="button" @click=${() => list.more()}>${t('Show more')}</button>`
        : nothing
    }
  `;
}
