import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BadgeAnswer } from '../api/own-shapes';
import { http } from '../hub/start';
import { formatDate, formatNumber, t } from '../words/words';
import { refusalInWords } from './refusals';
import { badgeInWords, oneAmount } from './words';

/** One badge: what it says, how to get it, its tiers; a held one can be shown to others and taken along as proof. */
@customElement('engage-badge')
export class EngageBadge extends LitElement {
  @property({ attribute: false }) badge!: BadgeAnswer;
  @state() private fault = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #share(wanted: { public: boolean; name: boolean }): Promise<void> {
    this.fault = '';
    try {
      await http.ask('PUT', `/v1/badges/${encodeURIComponent(this.badge.award ?? '')}/sharing`, {
        body: wanted,
      });
      this.dispatchEvent(new CustomEvent('engage-changed'));
    } catch (fault) {
      this.fault = refusalInWords(fault);
    }
  }

  protected override render(): TemplateResult {
    const { badge } = this;
    return html`
      <div class="about-badge">
        <img src=${badge.art} alt="" width="160" height="160">
        <p><strong>${badgeInWords(badge)}</strong>${badge.awarded_at ? html` · ${formatDate(badge.awarded_at)}` : nothing}</p>
        <p>${badge.description}</p>
        <p class="soft">${badge.how}</p>
        ${badge.expires_at ? html`<p class="soft">${t('until {when}', { when: formatDate(badge.expires_at) })}</p>` : nothing}
        ${badge.tiers.length > 1 ? this.#tiers() : nothing}
        <p class="soft">${t('{percent} of all members have it.', { percent: formatNumber(badge.rarity_percent / 100, { style: 'percent', maximumFractionDigits: 1 }) })}</p>
        ${badge.award && badge.sharing ? this.#own(badge.award, badge.sharing) : nothing}
        <p class="fault" role="alert">${this.fault}</p>
      </div>
    `;
  }

  #tiers(): TemplateResult {
    return html`<ul class="tiers">
      ${this.badge.tiers.map(
        (tier) =>
          html`<li class=${tier.held ? 'held' : ''}>${tier.held ? '✓ ' : ''}${tier.name} <span class="soft">${oneAmount(tier.at, this.badge.progress?.unit)}</span></li>`,
      )}
    </ul>`;
  }

  #own(award: string, sharing: { public: boolean; name: boolean; address: string | null }): TemplateResult {
    const path = `/v1/badges/${encodeURIComponent(award)}/credential`;
    return html`
      <div class="badge-own">
        <button
          class="switch"
          type="button"
          role="switch"
          aria-checked=${sharing.public}
          @click=${() => this.#share({ public: !sharing.public, name: false })}
        >
          <span>${t('Anyone with the link may see it')}</span><i></i>
        </button>
        ${
          sharing.public
            ? html`<button
                  class="switch"
                  type="button"
                  role="switch"
                  aria-checked=${sharing.name}
                  @click=${() => this.#share({ public: true, name: !sharing.name })}
                >
                  <span>${t('With my nickname')}</span><i></i>
                </button>
                <a class="button" href=${sharing.address ?? ''}>${t('Look at the shared page')}</a>`
            : nothing
        }
        <a class="button" href=${`${path}.png`} download>${t('Take it along as a proven badge')}</a>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-badge': EngageBadge;
  }
}
