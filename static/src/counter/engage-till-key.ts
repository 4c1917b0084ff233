import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { browser } from '../api/http';
import { t } from '../words/words';
import { desk } from './desk';
import { Till } from './till';
import { noInWords } from './words';

/** Opens a till with its key, which is tried before it is kept. Says `engage-till`. */
@customElement('engage-till-key')
export class EngageTillKey extends LitElement {
  @state() private fault = '';
  @state() private waits = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.waits) return;
    const form = new FormData(event.target as HTMLFormElement);
    const key = String(form.get('key') ?? '').trim();
    const store = String(form.get('store') ?? '').trim();
    if (!key) {
      this.fault = t('Paste the key of this till. It begins with ek_.');
      return;
    }
    this.waits = true;
    this.fault = '';
    try {
      const till = new Till(browser, key);
      await till.today(store);
      desk.open(key, store);
      this.dispatchEvent(new CustomEvent('engage-till', { detail: till }));
    } catch (fault) {
      const { title, what } = noInWords(fault);
      this.fault = t('{state}. {line}', { state: title, line: what });
    } finally {
      this.waits = false;
    }
  }

  protected override render(): TemplateResult {
    return html`
      <form class="card till-key" @submit=${this.#send}>
        <p>${t('Here staff look at vouchers and use them. Open this till with its key, which your brand’s server team makes.')}</p>
        <div class="field">
          <label for="key">${t('Key of this till')}</label>
          <input id="key" name="key" type="password" autocomplete="off" maxlength="200" autofocus aria-describedby="key-help key-fault" aria-invalid=${!!this.fault}>
          <p class="soft" id="key-help">${t('It is kept until this tab is closed, and sent to this server only.')}</p>
          <p class="fault" id="key-fault" role="alert">${this.fault}</p>
        </div>
        <div class="field">
          <label for="store">${t('Name of this till (customers see it)')}</label>
          <input id="store" name="store" maxlength="100" autocomplete="off" .value=${desk.store}>
        </div>
        <button class="button button-main button-wide" aria-disabled=${this.waits}>
          ${this.waits ? t('One moment…') : t('Open the till')}
        </button>
      </form>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-till-key': EngageTillKey;
  }
  interface HTMLElementEventMap {
    'engage-till': CustomEvent<Till>;
  }
}
