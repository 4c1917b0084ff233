import { describe, expect, it } from 'vitest';
import type { GameAnswer } from '../api/shapes';
import {
  type Event,
  type EventName,
  type Facts,
  isUnderWay,
  type Name,
  next,
  type Obstacle,
  type Outcome,
  RESTING,
  type Resting,
  rest,
  type State,
} from './machine';

const outcome = { play: 'pla_1' } as Outcome;
const obstacle: Obstacle = { code: 'out_of_turns', detail: 'none left', next_at: null };
const UNSEEN = [{ play: 'pla_1', until: '2026-12-01T04:30:00.000Z' }];
const facts = (more: Partial<GameAnswer> = {}, rest: Partial<Facts> = {}): Facts => ({
  view: { state: 'live', refusal: null, unseen: [], ...more } as GameAnswer,
  isPending: false,
  ...rest,
});

const STATES: Record<Exclude<Name, Resting>, State> = {
  loading: { name: 'loading' },
  signed_out: { name: 'signed_out' },
  offline: { name: 'offline' },
  error: { name: 'error' },
  untrue: { name: 'untrue' },
  ready: { name: 'ready' },
  unseen: { name: 'unseen', play: 'pla_1' },
  unanswered: { name: 'unanswered' },
  elsewhere: { name: 'elsewhere' },
  asked: { name: 'asked', again: false },
  slow: { name: 'slow', again: false },
  cut: { name: 'cut', again: false },
  landing: { name: 'landing', outcome },
  shown: { name: 'shown', outcome },
};

const EVENTS: Record<EventName, Event> = {
  facts: { name: 'facts', facts: facts() },
  lost: { name: 'lost', to: 'error' },
  online: { name: 'online' },
  offline: { name: 'offline' },
  tap: { name: 'tap' },
  slow: { name: 'slow' },
  answered: { name: 'answered', outcome },
  refused: { name: 'refused', obstacle },
  unanswered: { name: 'unanswered' },
  landed: { name: 'landed' },
  closed: { name: 'closed', facts: facts() },
};

// What each event leads to from each state; a dot: nothing changes.
const MOVES = `
              facts  lost   online   offline  tap      slow  answered  refused       unanswered  landed  closed
  loading     ready  error  .        offline  .        .     .         .             .           .       .
  signed_out  .      .      .        .        loading  .     .         .             .           .       .
  offline     .      error  loading  .        loading  .     .         .             .           .       .
  error       .      error  loading  offline  loading  .     .         .             .           .       .
  untrue      .      .      .        .        loading  .     .         .             .           .       .
  ready       ready  error  .        offline  asked    .     .         .             .           .       .
  unseen      ready  error  .        offline  asked    .     .         .             .           .       .
  unanswered  .      error  .        .        asked    .     .         .             .           .       .
  elsewhere   .      error  .        offline  asked    .     .         .             .           .       .
  asked       .      error  .        cut      .        slow  landing   out_of_turns  unanswered  .       .
  slow        .      error  .        cut      .        .     landing   out_of_turns  unanswered  .       .
  cut         .      error  slow     .        .        .     landing   out_of_turns  unanswered  .       .
  landing     .      .      .        .        .        .     .         .             .           shown   .
  shown       .      .      .        .        .        .     .         .             .           .       ready
  resting     ready  error  .        offline  .        .     .         .             .           .       .
  refused     .      error  .        offline  asked    .     .         .             .           .       .
`;

function* moves(): Generator<[from: string, event: EventName, to: string]> {
  const [head = [], ...rows] = MOVES.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  for (const [from = '', ...cells] of rows) {
    for (const [i, to] of cells.entries()) yield [from, head[i] as EventName, to];
  }
}

const statesOf = (row: string): State[] => {
  const resting = RESTING.filter((name) => (name === 'refused') === (row === 'refused'));
  if (row === 'resting' || row === 'refused') {
    return resting.map((name) => ({ name, obstacle, notCounted: true }));
  }
  return [STATES[row as Exclude<Name, Resting>]];
};

describe('the table', () => {
  it.each([...moves()])('%s, %s: %s', (row, event, to) => {
    for (const state of statesOf(row)) {
      const after = next(state, EVENTS[event]);
      if (to === '.') expect(after).toBe(state);
      else expect(after.name).toBe(to);
    }
  });

  it('names every state and every event', () => {
    const all = [...moves()];
    const rows = new Set(all.flatMap(([row]) => statesOf(row).map((state) => state.name)));
    expect([...rows].sort()).toEqual([...Object.keys(STATES), ...RESTING].sort());
    expect(new Set(all.map(([, event]) => event))).toEqual(new Set(Object.keys(EVENTS)));
  });

  it('asks with the same key for what was asked before, and never makes a second play of it', () => {
    for (const name of ['unanswered', 'unseen'] as const) {
      expect(next(STATES[name], EVENTS.tap)).toEqual({ name: 'asked', again: true });
    }
    const again: State = { name: 'asked', again: true };
    expect(next(again, EVENTS.slow)).toEqual({ name: 'slow', again: true });
    expect(next(STATES.ready, EVENTS.tap)).toEqual({ name: 'asked', again: false });
  });

  it('keeps news away from a play that is under way', () => {
    const under = Object.values(STATES).filter(isUnderWay);
    expect(under.map((state) => state.name)).toEqual(['asked', 'slow', 'cut', 'landing', 'shown']);
    for (const state of under) expect(next(state, EVENTS.facts)).toBe(state);
  });
});

