// The page follows what happens elsewhere: units that others win, plays on another screen, a game that is paused, and
// whoever else takes the phone.
import type { Http } from '../api/http';
import { openLive } from '../live/browser';
import { type Later, later } from '../live/later';
import type { Live, Pools, Winner } from '../live/live';
import { guardCodes } from '../prizes/guard';
import type { Session } from './session';

/** News that comes in several pieces is asked about once. */
const SOON_MS = 200;
/** What everybody is told at once is not asked about by everybody at once. */
const CROWD_MS = 2_000;

/** Follow in a browser, until the page goes. `winner` shows who has won something just now. */
export function followLive(session: Session, http: Http, winner: (winner: Winner) => void): void {
  const { member, position, balances, unseen } = session.profile;
  guardCodes(member);
  const live = openLive(http, { position, ...balances, unseen });
  follow(session, live, later());
  live.on('winner', (told) => {
    if (told.game === session.view.id) winner(told);
  });
  live.start();
}

export function follow(session: Session, live: Live, later: Later, spread: () => number = Math.random): void {
  const game = session.view.id;
  const look = () => session.hear();
  live.on('standing', ({ position, points, held }) => {
    if (position > session.profile.position) later(SOON_MS, look);
    session.learnBalances({ points, held });
  });
  live.on('link', (link) => {
    if (link === 'out') look();
  });
  live.on('game', (told) => {
    const { state, revision } = session.view;
    if (told.game === game && (told.state !== state || told.revision !== revision))
      later(CROWD_MS * spread(), look);
  });
  live.on('pools', (told) => {
    if (told.game !== game) return;
    // What a slot pays, and whether anything can be played for, follows from which prizes are out.
    if (outOf(told) !== outOf(session.view)) later(CROWD_MS * spread(), look);
    const { deck } = session.view;
    const { pools, deck_left: left } = told;
    session.learn(deck && left !== null ? { pools, deck: { ...deck, left } } : { pools });
  });
  live.watch(game);
}

function outOf({ pools }: Pick<Pools, 'pools'>): string {
  return pools.flatMap(({ prize, left }) => (left === 0 ? [prize] : [])).join(' ');
}
