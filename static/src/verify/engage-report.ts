// What a whole file comes to: one sentence, what it stands on, what does not agree, and every result on demand.
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatDateTime, t, tn } from '../words/words';
import { look } from './look';
import { markOf } from './marks';
import { failedOf, type Report, type Result } from './report';
import { cut, field } from './shapes';
import { meaningOf, nameOf, type Shown } from './telling';
import { tellAll, tellCompleteness, tellKeys, tellVerdict } from './telling-all';
import './engage-proof';

const PAGE = 20;
const GROUP = 4;

/** `document` is the export, `own` the fingerprints of this site's keys, `hasBundle` whether it was compared with one. */
@customElement('engage-report')
export class EngageReport extends LitElement {
  @property({ attribute: false }) report: Report | null = null;
  @property({ attribute: false }) document: unknown = null;
  @property({ attribute: false }) own: readonly string[] | null = null;
  @property({ type: Boolean }) hasBundle = false;
  @state() private listed = PAGE;
  @state() private told = PAGE;
  @state() private unfolded: ReadonlySet<number> = new Set();
  private epochs = new Map<string, unknown>();
  private decks = new Map<string, string | null>();
  private revealed = new Set<string>();
  private points = new Map<string, number>();

  static override styles = [
    look,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.5rem;
      }
      h2 {
        font-size: 1.375rem;
        line-height: 1.3;
      }
      h3 {
        font-size: 1.125rem;
        margin-block-end: 0.5rem;
      }
      .about {
        display: grid;
        gap: 0.75rem;
      }
      .key {
        padding-inline-start: 0.75rem;
        border-inline-start: 4px solid var(--tone);
      }
      .faults,
      .rows {
        list-style: none;
        display: grid;
        gap: 0.75rem;
        margin-block-end: 0.75rem;
      }
      .faults li {
        padding: 0.75rem 1rem;
        border: 1px solid var(--line);
        border-inline-start: 4px solid var(--bad);
        border-radius: 8px;
        background: var(--surface);
        overflow-wrap: anywhere;
      }
      .rows {
        gap: 0;
      }
      .rows > li {
        border-block-start: 1px solid var(--line);
      }
      .rows summary > span {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, auto);
        gap: 0 1rem;
        padding-block: 0.6rem;
      }
      .rows .prize {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .rows .verdict {
        color: var(--tone);
        font-weight: 600;
        text-align: end;
      }
      .rows .when {
        grid-column: 1 / -1;
        font-size: 0.875rem;
      }
      @media (max-width: 16rem) {
        .rows summary > span {
          grid-template-columns: minmax(0, 1fr);
        }
        .rows .verdict {
          text-align: start;
        }
      }
      engage-proof {
        padding-block: 0.5rem 1.5rem;
      }
      button {
        margin-block-start: 1rem;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('document') && !changed.has('report')) return;
    this.listed = this.told = PAGE;
    this.unfolded = new Set();
    this.epochs = new Map(listOf(this.document, 'epochs').map((epoch) => [nameOfEpoch(epoch), epoch]));
    this.decks = new Map(listOf(this.document, 'rules').map((rules) => [nameOfRules(rules), deckOf(rules)]));
    this.points = new Map(listOf(this.document, 'rules').flatMap(pointsOf));
    this.revealed = new Set(listOf(this.document, 'decks').map((deck) => String(field(deck, 'id'))));
  }

  /** Where the reader goes on when the check is done. */
  focusSentence(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  protected override render() {
    const { report } = this;
    if (!report) return nothing;
    const told = tellAll(report, this.own);
    return html`
      <div class="told ${told.tone}">
        ${markOf(told.tone)}
        <h2 tabindex="-1">${told.sentence}</h2>
        ${told.more.map((line) => html`<p>${line}</p>`)}
      </div>
      ${this.renderFaults(failedOf(report))} ${this.renderAbout(report)} ${this.renderResults(report)}
    `;
  }

  private renderFaults(failed: Result[]): TemplateResult | typeof nothing {
    if (!failed.length) return nothing;
    return html`
      <section aria-labelledby="faults">
        <h3 id="faults">${t('What does not agree')}</h3>
        <ul class="faults">
          ${failed.slice(0, this.told).map(renderFault)}
        </ul>
        ${this.renderMore(failed.length - this.told, () => {
          this.told += PAGE;
        })}
        <p class="soft">
          ${t('If the file was changed on its way, take it again. Otherwise keep it as it is: it is the evidence, for the organiser and for whoever settles disputes.')}
        </p>
      </section>
    `;
  }

  private renderAbout(report: Report): TemplateResult {
    const keys = tellKeys(report, this.own);
    return html`
      <section class="about" aria-labelledby="about">
        <h3 id="about">${t('What this stands on')}</h3>
        <div class="key ${keys.tone}">
          <p>${keys.sentence}</p>
          ${report.fingerprints.map((name) => html`<p><code>${grouped(name)}</code></p>`)}
        </div>
        ${tellCompleteness(report).map((line) => html`<p>${line}</p>`)}
      </section>
    `;
  }

  private renderResults(report: Report): TemplateResult | typeof nothing {
    const results = report.results.filter((result) => result.receipt !== null);
    if (!results.length) return nothing;
    return html`
      <section aria-labelledby="results">
        <h3 id="results">${tn('{n} result', '{n} results', results.length)}</h3>
        ${this.renderNaming(results)}
        <ul class="rows">
          ${results.slice(0, this.listed).map((result) => this.renderRow(result))}
        </ul>
        ${this.renderMore(results.length - this.listed, () => {
          this.listed += PAGE;
        })}
      </section>
    `;
  }

  private renderMore(left: number, more: () => void): TemplateResult | typeof nothing {
    if (left <= 0) return nothing;
    const n = Math.min(left, PAGE);
    return html`<button type="button" @click=${more}>${t('Show {n} more', { n })}</button>`;
  }

  /** That names are to be found elsewhere, if any result is told by the id of its prize. */
  private renderNaming(results: Result[]): TemplateResult | typeof nothing {
    const receipts = listOf(this.document, 'receipts');
    const isNamed = results.every(({ receipt }) => this.findPrize(receipts[receipt as number]) !== null);
    if (isNamed) return nothing;
    return html`
      <p class="soft">
        ${t('The file names prizes by their ids. What each of them is stands in the rules of its game, and under “My prizes”.')}
      </p>
    `;
  }

  private renderRow(result: Result): TemplateResult {
    const place = result.receipt as number;
    const receipt = listOf(this.document, 'receipts')[place];
    return html`
      <li>
        <details @toggle=${(event: Event) => this.unfold(event, place)}>
          <summary>
            <span>
              <span class="prize">${this.tellPrize(receipt, result)}</span>
              <span class="verdict ${toneOf(result)}">${tellVerdict(result)}</span>
              <span class="when soft">${tellTime(field(receipt, 'played_at'))}</span>
            </span>
          </summary>
          ${this.unfolded.has(place) ? this.renderProof(result, receipt) : nothing}
        </details>
      </li>
    `;
  }

  private renderProof(result: Result, receipt: unknown): TemplateResult {
    const epoch = this.epochs.get(String(field(receipt, 'epoch')));
    return html`
      <engage-proof .result=${result} .shown=${this.shownOf(receipt, epoch)} .receipt=${receipt} .epoch=${epoch}>
      </engage-proof>
    `;
  }

  private shownOf(receipt: unknown, epoch: unknown): Shown {
    const deck = this.decks.get(`${field(receipt, 'game')} ${field(receipt, 'revision')}`) ?? null;
    return {
      isDeck: field(receipt, 'alg') === 'deck/1',
      seed: typeof field(epoch, 'server_seed') === 'string',
      deck: deck !== null && this.revealed.has(deck),
      isComplete: this.report?.complete.includes(String(field(receipt, 'game'))) ?? false,
      hasBundle: this.hasBundle,
    };
  }

  private tellPrize(receipt: unknown, result: Result): string {
    const prize = field(receipt, 'prize');
    return this.findPrize(receipt) ?? cut(typeof prize === 'string' && prize ? prize : result.subject);
  }

  /** What was won in words; null where the file has the id of the prize only. */
  private findPrize(receipt: unknown): string | null {
    const prize = field(receipt, 'prize');
    if (prize === 'none') return t('No prize');
    const points = this.points.get(`${field(receipt, 'game')} ${field(receipt, 'revision')} ${prize}`);
    return points === undefined ? null : tn('{n} point', '{n} points', points);
  }

  private unfold(event: Event, place: number): void {
    if ((event.target as HTMLDetailsElement).open) this.unfolded = new Set([...this.unfolded, place]);
  }
}

