import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TaskAnswer } from '../api/own-shapes';
import { formatDateTime, t, tn } from '../words/words';
import { amountInWords, rewardInWords, taskInWords, untilInWords } from './words';

/** What a member can do about a task. */
export type Doing = 'check-in' | 'join' | 'claim' | 'answer' | 'restore' | 'calendar';

/** One task: what it asks for, how far it is, what it brings, and the one thing to do. Says `engage-do` with it. */
@customElement('engage-task')
export class EngageTask extends LitElement {
  @property({ attribute: false }) task!: TaskAnswer;
  /** What a badge that it brings is called; empty where that is not told. */
  @property() badge = '';
  /** Where the member lives. */
  @property() zone: string | undefined;
  @property({ type: Boolean }) busy = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #do(doing: Doing): void {
    this.dispatchEvent(new CustomEvent<Doing>('engage-do', { detail: doing, bubbles: true }));
  }

  protected override render(): TemplateResult {
    const { task } = this;
    const { value, target, steps } = task.progress;
    const said = taskInWords(task);
    const until = untilInWords(task, this.zone);
    const left = this.#left();
    const id = `task-${task.id}`;
    const isOver = task.state === 'ended' || task.state === 'reward_gone';
    return html`
      <article class="task ${task.state}" aria-labelledby=${id}>
        <div class="task-head">
          <div>
            <h3 id=${id} tabindex="-1">${task.title}</h3>
            ${task.description ? html`<p class="soft">${task.description}</p>` : nothing}
          </div>
          <p class="task-reward">${rewardInWords({ ...task.reward, name: task.reward.name || this.badge })}</p>
        </div>
        ${isOver || task.state === 'completed' || !task.how ? nothing : html`<p class="soft">${task.how}</p>`}
        ${
          target > 1 && !isOver && task.state !== 'completed'
            ? html`<div class="task-far">
                <progress max=${target} value=${Math.min(value, target)} aria-labelledby=${id}></progress>
                <span>${amountInWords(task.progress)}</span>
              </div>`
            : nothing
        }
        ${
          steps.length > 1
            ? html`<ol class="task-steps">
                ${steps.map(
                  (step) => html`<li class=${step.value >= step.target ? 'done' : ''}>
                    ${step.title}
                    <span class="soft">${amountInWords(step)}</span>
                  </li>`,
                )}
              </ol>`
            : nothing
        }
        ${task.streak ? this.#streak(task) : nothing}
        <div class="task-foot">
          ${said || until || left !== nothing ? html`<p class="soft">${[said, until].filter(Boolean).join(' · ')}${left}</p>` : nothing}
          <div class="task-ways">
            ${task.streak ? html`<button class="button button-quiet" type="button" aria-describedby=${id} @click=${() => this.#do('calendar')}>${t('Calendar')}</button>` : nothing}
            ${this.#actions(id)}
          </div>
        </div>
      </article>
    `;
  }

  #left(): TemplateResult | typeof nothing {
    const { units_left } = this.task.reward;
    if (units_left === null || units_left > 100 || units_left === 0) return nothing;
    return html` <span class="left">${tn('{n} reward left', '{n} rewards left', units_left)}</span>`;
  }

  #streak({ streak }: TaskAnswer): TemplateResult | typeof nothing {
    if (streak === null) return nothing;
    const { length, freezes, restorable_until } = streak;
    return html`<div class="streak">
      ${length > 0 ? html`<p class="streak-length">${tn('{n} day in a row', '{n} days in a row', length)}</p>` : nothing}
      ${freezes > 0 ? html`<p class="soft">${tn('{n} day may be missed', '{n} days may be missed', freezes)}</p>` : nothing}
      ${restorable_until ? html`<p class="left">${t('Your streak broke. You can restore it until {when}.', { when: formatDateTime(restorable_until) })}</p>` : nothing}
    </div>`;
  }

  #actions(id: string): TemplateResult[] {
    const { task } = this;
    const isOpen = task.state === 'open' || task.state === 'in_progress';
    const found: TemplateResult[] = [];
    if (task.claimable > 0 && task.state === 'claimable')
      found.push(this.#button(id, 'claim', t('Get the reward')));
    if (task.state === 'opted_out') found.push(this.#button(id, 'join', t('Join')));
    if (task.streak?.restorable_until) found.push(this.#button(id, 'restore', t('Restore my streak')));
    if (isOpen && task.questionnaire) found.push(this.#button(id, 'answer', t('Answer')));
    if (isOpen && task.template === 'check_in')
      found.push(
        task.streak?.today_done
          ? html`<p class="done">✓ ${t('Checked in today')}</p>`
          : this.#button(id, 'check-in', t('Check in')),
      );
    return found;
  }

  #button(id: string, doing: Doing, words: string): TemplateResult {
    return html`<button
      class="button button-main"
      type="button"
      aria-describedby=${id}
      ?disabled=${this.busy}
      @click=${() => this.#do(doing)}
    >
      ${words}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engage-task': EngageTask;
  }
}
