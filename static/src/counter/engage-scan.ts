import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { t } from '../words/words';

const BETWEEN_MS = 150;

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

declare global {
  // Not in the type library yet; only asked for where the browser has it.
  var BarcodeDetector: (new () => Detector) | undefined;
  interface HTMLElementTagNameMap {
    'engage-scan': EngageScan;
  }
  interface HTMLElementEventMap {
    'engage-scanned': CustomEvent<string>;
  }
}

/** Reads a code with the camera. Says `engage-scanned` with what it read, or with nothing when it is closed. */
@customElement('engage-scan')
export class EngageScan extends LitElement {
  @state() private fault = '';
  @query('video') private video!: HTMLVideoElement;
  #stream: MediaStream | null = null;
  #timer = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }

  protected override async firstUpdated(): Promise<void> {
    try {
      const video = { facingMode: 'environment' };
      this.#stream = await navigator.mediaDevices.getUserMedia({ video });
    } catch (fault) {
      if (!(fault instanceof DOMException || fault instanceof TypeError)) throw fault;
      this.fault = t('The camera can’t be used. Allow it for this page, or type the code.');
      return;
    }
    if (!this.isConnected) return this.disconnectedCallback();
    this.video.srcObject = this.#stream;
    await this.video.play();
    const Made = globalThis.BarcodeDetector;
    if (Made) this.#watch(new Made());
  }

  #watch(detector: Detector): void {
    const look = async (): Promise<void> => {
      const [found] = await detector.detect(this.video).catch(() => []);
      if (!this.isConnected) return;
      if (found?.rawValue) this.#say(found.rawValue);
      else this.#timer = window.setTimeout(look, BETWEEN_MS);
    };
    look();
  }

  #say(code: string): void {
    this.dispatchEvent(new CustomEvent('engage-scanned', { detail: code }));
  }

  protected override render(): TemplateResult {
    return html`
      <div class="scan">
        <video muted playsinline aria-label=${t('What the camera sees')}></video>
        <p class="fault" role="alert">${this.fault}</p>
        <button class="button" type="button" @click=${() => this.#say('')}>${t('Close the camera')}</button>
      </div>
    `;
  }
}
