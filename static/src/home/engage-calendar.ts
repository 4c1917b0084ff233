import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { StreakDay, TaskStreak } from '../api/own-shapes';
import { formatDate, t, tn } from '../words/words';
import { monthOf } from './month';

/** A streak's month: each day with what it was. Days are the member's own, so they are told without a zone. */
@customElement('engage-calendar')
export class EngageCalendar extends LitElement {
  @property({ attribute: false }) streak!: TaskStreak;
  /** The day that it is where the member lives. */
  @property() today = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { length, freezes, month } = this.streak;
    const marks = new Map(this.streak.days.map(({ day, mark }) => [day, mark]));
    const { weekdays, weeks } = monthOf(month);
    return html`
      <div class="calendar">
        <p>
          <strong>${tn('{n} day in a row', '{n} days in a row', length)}</strong>
          ${freezes > 0 ? html`<span class="soft">· ${tn('{n} day may be missed', '{n} days may be missed', freezes)}</span>` : nothing}
        </p>
        <table>
          <caption>${formatDate(`${month}-15T12:00:00Z`, { dateStyle: undefined, year: 'numeric', month: 'long', timeZone: 'UTC' })}</caption>
          <thead><tr>${weekdays.map(({ short, long }) => html`<th scope="col"><abbr title=${long}>${short}</abbr></th>`)}</tr></thead>
          <tbody>
            ${weeks.map((week) => html`<tr>${week.map((day) => this.#day(day, marks.get(day)))}</tr>`)}
          </tbody>
        </table>
        <ul class="legend soft">
          ${(['done', 'frozen', 'restored', 'paused', 'missed'] as const).map((mark) => html`<li><i class="day-mark ${mark}" aria-hidden="true"></i> ${MARKS[mark]()}</li>`)}
        </ul>
      </div>
    `;
  }

  #day(day: string, mark: StreakDay['mark'] | undefined): TemplateResult {
    if (!day) return html`<td></td>`;
    return html`<td aria-current=${day === this.today ? 'date' : nothing}>
      <span class="day-mark ${mark ?? ''}">${Number(day.slice(-2))}${mark ? html`<span class="unseen">: ${MARKS[mark]()}</span>` : nothing}</span>
    </td>`;
  }
}

const MARKS: Readonly<Record<StreakDay['mark'], () => string>> = {
  done: () => t('done'),
  frozen: () => t('missed, covered'),
  restored: () => t('restored'),
  paused: () => t('paused'),
  missed: () => t('missed'),
};

declare global {
  interface HTMLElementTagNameMap {
    'engage-calendar': EngageCalendar;
  }
}
