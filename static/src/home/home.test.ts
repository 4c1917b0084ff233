import { describe, expect, it } from 'vitest';
import { Http } from '../api/http';
import { ALL, Home, touchedBy } from './home';

/** A server that answers what it is told to, and remembers what it was asked. */
function house(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  const http = new Http({
    fetch: async (path) => {
      asked.push(path);
      return answers[path]?.() ?? Response.json({ items: [] });
    },
    now: () => 0,
    wait: async () => undefined,
    spread: () => 0,
  });
  return { asked, home: new Home(http) };
}

const item = (name: string) => ({ name, position: 1, data: {} }) as never;

function refusal(status: number, code: string): Response {
  const body = { type: code, title: code, status, code, detail: code, instance: '/' };
  return Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

describe('the hub', () => {
  it('asks for every part once', async () => {
    const { asked, home } = house({});
    await home.refresh();
    expect(asked.toSorted()).toEqual([
      '/v1/badges',
      '/v1/collections',
      '/v1/items',
      '/v1/me',
      '/v1/redemptions',
      '/v1/tasks',
    ]);
    expect(home.reach).toBe('told');
  });

  it('asks again for what happened while it was asking, once', async () => {
    const { asked, home } = house({});
    await Promise.all([home.refresh(['tasks']), home.refresh(['tasks']), home.refresh(['tasks'])]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked).toEqual(['/v1/tasks', '/v1/tasks']);
  });

  it('keeps what it knows when a part can’t be had', async () => {
    let works = true;
    const tasks = () => (works ? Response.json({ items: [{ id: 'tsk_1' }] }) : refusal(404, 'not_found'));
    const { home } = house({ '/v1/tasks': tasks });
    await home.refresh();
    works = false;
    await home.refresh();
    expect(home.list('tasks')).toEqual([{ id: 'tsk_1' }]);
    expect(home.reach).toBe('told');
  });

  it('knows when nobody is signed in', async () => {
    const out = () => refusal(401, 'unauthenticated');
    const { home } = house(Object.fromEntries(['/v1/me', '/v1/tasks'].map((path) => [path, out])));
    await home.refresh(['me']);
    expect(home.reach).toBe('signed-out');
  });

  it.each([
    [['points.changed'], ['me', 'items', 'tasks', 'collections']],
    [['task.progressed', 'task.completed'], ['tasks']],
    [['badge.awarded'], ['badges', 'collections']],
    [
      ['redemption.changed', 'points.changed'],
      ['redemptions', 'items', 'me', 'tasks', 'collections'],
    ],
    [['consent.changed'], []],
  ])('hears %j and asks for %j', (names, parts) => {
    expect(touchedBy(names.map(item))).toEqual(parts);
  });

  it('asks for everything where it is known only that something happened', async () => {
    const { asked, home } = house({});
    await home.hear([]);
    expect(asked.length).toBe(ALL.length);
  });
});
