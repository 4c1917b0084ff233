import { describe, expect, it } from 'vitest';
import type { GameAnswer, Profile, ShownPrize, ShownSlot } from '../api/shapes';
import { sameForAllInWords } from './afterwards';
import { facesOf } from './faces';
import { type Obstacle, RESTING, type Resting, type State } from './machine';
import { chainInWords, guaranteeRuleInWords, oddsInWords } from './odds-texts';
import { guaranteeInWords, noticeOf, passedInWords, periodInWords, resultInWords } from './texts';

const prize = (id: string, name: string, more: Partial<ShownPrize> = {}): ShownPrize => ({
  id,
  name,
  kind: 'points',
  class: 1,
  value_fen: 100,
  points: 5,
  turns: null,
  art: 'coins',
  ...more,
});
const MEAL = prize('prz_meal', 'Set meal', { kind: 'voucher', class: 3, art: 'meal' });
const P50 = prize('prz_p50', '50 points', { class: 2 });
const P5 = prize('prz_p5', '5 points');
const NONE = { ...prize('none', '', { class: 0, art: 'leaf' }), name: null, kind: null };

const slot = (name: string, chain: ShownPrize[], weight: number, inForce = chain[0]): ShownSlot => ({
  slot: name,
  prize: chain[0] as ShownPrize,
  chain: chain.map(({ id }) => id),
  in_force: inForce?.id ?? null,
  odds: { numerator: weight, denominator: 1000 },
});

const view = {
  id: 'gam_w',
  mechanic: 'wheel',
  state: 'live',
  opens_at: '2026-12-01T00:00:00.000Z',
  closes_at: '2026-12-31T00:00:00.000Z',
  ended_at: null,
  prizes: [P5, P50, MEAL],
  slots: [slot('s1', [MEAL, P50, NONE], 20, P50), slot('s2', [P5, NONE], 300), slot('s3', [NONE], 680)],
  turns: { left: 3, next_at: null, expiring: [] },
  guarantee: { class: 2, misses: 4, left: 6 },
} as unknown as GameAnswer;
const scene = { view, profile: { play_limits: { per_day: 3 } } as Profile };

describe('what holds for every play', () => {
  it('is said as it is, with a guarantee and with a deck', () => {
    const plain = { ...view, guarantee: null, deck: null };
    expect(sameForAllInWords(plain)).toBe('The odds are the same for every play, and for everybody.');
    expect(sameForAllInWords({ ...plain, guarantee: view.guarantee })).toContain('towards the guarantee');
    expect(sameForAllInWords({ ...plain, deck: { n: 10, left: 4 } as GameAnswer['deck'] })).toContain(
      'same deck',
    );
  });

  it('is told of the guarantee with its number of plays and its prizes', () => {
    const rule = guaranteeRuleInWords(view);
    expect(rule).toMatch(/^After 10 plays in a row without one of these/);
    expect(rule).toMatch(/which only holds them: 50 points, Set meal\.$/);
    const due = { ...view, guarantee: { class: 2, misses: 10, left: 0 } };
    expect(guaranteeRuleInWords(due)).toMatch(/^Your next play is drawn by the odds above\./);
    expect(guaranteeRuleInWords({ ...view, guarantee: null })).toBeNull();
  });
});

describe('odds and chains', () => {
  it.each([
    [{ numerator: 20, denominator: 1000 }, '1 in 50'],
    [{ numerator: 3, denominator: 7 }, '3 in 7'],
    [{ numerator: 5, denominator: 5 }, '1 in 1'],
    [{ numerator: 1, denominator: 4294967295 }, '1 in 4,294,967,295'],
  ])('%o is %s', (odds, words) => {
    expect(oddsInWords(odds)).toBe(words);
  });

  it('say what is paid when a prize is gone, to the end', () => {
    const [first, second, third] = view.slots as [ShownSlot, ShownSlot, ShownSlot];
    expect(chainInWords(view, first)).toBe('when gone: 50 points, then no prize');
    expect(chainInWords(view, second)).toBe('when gone: no prize');
    expect(chainInWords(view, third)).toBe('');
  });

  it('show on each slice what it pays now', () => {
    expect(facesOf(view)).toEqual([
      {
        slot: 's1',
        prize: 'prz_p50',
        name: '50 points',
        art: 'coins',
        kind: 'points',
        odds: view.slots[0]?.odds,
      },
      {
        slot: 's2',
        prize: 'prz_p5',
        name: '5 points',
        art: 'coins',
        kind: 'points',
        odds: view.slots[1]?.odds,
      },
      { slot: 's3', prize: 'none', name: 'No prize', art: 'leaf', kind: 'none', odds: view.slots[2]?.odds },
    ]);
  });
});

