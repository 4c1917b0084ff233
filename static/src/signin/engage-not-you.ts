// "Not you?": signs out, then lets the brand sign somebody else in. Without scripts, the brand is asked at once.
import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../words/words';
import { here, signInAddress, signOut } from './sign-in';

@customElement('engage-not-you')
export class EngageNotYou extends LitElement {
  /** Where to come back to; by default to this page. */
  @property() back = '';

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render() {
    return html`<a class="button button-quiet" href=${this.address} @click=${this.leave}>${t('Not you?')}</a>`;
  }

  private get address(): string {
    return signInAddress(this.back || here(), true);
  }

  private async leave(event: MouseEvent): Promise<void> {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await signOut();
    location.assign(this.address);
  }
}
