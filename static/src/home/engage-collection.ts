import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CollectionAnswer } from '../api/own-shapes';
import { t, tn } from '../words/words';
import { collectionInWords, rewardInWords } from './words';

/** A collection: what of it is there, how to get each badge that is missing, and the grand prize. Says `engage-claim`. */
@customElement('engage-collection')
export class EngageCollection extends LitElement {
  @property({ attribute: false }) collection!: CollectionAnswer;
  @property({ type: Boolean }) busy = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #claim(): void {
    this.dispatchEvent(new CustomEvent('engage-claim', { bubbles: true }));
  }

  protected override render(): TemplateResult {
    const { collection } = this;
    const id = `collection-${collection.id}`;
    const missing = collection.badges.filter(({ held }) => !held);
    return html`
      <article class="card collection ${collection.state}" aria-labelledby=${id}>
        <h3 id=${id} tabindex="-1">${collection.title}</h3>
        ${collection.description ? html`<p class="soft">${collection.description}</p>` : nothing}
        <p class="collection-prize">
          ${t('Grand prize: {prize}', { prize: rewardInWords(collection.reward) })}${
            collection.reward.left === null
              ? nothing
              : html` <span class="soft">${tn('{n} left', '{n} left', collection.reward.left)}</span>`
          }
        </p>
        <progress max=${collection.of} value=${collection.have} aria-labelledby=${id}></progress>
        <p>${collectionInWords(collection)}</p>
        ${
          missing.length > 0 && collection.state === 'open'
            ? html`<details>
                <summary>${t('How to get the rest')}</summary>
                <ul class="missing">
                  ${missing.map(
                    (badge) => html`<li>
                      ${badge.art ? html`<img class="dim" src=${badge.art} alt="" width="40" height="40" loading="lazy">` : nothing}
                      <span><strong>${badge.name || t('A secret badge')}</strong>${badge.how ? html`<br>${badge.how}` : nothing}</span>
                    </li>`,
                  )}
                </ul>
              </details>`
            : nothing
        }
        ${
          collection.state === 'claimable'
            ? html`<button class="button button-main" type="button" aria-describedby=${id} ?disabled=${this.busy} @click=${this.#claim}>
                ${t('Get the grand prize')}
              </button>`
            : nothing
        }
      </article>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-collection': EngageCollection;
  }
}