function renderFault(result: Result): TemplateResult {
  const step = result.step ?? 'format';
  return html`
    <li>
      <p><strong>${meaningOf(step)}</strong></p>
      <p class="soft"><code>${cut(result.subject)}</code> · ${nameOf(step)} <code>${step}</code>: ${result.detail}</p>
    </li>
  `;
}

const listOf = (document: unknown, name: string): unknown[] => {
  const items = field(document, name);
  return Array.isArray(items) ? items : [];
};

const nameOfEpoch = (epoch: unknown): string => String(field(field(epoch, 'answer'), 'epoch'));
const nameOfRules = (rules: unknown): string => `${field(rules, 'game')} ${field(rules, 'revision')}`;

/** The points of each prize of points, by its rules and id. */
function pointsOf(rules: unknown): [string, number][] {
  return listOf(rules, 'prizes').flatMap((prize): [string, number][] => {
    const points = field(prize, 'points');
    const name = `${nameOfRules(rules)} ${field(prize, 'id')}`;
    return field(prize, 'kind') === 'points' && typeof points === 'number' ? [[name, points]] : [];
  });
}

function deckOf(rules: unknown): string | null {
  const id = field(field(rules, 'deck'), 'id');
  return typeof id === 'string' ? id : null;
}

function tellTime(time: unknown): string {
  const moment = typeof time === 'string' ? new Date(time) : null;
  return moment && !Number.isNaN(moment.getTime()) ? formatDateTime(moment) : '';
}

function toneOf(result: Result): string {
  if (result.step) return 'bad';
  return result.verdict === 'not yet revealed' ? 'soft' : 'good';
}

/** A fingerprint in groups, as people compare it. */
const grouped = (fingerprint: string): string =>
  fingerprint.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join(' ') ?? fingerprint;

declare global {
  interface HTMLElementTagNameMap {
    'engage-report': EngageReport;
  }
}
