import { describe, expect, it } from 'vitest';
import type { EventAnswer, VerdictAnswer } from '../api/own-shapes';
import { nameOf, told, verdictInWords } from './words';

const verdict = (rule: string, said = 'counted', data: Record<string, unknown> = {}): VerdictAnswer => ({
  rule,
  verdict: said,
  data,
  at: '2026-11-26T10:00:00Z',
});

describe('what counted', () => {
  it('is money where a task adds up money', () => {
    const one = verdict('tsk_1', 'counted', { value: 4800, target: 6000 });
    const say = (isMoney: boolean) => verdictInWords(one, { title: 'Spend 60', isMoney });
    expect([say(true), say(false)]).toEqual([
      'Spend 60: Counted, ¥48 of ¥60.',
      'Spend 60: Counted, 4,800 of 6,000.',
    ]);
  });

  it('says nothing of a badge that is a secret still', () => {
    const rules = [
      verdict('badge:bdg_secret', 'filtered_out'),
      verdict('badge:bdg_new'),
      verdict('tsk_gone', 'paused'),
    ];
    expect(told(rules, {}).map(({ rule }) => rule)).toEqual(['badge:bdg_new', 'tsk_gone']);
  });

  it('is named as the brand names it, and not at all where it was done on a page', () => {
    const event = (source: string) => ({ source, id: 'order-1' }) as EventAnswer;
    expect([nameOf(event('shop')), nameOf(event('engage'))]).toEqual(['order-1', '']);
  });
});
