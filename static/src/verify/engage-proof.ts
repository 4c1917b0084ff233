// The details of one result: every step with how it went, then the seeds and hashes it was checked with.
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../words/words';
import { look } from './look';
import type { Result } from './report';
import { field } from './shapes';
import { meaningOf, nameOf, type Shown, type StepState, stepsOf } from './telling';

/** `receipt` and `epoch` are whatever stands in the file: they may be of any form. */
@customElement('engage-proof')
export class EngageProof extends LitElement {
  @property({ attribute: false }) result: Result | null = null;
  @property({ attribute: false }) shown: Shown | null = null;
  @property({ attribute: false }) receipt: unknown = null;
  @property({ attribute: false }) epoch: unknown = null;

  static override styles = [
    look,
    css`
      ol {
        list-style: none;
        display: grid;
        gap: 0.25rem;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: baseline;
      }
      li > :first-child {
        inline-size: 1.5rem;
        color: var(--tone, var(--ink-soft));
        font-weight: 700;
        text-align: center;
      }
      .fails,
      .detail {
        color: var(--tone);
        font-weight: 600;
      }
      li > :nth-child(2) {
        flex: 1 7rem;
      }
      .detail {
        flex-basis: 100%;
      }
      dl {
        margin-block-start: 1rem;
        padding-block-start: 1rem;
        border-block-start: 1px solid var(--line);
        display: grid;
        gap: 0.5rem;
      }
      dt {
        color: var(--ink-soft);
        font-size: 0.875rem;
      }
    `,
  ];

  protected override render() {
    const { result, shown } = this;
    if (!result || !shown) return nothing;
    const facts = factsOf(this.receipt, this.epoch);
    return html`
      <ol>
        ${stepsOf(result, shown).map(([step, state]) => this.row(nameOf(step), step, state))}
      </ol>
      <dl>
        ${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd><code>${value}</code></dd></div>`)}
      </dl>
    `;
  }

  private row(name: string, step: Parameters<typeof meaningOf>[0], state: StepState): TemplateResult {
    const failed = state === 'fails';
    return html`
      <li class=${failed ? 'bad fails' : state === 'agrees' ? 'good' : ''}>
        <span aria-hidden="true">${MARKS[state]}</span>
        <span>${name} <code class="soft">${step}</code></span>
        <span>${stateName(state)}</span>
        ${failed ? [meaningOf(step), this.result?.detail].map((said) => html`<span class="detail">${said}</span>`) : nothing}
      </li>
    `;
  }
}

const MARKS: Record<StepState, string> = { agrees: '✓', fails: '×', later: '…', unreached: '–' };

function stateName(state: StepState): string {
  switch (state) {
    case 'agrees':
      return t('agrees');
    case 'fails':
      return t('does not agree');
    case 'later':
      return t('later');
    case 'unreached':
      return t('not reached');
  }
}

function factsOf(receipt: unknown, epoch: unknown): [string, string][] {
  const answer = field(epoch, 'answer');
  const facts: [string, unknown][] = [
    [t('Play'), field(receipt, 'play')],
    [t('Prize'), field(receipt, 'prize')],
    [t('Slot'), field(receipt, 'slot')],
    [t('Ticket, the number that was drawn'), field(receipt, 'ticket')],
    [t('Your seed'), field(receipt, 'client_seed')],
    [t('What was known of your seed before (hash)'), field(answer, 'client_commitment')],
    [t('The server’s seed'), field(epoch, 'server_seed')],
    [t('What you were given of it before you tapped (hash)'), field(answer, 'server_commitment')],
    [t('Round of seeds, and the number of the play in it'), roundOf(receipt)],
    [t('Rules (hash)'), field(receipt, 'rules_hash')],
    [t('The result before this one in the game (hash)'), field(receipt, 'prev')],
    [t('Signature'), field(field(receipt, 'seal'), 'signature')],
  ];
  return facts.flatMap(([label, value]) =>
    (typeof value === 'string' && value) || typeof value === 'number' ? [[label, String(value)]] : [],
  );
}

function roundOf(receipt: unknown): string {
  const [epoch, nonce] = [field(receipt, 'epoch'), field(receipt, 'nonce')];
  return typeof epoch === 'string' && typeof nonce === 'number' ? `${epoch} · ${nonce}` : '';
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-proof': EngageProof;
  }
}
