// What opens from the hub, each loaded by itself, and how it is shown.
import { html, type TemplateResult } from 'lit';
import { now } from '../hub/start';
import { t } from '../words/words';
import type { Home } from './home';
import { dayOf } from './hours';

export type Sheet = 'buy' | 'answer' | 'calendar' | 'badge' | 'mine' | 'held';

export const LAZY: Readonly<Record<Sheet, () => Promise<unknown>>> = {
  buy: () => import('./engage-buy'),
  held: () => import('./engage-held'),
  answer: () => import('./engage-questions'),
  calendar: () => import('./engage-calendar'),
  badge: () => import('./engage-badge'),
  mine: () => import('./engage-mine'),
};

/** Load everything that can be opened, so that it opens in a tunnel too. What does not come is asked for when it is opened. */
export async function loadAll(): Promise<void> {
  const all = [import('../play/engage-sheet'), ...Object.values(LAZY).map((load) => load())];
  await Promise.allSettled(all);
}

/** The points that can be used. */
function free(home: Home): number {
  const { points = 0, held = 0 } = home.get('me')?.balances ?? {};
  return points - held;
}

/** `close` puts the sheet away; `look` leaves it open and looks at everything anew. */
interface Ways {
  close(): void;
  look(): void;
}

type Show = (home: Home, subject: string, ways: Ways) => readonly [string, TemplateResult | null];

/** What was opened and is not there any more. */
function gone(): readonly [string, TemplateResult] {
  return [t('Not there any more'), html`<p>${t('This can’t be found any more.')}</p>`];
}

export const SHEETS: Readonly<Record<Sheet, Show>> = {
  buy: (home, subject, { close, look }) => {
    const item = home.list('items').find((one) => one.item === subject);
    if (!item) return gone();
    return [
      item.name,
      html`<engage-buy .item=${item} .points=${free(home)} @engage-done=${close} @engage-changed=${look}></engage-buy>`,
    ];
  },
  held: (home, subject, { close }) => {
    const one = home.list('redemptions').find(({ redemption }) => redemption === subject);
    if (one?.state !== 'held') return gone();
    return [one.name, html`<engage-held .redemption=${one} @engage-done=${close}></engage-held>`];
  },
  answer: (_home, subject, { close, look }) => [
    t('Questionnaire'),
    html`<engage-questions .questionnaire=${subject} @engage-done=${close} @engage-changed=${look}></engage-questions>`,
  ],
  calendar: (home, subject) => {
    const task = home.list('tasks').find(({ id }) => id === subject);
    if (!task?.streak) return gone();
    const zone = home.get('me')?.time_zone ?? 'UTC';
    return [
      task.title,
      html`<engage-calendar .streak=${task.streak} .today=${dayOf(now(), zone)}></engage-calendar>`,
    ];
  },
  badge: (home, subject, { look }) => {
    const badge = home.list('badges').find(({ id }) => id === subject);
    if (!badge) return gone();
    return [badge.name, html`<engage-badge .badge=${badge} @engage-changed=${look}></engage-badge>`];
  },
  mine: (home, _subject, { look }) => {
    const me = home.get('me');
    if (!me) return ['', null];
    return [t('Settings and my data'), html`<engage-mine .me=${me} @engage-changed=${look}></engage-mine>`];
  },
};
