import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ItemAnswer } from '../api/own-shapes';
import type { Profile } from '../api/shapes';
import { formatNumber, t, tn } from '../words/words';
import { nextItem } from './words';

/** What a member has in points, what it buys, and how far the next thing is. */
@customElement('engage-wallet')
export class EngageWallet extends LitElement {
  @property({ attribute: false }) me!: Profile;
  @property({ attribute: false }) items: readonly ItemAnswer[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { points, held } = this.me.balances;
    const free = points - held;
    return html`
      <section class="card wallet" aria-labelledby="wallet-heading">
        <h2 id="wallet-heading" class="soft">${t('Points that I can use')}</h2>
        <p class="sum">${formatNumber(free)}</p>
        ${held > 0 ? html`<p class="soft">${tn('{n} more point can be used later.', '{n} more points can be used later.', held)}</p>` : nothing}
        ${this.#next(free)}
      </section>
    `;
  }

  #next(free: number): TemplateResult | typeof nothing {
    const next = nextItem(this.items, free);
    if (next === null) return nothing;
    const missing = next.price - free;
    const said =
      missing > 0
        ? tn('{n} more point: {item}', '{n} more points: {item}', missing, { item: next.name })
        : t('Enough for: {item}', { item: next.name });
    return html`
      <p class="wallet-next"><a href="#items">${said}</a></p>
      <progress max=${next.price} value=${Math.min(free, next.price)} aria-label=${said}></progress>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-wallet': EngageWallet;
  }
}
