// What just happened, in words, each once. Pure.
import type { Item } from '../live/live';
import { t, tn } from '../words/words';
import type { Home } from './home';

const POINTS = 'points.changed';

type Say = (data: Item['data'], home: Home) => string;

const SAID: Readonly<Record<string, Say>> = {
  'task.completed': ({ task }, home) =>
    t('Done: {task}', { task: home.list('tasks').find(({ id }) => id === task)?.title ?? '' }),
  'badge.awarded': ({ badge }, home) =>
    t('New badge: {badge}', { badge: home.list('badges').find(({ id }) => id === badge)?.name ?? '' }),
  'collection.completed': ({ collection }, home) =>
    t('Complete: {collection}', {
      collection: home.list('collections').find(({ id }) => id === collection)?.title ?? '',
    }),
  [POINTS]: ({ points }, home) =>
    tn('You have {n} point.', 'You have {n} points.', free(home) ?? Number(points ?? 0)),
};

/** In the order in which it happened; points come last, as they are by now. */
export function newsInWords(items: readonly Item[], home: Home): string {
  const known = items.filter(({ name, data }) => name in SAID && data !== undefined);
  const inOrder = [
    ...known.filter(({ name }) => name !== POINTS),
    ...known.filter(({ name }) => name === POINTS),
  ];
  return [...new Set(inOrder.map(({ name, data }) => SAID[name]?.(data, home) ?? ''))].join(' · ');
}

function free(home: Home): number | null {
  const balances = home.get('me')?.balances;
  return balances ? balances.points - balances.held : null;
}
