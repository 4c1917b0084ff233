import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ItemAnswer } from '../api/own-shapes';
import { addressOf, isOwn } from '../faces/icons';
import { t, tn } from '../words/words';
import { whyNotInWords } from './words';

/** What points buy, the cheapest first. Says `engage-buy` with the id of an item. */
@customElement('engage-items')
export class EngageItems extends LitElement {
  @property({ attribute: false }) items: readonly ItemAnswer[] = [];
  @property({ type: Number }) points = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #buy(item: string): void {
    this.dispatchEvent(new CustomEvent<string>('engage-buy', { detail: item, bubbles: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.items.length === 0) return nothing;
    const sorted = [...this.items].sort((one, other) => one.price - other.price);
    return html`
      <section id="items" aria-labelledby="items-heading">
        <h2 id="items-heading">${t('What points buy')}</h2>
        <ul class="wares">
          ${repeat(
            sorted,
            ({ item }) => item,
            (item) => this.#item(item),
          )}
        </ul>
      </section>
    `;
  }

  #item(item: ItemAnswer): TemplateResult {
    const id = `item-${item.item}`;
    const why = whyNotInWords(item, this.points);
    return html`<li class="ware ${item.can_buy ? '' : 'out'}">
      <span class="ware-art ${isOwn(item.art) ? '' : 'uploaded'}"><img src=${addressOf(item.art)} alt="" loading="lazy"></span>
      <div class="ware-what">
        <h3 id=${id}>${item.name}</h3>
        <p class="ware-price">${tn('{n} point', '{n} points', item.price)}</p>
        <p class="soft">
          ${why}${item.units_left > 0 && item.units_left <= 100 ? html` ${tn('{n} left', '{n} left', item.units_left)}` : nothing}
        </p>
      </div>
      <button class="button ${item.can_buy ? 'button-main' : ''}" type="button" aria-describedby=${id} @click=${() => this.#buy(item.item)}>
        ${item.can_buy ? t('Buy') : t('Look')}
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-items': EngageItems;
  }
}
