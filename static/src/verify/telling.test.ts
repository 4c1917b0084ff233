// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Report, Result, Step, Verdict } from './report';
import { type Shown, stepsOf } from './telling';
import { tellAll, tellCompleteness, tellKeys } from './telling-all';

const KEY = 'ab'.repeat(32);

function report(...verdicts: Verdict[]): Report {
  return {
    results: verdicts.map((verdict, i) => ({
      subject: `pla_${i}`,
      verdict,
      step: verdict === 'FAILED' ? 'ticket' : null,
      detail: '',
      receipt: i,
    })),
    fingerprints: [KEY],
    isPinned: false,
    notCovered: [],
    complete: [],
    receipts: verdicts.length,
    compared: null,
  };
}

describe('a whole file', () => {
  it.each([
    [['proven'], 'good', 'Checked ✓ the one result was fixed before the tap'],
    [['proven', 'proven'], 'good', 'Checked ✓ all 2 results were fixed before the tap'],
    [['proven', 'card proven'], 'early', 'Agrees ✓ all 2 results, as far as they can be checked yet'],
    [['not yet revealed'], 'early', 'Agrees ✓ the one result, as far as it can be checked yet'],
    [['proven', 'FAILED'], 'bad', 'Does not check out: 1 result of 2 does not agree'],
    [['FAILED', 'FAILED'], 'bad', 'Does not check out: 2 results of 2 do not agree'],
    [[], 'none', 'There are no results in it, and nothing in it is wrong.'],
  ] as [Verdict[], string, string][])('of %j is %s', (verdicts, tone, sentence) => {
    expect(tellAll(report(...verdicts), [KEY])).toMatchObject({ tone, sentence });
  });

  it('does not check out either when only something beside the results is wrong', () => {
    const apart = report('proven');
    apart.results.unshift({
      subject: 'gam_x',
      verdict: 'FAILED',
      step: 'sequence',
      detail: '',
      receipt: null,
    });
    expect(tellAll(apart, [KEY])).toMatchObject({
      tone: 'bad',
      sentence: 'Does not check out: something beside the results does not agree',
    });
  });

  it('that was compared says so, and loudly if the bundle is of other games', () => {
    const covered = { ...report('proven', 'proven'), compared: 2 };
    const said = 'Compared with the bundle: all 2 are in it, none of yours is missing.';
    expect(tellCompleteness(covered)).toContain(said);
    expect(tellCompleteness({ ...covered, ...report('FAILED'), compared: 1 })).not.toContain(said);
    const apart = { ...covered, compared: 0, notCovered: ['gam_x'] };
    expect(tellAll(apart, [KEY])).toMatchObject({
      tone: 'bad',
      sentence: 'The bundle covers nothing of this file: none of its results could be compared',
    });
    expect(tellCompleteness(apart)).toContain('Game gam_x is not covered by the bundle.');
  });

  it('that fails is not called complete, though it holds the close of its game', () => {
    const said = 'Game gam_x is closed in this file, so nothing of it can be missing.';
    expect(tellCompleteness({ ...report('proven'), complete: ['gam_x'] })).toEqual([said]);
    expect(tellCompleteness({ ...report('FAILED'), complete: ['gam_x'] })).toEqual([]);
  });

  it('that somebody else signed is never called checked', () => {
    const told = tellAll(report('proven'), []);
    expect(told.tone).toBe('doubt');
    expect(told.sentence).not.toContain('Checked');
  });

  it('says of the key only what is known of it', () => {
    const proven = report('proven');
    expect(tellKeys(proven, null).tone).toBe('doubt');
    expect(tellKeys(proven, [KEY]).tone).toBe('good');
    expect(tellKeys(proven, []).tone).toBe('bad');
    expect(tellKeys(report(), [KEY])).toMatchObject({ tone: 'none' });
    expect(tellKeys({ ...proven, isPinned: true }, []).tone).toBe('good');
    expect(tellKeys({ ...proven, isPinned: true, fingerprints: [] }, [KEY]).tone).toBe('bad');
  });
});

describe('the steps of a result', () => {
  const shown: Shown = { isDeck: false, seed: true, deck: false, isComplete: false, hasBundle: false };
  const proven: Result = { subject: 'pla_1', verdict: 'proven', step: null, detail: '', receipt: 0 };
  const names = (result: Result, by: Partial<Shown>) =>
    stepsOf(result, { ...shown, ...by }).map(([step, state]) =>
      state === 'agrees' ? step : `${step} ${state}`,
    );

  it('are those that concern a draw', () => {
    const usual = ['format', 'signature', 'commitment', 'sequence', 'table', 'ticket', 'outcome', 'overdue'];
    expect(names(proven, {})).toEqual(usual);
    expect(names(proven, { isComplete: true, hasBundle: true })).toEqual([
      ...usual.slice(0, -1),
      'stock',
      'bundle',
      'overdue',
    ]);
  });

  it('are those that concern a card, some of them later', () => {
    expect(names({ ...proven, verdict: 'card proven' }, { isDeck: true, seed: false })).toEqual([
      'format',
      'signature',
      'commitment',
      'sequence',
      'ticket later',
      'card',
      'deck later',
      'overdue',
    ]);
  });

  it('end with the one that fails', () => {
    const failing: Result = { ...proven, verdict: 'FAILED', step: 'table' as Step };
    expect(names(failing, {})).toEqual([
      'format',
      'signature',
      'commitment',
      'sequence',
      'table fails',
      'ticket unreached',
      'outcome unreached',
      'overdue unreached',
    ]);
  });
});
