import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FailedCheck } from '../epochs/kept';
import { t } from '../words/words';

/** Checks that failed are said plainly, and the proof can be taken away. */
@customElement('engage-failed')
export class EngageFailed extends LitElement {
  @property({ attribute: false }) failed: readonly FailedCheck[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="note note-warn failed" role="alert">
        ${this.failed.map(
          (one) => html`
            <p>${t('A check of your results failed: {why}.', { why: one.why })}</p>
            <button class="button" type="button" @click=${() => saveProof(one)}>${t('Save the proof')}</button>
          `,
        )}
      </div>
    `;
  }
}

/** Save what proves a failed check as a file, to be shown to whoever should see it. */
function saveProof(failed: FailedCheck): void {
  const file = new Blob([JSON.stringify(failed, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `engage-${failed.epoch}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-failed': EngageFailed;
  }
}