describe('the guarantee', () => {
  it('names the play by which it comes, and everything that it may be', () => {
    expect(guaranteeInWords(view)).toBe(
      'At the latest on play 7 from now you certainly win one of these: 50 points, Set meal',
    );
    const due = { ...view, guarantee: { class: 2, misses: 10, left: 0 } };
    expect(guaranteeInWords(due)).toBe('Your next play certainly wins one of these: 50 points, Set meal');
    expect(guaranteeInWords({ ...view, guarantee: null })).toBeNull();
  });
});

describe('a result', () => {
  it('says what was passed over, and why', () => {
    expect(passedInWords(view, [])).toBeNull();
    expect(passedInWords(view, [{ prize: 'prz_meal', why: 'out' }])).toBe(
      'Gone by now: Set meal. So this slice pays what its rules name next.',
    );
    expect(
      passedInWords(view, [
        { prize: 'prz_meal', why: 'limit' },
        { prize: 'prz_p50', why: 'out' },
      ]),
    ).toContain('You have won this as often as the rules allow: Set meal.');
  });

  it('is one sentence', () => {
    const [won, , none] = facesOf(view);
    expect(won && resultInWords(won)).toBe('You won: 50 points');
    expect(none && resultInWords(none)).toBe('No prize this time');
  });
});

describe('every state', () => {
  const obstacle: Obstacle = {
    code: 'x',
    detail: 'never shown',
    minimum_age: 18,
    retry_at: '2026-12-02T00:00:00.000Z',
    next_at: '2026-12-02T00:00:00.000Z',
  };
  const outcome = { play: 'pla_1' } as Extract<State, { name: 'shown' }>['outcome'];
  const plain: State[] = [
    { name: 'loading' },
    { name: 'signed_out' },
    { name: 'offline' },
    { name: 'error' },
    { name: 'untrue' },
    { name: 'ready' },
    { name: 'unseen', play: 'pla_1' },
    { name: 'unanswered' },
    { name: 'elsewhere' },
    { name: 'asked', again: false },
    { name: 'asked', again: true },
    { name: 'slow', again: false },
    { name: 'cut', again: false },
    { name: 'landing', outcome },
    { name: 'shown', outcome },
  ];
  const resting = RESTING.map((name): State => ({ name, obstacle, notCounted: false }));

  it.each([...plain, ...resting])('$name has a title, and no two say the same', (state) => {
    for (const mechanic of ['wheel', 'scratch'] as const) {
      const notice = noticeOf(state, { ...scene, view: { ...view, mechanic } });
      expect(notice.title).not.toBe('');
      expect(JSON.stringify(notice)).not.toContain('never shown');
    }
  });

  it.each(resting)('$name says first that a refused play was not counted', (state) => {
    const said = noticeOf({ ...state, notCounted: true } as State, scene);
    expect(said.title).toBe('Not counted: your turn was not used.');
    expect(said.line).toContain(noticeOf(state, scene).title);
  });

  it.each<[Resting, string | null]>([
    ['upcoming', view.opens_at],
    ['own_limit', '2026-12-02T00:00:00.000Z'],
    ['limit', '2026-12-02T00:00:00.000Z'],
    ['out_of_turns', '2026-12-02T00:00:00.000Z'],
    ['ended', null],
    ['won', null],
  ])('%s counts down to %s', (name, until) => {
    expect(noticeOf({ name, obstacle, notCounted: false }, scene).until ?? null).toBe(until);
  });

  it.each([
    ['2026-12-03T12:00:00.000Z', 'Ended on December 3, 2026', 'The organiser ended it on December 3, 2026.'],
    [view.closes_at, 'Ended on December 30, 2026', 'It ended on December 30, 2026.'],
  ])('over since %s says the day on which it really ended', (ended_at, period, line) => {
    const over: GameAnswer = { ...view, state: 'ended', ended_at };
    expect(periodInWords(over)).toBe(period);
    const said = noticeOf({ name: 'ended', obstacle, notCounted: false }, { ...scene, view: over });
    expect(said.line).toBe(`${line} What you have won stays yours.`);
  });

  it('that nobody can wait out says where to go on', () => {
    for (const name of ['ended', 'sold_out', 'won', 'too_young', 'audience'] as const) {
      expect(noticeOf({ name, obstacle, notCounted: false }, scene).link, name).toBeDefined();
    }
    const never = { ...obstacle, next_at: null, retry_at: null };
    for (const name of ['out_of_turns', 'limit'] as const) {
      expect(noticeOf({ name, obstacle: never, notCounted: false }, scene).link, name).toBeDefined();
    }
  });

  it('in which something can be done has a button', () => {
    const withButton = [...plain, ...resting]
      .filter((state) => noticeOf(state, scene).button)
      .map(({ name }) => name);
    expect(withButton).toEqual(
      ['signed_out', 'offline', 'error', 'untrue', 'ready', 'unseen', 'unanswered', 'elsewhere'].concat([
        'age_question',
        'rules',
        'refused',
      ]),
    );
  });
});
