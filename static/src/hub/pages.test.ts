import { describe, expect, it, vi } from 'vitest';
import type { Http } from '../api/http';
import { NoAnswer, Refusal } from '../api/refusal';
import { byDay, Pages } from './pages';

type Answer<Item> = { items: Item[]; next: string | null } | Error;

function list<Item = number>(...answers: Answer<Item>[]) {
  const asked: string[] = [];
  const http = {
    ask: async (_method: string, path: string) => {
      asked.push(new URLSearchParams(path.split('?')[1]).get('cursor') ?? '');
      const answer = answers.shift();
      if (answer instanceof Error || answer === undefined) throw answer;
      return { document: answer };
    },
  };
  return {
    pages: new Pages<Item>(http as unknown as Http, '/v1/things', (item) => String(item).charAt(0)),
    asked,
  };
}

describe('a list that comes in pages', () => {
  it('goes on where it ended', async () => {
    const { pages, asked } = list({ items: [9, 8], next: 'a' }, { items: [7], next: null });
    await pages.refresh();
    expect(pages.hasMore).toBe(true);
    await pages.more();
    await pages.more();
    expect([pages.items, asked, pages.hasMore]).toEqual([[9, 8, 7], ['', 'a'], false]);
  });

  it('puts what is new on top and keeps what was told before', async () => {
    const { pages } = list(
      { items: [9, 8], next: 'a' },
      { items: [7, 6], next: 'b' },
      { items: [11, 9], next: 'c' },
    );
    await pages.refresh();
    await pages.more();
    await pages.refresh();
    expect([pages.items, pages.hasMore]).toEqual([[11, 9, 8, 7, 6], true]);
  });

  it('tells in another way what is told in another way by now', async () => {
    const { pages } = list<[number, string]>(
      {
        items: [
          [2, 'waits'],
          [1, 'won'],
        ],
        next: null,
      },
      {
        items: [
          [3, 'waits'],
          [2, 'won'],
          [1, 'won'],
        ],
        next: null,
      },
    );
    await pages.refresh();
    await pages.refresh();
    expect(pages.items).toEqual([
      [3, 'waits'],
      [2, 'won'],
      [1, 'won'],
    ]);
  });

  it('is asked for once more when something came while it was asked for', async () => {
    const { pages, asked } = list({ items: [1], next: null }, { items: [2, 1], next: null });
    await Promise.all([pages.refresh(), pages.refresh()]);
    await vi.waitFor(() => expect(pages.items).toEqual([2, 1]));
    expect(asked).toHaveLength(2);
  });

  it('begins anew when more is new than one page holds', async () => {
    const { pages, asked } = list(
      { items: [2, 1], next: null },
      { items: [9, 8], next: 'z' },
      { items: [7], next: null },
    );
    await pages.refresh();
    await pages.refresh();
    expect([pages.items, pages.hasMore]).toEqual([[9, 8], true]);
    await pages.more();
    expect(asked).toEqual(['', '', 'z']);
  });

  it('keeps what it has when the network goes, and says so', async () => {
    const { pages } = list({ items: [2, 1], next: 'a' }, new NoAnswer(''), { items: [0], next: null });
    await pages.refresh();
    await pages.more();
    expect([pages.items, pages.reach, pages.failed]).toEqual([[2, 1], 'told', true]);
    await pages.more();
    expect([pages.items, pages.failed]).toEqual([[2, 1, 0], false]);
  });

  it.each([
    [new NoAnswer(''), 'nothing'],
    [new Refusal(503, 'busy', '', {}), 'nothing'],
    [new Refusal(401, 'unauthenticated', '', {}), 'signed-out'],
  ])('says what is wrong at first: %s', async (fault, reach) => {
    const { pages } = list(fault);
    await pages.refresh();
    expect(pages.reach).toBe(reach);
  });

  it('never hides a mistake of our own', async () => {
    const { pages } = list(new RangeError('ours'));
    await expect(pages.refresh()).rejects.toBeInstanceOf(RangeError);
  });
});

describe('days', () => {
  it('hold what happened on them, in order', () => {
    const at = ['2026-12-03T12:00', '2026-12-03T01:00', '2026-12-01T12:00'];
    expect(byDay(at, (each) => each).map(([, ofDay]) => ofDay)).toEqual([at.slice(0, 2), at.slice(2)]);
  });
});
