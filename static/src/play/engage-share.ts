import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GameAnswer } from '../api/shapes';
import { language, t } from '../words/words';
import { gameAddress } from './sending';

/** Sharing where the device has no way of its own, as in many apps: the long picture to send on, and the address. */
@customElement('engage-share')
export class EngageShare extends LitElement {
  @property({ attribute: false }) view!: GameAnswer;
  @state() private copied: 'no' | 'yes' | 'by-hand' = 'no';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(gameAddress());
      this.copied = 'yes';
    } catch {
      // Some apps keep pages away from the clipboard: then the address is shown, marked, to be copied by hand.
      this.copied = 'by-hand';
      await this.updateComplete;
      this.querySelector('input')?.select();
    }
  }

  protected override render(): TemplateResult {
    const picture = `/share/g/${this.view.id}/long.png?language=${language()}`;
    return html`
      <div class="share">
        <p>${t('Press and hold the picture to save it or to send it on. Whoever scans it gets to the game.')}</p>
        <img class="share-picture" src=${picture} alt=${t('A picture of the game with a code to scan')} width="1080" height="1620" />
        <div class="share-ways">
          <button class="button button-main" type="button" @click=${this.#copy}>${t('Copy the link')}</button>
          <a class="button" href=${picture} download="${this.view.id}.png">${t('Save the picture')}</a>
        </div>
        <p class="small" role="status">${this.#said()}</p>
        ${
          this.copied === 'by-hand'
            ? html`<input class="share-address" readonly value=${gameAddress()} aria-label=${t('Address of the game')} />`
            : ''
        }
      </div>
    `;
  }

  #said(): string {
    if (this.copied === 'yes') return t('The link is copied.');
    return this.copied === 'by-hand' ? t('This app does not let pages copy. Here is the link:') : '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-share': EngageShare;
  }
}