describe('at rest', () => {
  const refusal = (code: string, more: Partial<Obstacle> = {}): Obstacle => ({ code, detail: code, ...more });

  it.each<[string, Partial<GameAnswer>, Partial<Facts>, Name]>([
    ['nothing in the way', {}, {}, 'ready'],
    ['not begun', { state: 'upcoming', refusal: refusal('game_not_open') }, {}, 'upcoming'],
    ['paused', { state: 'paused', refusal: refusal('game_not_open') }, {}, 'paused'],
    ['over', { state: 'ended', refusal: refusal('game_not_open') }, {}, 'ended'],
    ['sold out, and no turn left', { state: 'sold_out', refusal: refusal('out_of_turns') }, {}, 'sold_out'],
    ['being looked at', { refusal: refusal('under_review') }, {}, 'under_review'],
    ['an insider', { refusal: refusal('not_eligible', { reason: 'insider' }) }, {}, 'insider'],
    [
      'of unknown age',
      { refusal: refusal('not_eligible', { reason: 'age', declaration: true }) },
      {},
      'age_question',
    ],
    [
      'too young',
      { refusal: refusal('not_eligible', { reason: 'age', declaration: false }) },
      {},
      'too_young',
    ],
    ['not invited', { refusal: refusal('not_eligible', { reason: 'audience' }) }, {}, 'audience'],
    ['rules to accept', { refusal: refusal('rules_not_accepted') }, {}, 'rules'],
    ['an own limit', { refusal: refusal('own_limit') }, {}, 'own_limit'],
    ['the day’s limit', { refusal: refusal('limit_reached', { reason: 'day' }) }, {}, 'limit'],
    ['all won', { refusal: refusal('limit_reached', { reason: 'prizes' }) }, {}, 'won'],
    ['no turn', { refusal: refusal('out_of_turns') }, {}, 'out_of_turns'],
    ['sold out since', { refusal: refusal('sold_out') }, {}, 'sold_out'],
    ['a reason that this page is too old for', { refusal: refusal('something_new') }, {}, 'refused'],
    ['an unseen card in a game that is over', { state: 'ended', unseen: UNSEEN }, {}, 'unseen'],
    ['an unanswered play, which comes before all', { unseen: UNSEEN }, { isPending: true }, 'unanswered'],
  ])('%s', (_name, view, more, name) => {
    expect(rest(facts(view, more)).name).toBe(name);
  });

  it('says of a refused play that nothing was counted, but not of a game that can’t be played', () => {
    expect(next(STATES.asked, EVENTS.refused)).toEqual({ name: 'out_of_turns', obstacle, notCounted: true });
    expect(rest(facts({ refusal: obstacle }))).toEqual({ name: 'out_of_turns', obstacle, notCounted: false });
  });

  it('goes on saying so for as long as the same stands in the way', () => {
    const refused = next(STATES.asked, EVENTS.refused);
    const later = { ...obstacle, next_at: '2026-12-02T00:00:00.000Z' };
    const told = (refusal: Obstacle | null): Event => ({ name: 'facts', facts: facts({ refusal }) });
    expect(next(refused, told(later))).toEqual({ name: 'out_of_turns', obstacle: later, notCounted: true });
    expect(next(refused, told({ ...obstacle, code: 'sold_out' }))).toMatchObject({
      name: 'sold_out',
      notCounted: false,
    });
    expect(next(refused, told(null))).toEqual({ name: 'ready' });
    const tooFast = next(STATES.asked, { name: 'refused', obstacle: { ...obstacle, code: 'too_fast' } });
    expect(next(tooFast, told(null))).toBe(tooFast);
    expect(next(tooFast, told(obstacle)).name).toBe('out_of_turns');
  });

  it.each<[Partial<Obstacle>, Name]>([
    [{ code: 'epoch_ended', elsewhere: true }, 'elsewhere'],
    [{ code: 'epoch_ended', elsewhere: false }, 'refused'],
    [{ code: 'unauthenticated' }, 'signed_out'],
    [{ code: 'too_fast' }, 'refused'],
    [{ code: 'game_not_open', reason: 'ended' }, 'ended'],
    [{ code: 'game_not_open', reason: 'paused' }, 'paused'],
    [{ code: 'game_not_open', reason: 'upcoming' }, 'upcoming'],
  ])('after a play was refused: %o', (more, name) => {
    const event: Event = { name: 'refused', obstacle: { ...obstacle, ...more } };
    expect(next(STATES.slow, event).name).toBe(name);
  });
});
