import { afterEach, describe, expect, it } from 'vitest';
import type { TaskAnswer, TaskStreak } from '../api/own-shapes';
import './engage-task';

const streak = (changes: Partial<TaskStreak>): TaskStreak => ({
  length: 0,
  today_done: false,
  freezes: 0,
  restorable_until: null,
  month: '2026-11',
  days: [],
  ...changes,
});

/** What a card says, and what its buttons are called. */
async function card(changes: Partial<TaskAnswer>, badge = ''): Promise<{ text: string; buttons: string[] }> {
  const element = document.createElement('engage-task');
  element.task = {
    id: 'tsk_1',
    template: null,
    title: 'A title',
    description: '',
    how: 'Do <b>this</b>',
    state: 'open',
    progress: { value: 0, target: 1, steps: [] },
    window: 'once',
    until: '2026-12-01T00:00:00Z',
    claimable: 0,
    streak: null,
    questionnaire: null,
    reward: { kind: 'badge', amount: 1, game: null, badge: 'bdg_1', name: null, art: null, units_left: null },
    ...changes,
  } as TaskAnswer;
  element.badge = badge;
  document.body.append(element);
  await element.updateComplete;
  const buttons = [...element.querySelectorAll('button')].map((each) => each.textContent?.trim() ?? '');
  return { text: (element.textContent ?? '').replaceAll(/\s+/g, ' '), buttons };
}

afterEach(() => document.body.replaceChildren());

describe('the card of a task', () => {
  it('says how to do it, as it was written, until it is done', async () => {
    expect((await card({})).text).toContain('Do <b>this</b>');
    expect((await card({ state: 'completed' })).text).not.toContain('this');
  });

  it('names the badge that it brings, where the member may know it', async () => {
    expect((await card({}, 'Regular')).text).toContain('Regular');
    expect((await card({})).text).toContain('A badge');
  });

  it('lets who broke a streak begin anew as well as restore it, and says until when', async () => {
    const broken = streak({ restorable_until: '2026-11-26T18:00:00Z' });
    const { text, buttons } = await card({ template: 'check_in', streak: broken });
    expect(buttons).toEqual(['Calendar', 'Restore my streak', 'Check in']);
    expect(text).toContain('You can restore it until');
    expect(text).not.toContain('0 days');
  });

  it('has nothing to check in on a day that is done', async () => {
    const done = streak({ length: 3, today_done: true });
    const { text, buttons } = await card({ template: 'check_in', streak: done, state: 'in_progress' });
    expect(buttons).toEqual(['Calendar']);
    expect(text).toContain('3 days in a row');
  });
});
