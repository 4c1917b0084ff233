// Good news as it is said to those who don't see the page move: the last one of those that came together.
import type { Item } from '../live/live';
import { t, tn } from '../words/words';
import type { Home } from './home';

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
  'points.changed': ({ points }, home) =>
    tn('You have {n} point.', 'You have {n} points.', home.get('me')?.balances.points ?? Number(points ?? 0)),
};

export function newsInWords(items: readonly Item[], home: Home): string {
  const last = items.filter(({ name, data }) => name in SAID && data !== undefined).at(-1);
  return last ? (SAID[last.name]?.(last.data, home) ?? '') : '';
}
