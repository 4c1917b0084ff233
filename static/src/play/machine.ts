// What the page is doing, as a table of states and events. Pure: what has to be done on entering a state is the
// page's business (engage-game), what people read in it is in `texts.ts`.
import type { GameAnswer, NextRefusal, PlayAnswer } from '../api/shapes';

/** What a play came to, as a page shows it. */
export type Outcome = Pick<PlayAnswer, 'play' | 'receipt' | 'prize' | 'show'>;

/** Why a play can't be made now, or was not counted. */
export interface Obstacle extends NextRefusal {
  /** Of an epoch that has ended: another screen opened one since. */
  elsewhere?: boolean;
}

export type State =
  | { name: 'loading' }
  | { name: 'signed_out' }
  | { name: 'offline' }
  | { name: 'error' }
  /** A check of the server's promises failed: nothing is played. */
  | { name: 'untrue' }
  /** Something stands in the way; `notCounted` after a play that was refused for it. */
  | { name: Resting; obstacle: Obstacle; notCounted: boolean }
  | { name: 'ready' }
  /** A play was made and nobody has seen what came of it. */
  | { name: 'unseen'; play: string }
  /** A play was asked for and no answer came: the same key asks again. */
  | { name: 'unanswered' }
  /** Another screen opened an epoch since. */
  | { name: 'elsewhere' }
  /** Asked for: the wheel turns. `again`: for a play that was asked for before. */
  | { name: 'asked'; again: boolean }
  | { name: 'slow'; again: boolean }
  /** Asked for, and the device has been offline since. */
  | { name: 'cut'; again: boolean }
  /** The answer is here: the wheel stops, or the card can be scratched. */
  | { name: 'landing'; outcome: Outcome }
  | { name: 'shown'; outcome: Outcome };

/** The states in which an obstacle is said; each is the code of a refusal or a finer reason of one. */
export const RESTING = [
  'upcoming',
  'paused',
  'ended',
  'sold_out',
  'under_review',
  'insider',
  'age_question',
  'too_young',
  'audience',
  'rules',
  'own_limit',
  'limit',
  'won',
  'out_of_turns',
  'refused',
] as const;

export type Resting = (typeof RESTING)[number];
export type Name = State['name'];

/** What the page knows at rest. */
export interface Facts {
  view: GameAnswer;
  /** Whether a play of this device was asked for and not answered. */
  isPending: boolean;
}

export type Event =
  | { name: 'facts'; facts: Facts }
  | { name: 'lost'; to: 'signed_out' | 'offline' | 'error' | 'untrue' }
  | { name: 'online' }
  | { name: 'offline' }
  | { name: 'tap' }
  | { name: 'slow' }
  | { name: 'answered'; outcome: Outcome }
  | { name: 'refused'; obstacle: Obstacle }
  | { name: 'unanswered' }
  | { name: 'landed' }
  | { name: 'closed'; facts: Facts };

export type EventName = Event['name'];
type Of<N extends EventName> = Extract<Event, { name: N }>;
type Row<S> = { [N in EventName]?: (event: Of<N>, state: S) => State };

const reload = (): State => ({ name: 'loading' });
const lose = ({ to }: Of<'lost'>): State => ({ name: to });
const restAt = ({ facts }: { facts: Facts }): State => rest(facts);
const goOffline = (): State => ({ name: 'offline' });
const ask = (again: boolean) => (): State => ({ name: 'asked', again });

/** A page at rest follows what it is told. */
const AT_REST = { facts: restAt, lost: lose, offline: goOffline };
/** That a play was not counted stays said for as long as the same stands in its way. */
const AT_OBSTACLE: Row<{ name: Resting; notCounted: boolean }> = {
  facts: ({ facts }, { name, notCounted }) => {
    const to = rest(facts);
    return to.name === name ? ({ ...to, notCounted } as State) : to;
  },
  lost: lose,
  offline: goOffline,
};
/** A play is under way: news has to wait until it is over. */
const UNTIL_ANSWERED: Row<{ again: boolean }> = {
  answered: ({ outcome }) => ({ name: 'landing', outcome }),
  refused: ({ obstacle }) => stop(obstacle),
  unanswered: () => ({ name: 'unanswered' }),
  lost: lose,
};
/** A play that was sent stays under way while the device is offline. */
const UNDER_WAY: Row<{ again: boolean }> = {
  ...UNTIL_ANSWERED,
  offline: (_, { again }) => ({ name: 'cut', again }),
};

