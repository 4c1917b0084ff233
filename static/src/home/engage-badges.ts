import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { BadgeAnswer } from '../api/own-shapes';
import { formatNumber, t } from '../words/words';
import { badgeInWords } from './words';

/** All badges that a member has or can get. Says `engage-badge` with the id of one that is tapped. */
@customElement('engage-badges')
export class EngageBadges extends LitElement {
  @property({ attribute: false }) badges: readonly BadgeAnswer[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #open(badge: string): void {
    this.dispatchEvent(new CustomEvent<string>('engage-badge', { detail: badge, bubbles: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.badges.length === 0) return nothing;
    const held = this.badges.filter(({ state }) => state === 'held').length;
    return html`
      <section aria-labelledby="badges-heading">
        <div class="part-head">
          <h2 id="badges-heading">${t('Badges')}</h2>
          <p class="soft">${t('{have} of {of}', { have: formatNumber(held), of: formatNumber(this.badges.length) })}</p>
        </div>
        <ul class="medals">
          ${repeat(
            this.badges,
            ({ id }) => id,
            (badge) => html`<li>
              <button class="medal ${badge.state}" type="button" @click=${() => this.#open(badge.id)}>
                <img class="medal-art ${badge.state === 'held' ? '' : 'dim'}" src=${badge.art} alt="" width="96" height="96" loading="lazy">
                <span class="medal-name">${badge.name}</span>
                <span class="soft">${badgeInWords(badge)}</span>
              </button>
            </li>`,
          )}
        </ul>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-badges': EngageBadges;
  }
}
