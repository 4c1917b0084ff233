import { afterEach, describe, expect, it } from 'vitest';
import { formatDate, formatDateTime, formatNumber, language, languageName, t, tn } from './words';

afterEach(() => {
  globalThis.engageWords = undefined;
  document.documentElement.lang = '';
});

function speak(tag: string, table: typeof globalThis.engageWords = undefined): void {
  document.documentElement.lang = tag;
  globalThis.engageWords = table;
}

describe('t', () => {
  it('says the text in the language of the page', () => {
    speak('zh-CN', { Spin: '开转' });
    expect(t('Spin')).toBe('开转');
  });

  it('stays English without a translation', () => {
    speak('zh-CN', {});
    expect(t('Spin')).toBe('Spin');
  });

  it('fills placeholders by name, in the order of the translation, numbers as the language writes them', () => {
    speak('zh-CN', { '{n} units of {prize}': '{prize}:{n} 份' });
    expect(t('{n} units of {prize}', { n: 12345, prize: '<b>' })).toBe('<b>:12,345 份');
  });

  it('leaves a placeholder that has no value, so that the fault is seen', () => {
    expect(t('{n} left', {})).toBe('{n} left');
  });
});

describe('tn', () => {
  it('chooses between the two English forms', () => {
    expect([0, 1, 2, 1000].map((n) => tn('{n} turn', '{n} turns', n))).toEqual([
      '0 turns',
      '1 turn',
      '2 turns',
      '1,000 turns',
    ]);
  });

  it('takes the one form of Chinese', () => {
    speak('zh-CN', { '{n} turn': ['{n} 次'] });
    expect([0, 1, 2].map((n) => tn('{n} turn', '{n} turns', n))).toEqual(['0 次', '1 次', '2 次']);
  });

  it('takes the forms that the build put in place', () => {
    speak('zh-CN');
    expect(tn(['{n} 次'] as unknown as string, '', 2)).toBe('2 次');
  });

  it('takes the form of the number where a language has several', () => {
    speak('pl', { '{n} turn': ['{n} obrót', '{n} obroty', '{n} obrotów'] });
    expect([1, 2, 5, 22].map((n) => tn('{n} turn', '{n} turns', n))).toEqual([
      '1 obrót',
      '2 obroty',
      '5 obrotów',
      '22 obroty',
    ]);
  });
});

describe('language', () => {
  it.each([
    ['zh-CN', 'zh-CN'],
    ['en-US@posix', 'en'],
    ['', 'en'],
    ['not a language', 'en'],
    ['ZH-cn', 'zh-CN'],
  ])('takes %j for %j', (said, expected) => {
    speak(said);
    expect(language()).toBe(expected);
  });
});

describe('languageName', () => {
  it('is what the language calls itself', () => {
    expect(['zh-CN', 'en'].map(languageName)).toEqual(['中文', 'English']);
  });
});

describe('dates and numbers', () => {
  const moment = '2026-11-05T16:30:00Z';

  it('are written as the language writes them, in the zone that was named', () => {
    speak('zh-CN');
    expect(formatDate(moment, { timeZone: 'Asia/Shanghai' })).toBe('2026年11月6日');
    expect(formatDateTime(moment, { timeZone: 'Asia/Shanghai' })).toBe('2026年11月6日 00:30');
    speak('en');
    expect(formatDate(moment, { timeZone: 'UTC' })).toBe('November 5, 2026');
    expect(formatDateTime(moment, { timeZone: 'UTC' }).replace(/\s/g, ' ')).toBe('Nov 5, 2026, 4:30 PM');
    expect(formatNumber(0.125, { style: 'percent', maximumFractionDigits: 1 })).toBe('12.5%');
  });

  it('survive a language tag that no browser accepts', () => {
    speak('en-US@posix');
    expect(formatNumber(1234)).toBe('1,234');
  });
});