/** An obstacle that only the play itself meets is not to be seen in the game: it stays said until the next tap. */
function restUnlessReady({ facts }: Of<'facts'>, state: State): State {
  const to = rest(facts);
  return to.name === 'ready' ? state : to;
}

type Table = { [N in Name]: Row<Extract<State, { name: N }>> };

const TABLE: Table = {
  loading: AT_REST,
  signed_out: { tap: reload },
  offline: { tap: reload, online: reload, lost: lose },
  error: { tap: reload, online: reload, lost: lose, offline: goOffline },
  untrue: { tap: reload },
  upcoming: AT_OBSTACLE,
  paused: AT_OBSTACLE,
  ended: AT_OBSTACLE,
  sold_out: AT_OBSTACLE,
  under_review: AT_OBSTACLE,
  insider: AT_OBSTACLE,
  age_question: AT_OBSTACLE,
  too_young: AT_OBSTACLE,
  audience: AT_OBSTACLE,
  rules: AT_OBSTACLE,
  own_limit: AT_OBSTACLE,
  limit: AT_OBSTACLE,
  won: AT_OBSTACLE,
  out_of_turns: AT_OBSTACLE,
  refused: { facts: restUnlessReady, lost: lose, offline: goOffline, tap: ask(false) },
  ready: { ...AT_REST, tap: ask(false) },
  unseen: { ...AT_REST, tap: ask(true) },
  unanswered: { tap: ask(true), lost: lose },
  elsewhere: { tap: ask(false), lost: lose, offline: goOffline },
  asked: { ...UNDER_WAY, slow: (_, { again }) => ({ name: 'slow', again }) },
  slow: UNDER_WAY,
  cut: { ...UNTIL_ANSWERED, online: (_, { again }) => ({ name: 'slow', again }) },
  landing: { landed: (_, { outcome }) => ({ name: 'shown', outcome }) },
  shown: { closed: restAt },
};

/** The state after an event; an event that a state does not know changes nothing. */
export function next(state: State, event: Event): State {
  const row = TABLE[state.name] as Row<State>;
  const move = row[event.name] as ((event: Event, state: State) => State) | undefined;
  return move ? move(event, state) : state;
}

/** The state of a page at rest. What was begun comes first, then the game's own state, then the member's. */
export function rest({ view, isPending }: Facts): State {
  if (isPending) return { name: 'unanswered' };
  const [unseen] = view.unseen;
  if (unseen) return { name: 'unseen', play: unseen.play };
  const obstacle = view.refusal ?? { code: view.state, detail: '' };
  if (view.state !== 'live') return { name: view.state, obstacle, notCounted: false };
  if (view.refusal) return { name: restingOf(view.refusal), obstacle: view.refusal, notCounted: false };
  return { name: 'ready' };
}

/** The state after a play was refused: nothing was counted. */
function stop(obstacle: Obstacle): State {
  if (obstacle.code === 'unauthenticated') return { name: 'signed_out' };
  if (obstacle.code === 'epoch_ended' && obstacle.elsewhere === true) return { name: 'elsewhere' };
  return { name: restingOf(obstacle), obstacle, notCounted: true };
}

const BY_CODE: Readonly<Record<string, Resting>> = {
  under_review: 'under_review',
  rules_not_accepted: 'rules',
  own_limit: 'own_limit',
  out_of_turns: 'out_of_turns',
  sold_out: 'sold_out',
};

/** Which state says an obstacle. */
export function restingOf(obstacle: Obstacle): Resting {
  const { code } = obstacle;
  if (code === 'game_not_open') return closedAs(obstacle);
  if (code === 'not_eligible') return ineligibleAs(obstacle);
  if (code === 'limit_reached') return obstacle.reason === 'prizes' ? 'won' : 'limit';
  return BY_CODE[code] ?? 'refused';
}

function closedAs(obstacle: Obstacle): Resting {
  const { reason } = obstacle;
  return reason === 'paused' || reason === 'upcoming' ? reason : 'ended';
}

function ineligibleAs(obstacle: Obstacle): Resting {
  if (obstacle.reason === 'age') return obstacle.declaration === true ? 'age_question' : 'too_young';
  return obstacle.reason === 'insider' ? 'insider' : 'audience';
}

/** Whether a result is on its way, so that nothing else may be begun and no news may be shown. */
export function isUnderWay(state: State): boolean {
  return ['asked', 'slow', 'cut', 'landing', 'shown'].includes(state.name);
}
