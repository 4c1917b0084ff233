import { describe, expect, it } from 'vitest';
import type { Home } from './home';
import { newsInWords } from './news';

const LISTS: Record<string, object[]> = {
  tasks: [{ id: 'tsk_1', title: 'The first meal' }],
  badges: [{ id: 'bdg_1', name: 'Regular' }],
};
const home = {
  get: () => ({ balances: { points: 532, held: 316 } }),
  list: (part: string) => LISTS[part] ?? [],
} as unknown as Home;
const item = (name: string, data: object) => ({ name, position: 1, data }) as never;

describe('news', () => {
  it('tell all that came together, each once, and last the points that can be used', () => {
    const items = [
      item('points.changed', { points: 500 }),
      item('task.completed', { task: 'tsk_1' }),
      item('points.changed', { points: 532 }),
      item('badge.awarded', { badge: 'bdg_1' }),
    ];
    expect(newsInWords(items, home)).toBe('Done: The first meal · New badge: Regular · You have 216 points.');
  });

  it('are none where nothing is news', () => {
    expect(newsInWords([item('play.seen', {})], home)).toBe('');
  });
});
