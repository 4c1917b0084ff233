import { describe, expect, test } from 'vitest';
import themes from '../base/themes.css?raw';
import { brandTokens } from './brand';
import { contrast, shadeOf } from './colour';

/** What is written on what. Grounds that are gradients count by each of their colours. */
const WRITTEN: [ink: string, ...grounds: string[]][] = [
  ['--ink', '--ground', '--surface', '--surface-2'],
  ['--ink-soft', '--ground', '--surface', '--surface-2'],
  ['--link', '--ground', '--surface', '--surface-2'],
  ['--brand-ink', '--brand'],
  ['--good', '--good-ground', '--surface'],
  ['--warn', '--warn-ground', '--surface'],
  ['--stage-ink', '--stage', '--podium'],
  ['--stage-soft', '--stage', '--podium'],
  ['--action-ink', '--action'],
  ['--slice-1-ink', '--slice-1'],
  ['--slice-2-ink', '--slice-2'],
  ['--slice-3-ink', '--slice-3'],
  ['--paper-ink', '--paper'],
  ['--foil-ink', '--foil'],
];
/** Large text, and what has to be told from its ground without being read. */
const SEEN: [mark: string, ground: string, ratio: number][] = [
  ['--brand', '--surface', 3],
  ['--pointer-gem', '--pointer', 1.6],
  ['--title', '--stage', 3],
];

type Tokens = Record<string, string>;

/** The rules of the style sheet, by selector, those of dark screens apart. */
function readThemes(): { light: Map<string, Tokens>; dark: Map<string, Tokens> } {
  const found = { light: new Map<string, Tokens>(), dark: new Map<string, Tokens>() };
  for (const [, media, selectors = '', body = ''] of themes.matchAll(
    /(@media[^{]*\{\s*)?((?:\s*:root[^{,]*,?)+)\{([^}]*)\}/g,
  )) {
    const tokens = Object.fromEntries(
      [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, k, v]) => [k, v]),
    );
    for (const selector of selectors.split(',').map((each) => each.trim())) {
      const into = media ? found.dark : found.light;
      into.set(selector, { ...into.get(selector), ...tokens });
    }
  }
  return found;
}

const { light, dark } = readThemes();
const common = light.get(':root') as Tokens;
const commonDark = dark.get(':root') as Tokens;

function themeOf(name: string, isDark: boolean): Tokens {
  const selector = `:root[data-theme="${name}"]`;
  const own = { ...common, ...light.get(selector) };
  return isDark ? { ...common, ...commonDark, ...light.get(selector), ...dark.get(selector) } : own;
}

function coloursOf(tokens: Tokens, name: string): string[] {
  const value = tokens[name];
  if (value === undefined) throw new Error(`The theme has no ${name}`);
  return [...value.matchAll(/#[0-9a-f]{6}\b/g)].map(([colour]) => colour);
}

function expectReadable(tokens: Tokens): void {
  for (const [ink, ...grounds] of WRITTEN) {
    for (const colour of coloursOf(tokens, ink)) {
      for (const ground of grounds) {
        for (const each of coloursOf(tokens, ground)) {
          expect(contrast(colour, each), `${ink} ${colour} on ${ground} ${each}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  }
  for (const [mark, ground, ratio] of SEEN) {
    for (const colour of coloursOf(tokens, mark)) {
      for (const on of coloursOf(tokens, ground)) {
        expect(contrast(colour, on), `${mark} ${colour} on ${ground} ${on}`).toBeGreaterThanOrEqual(ratio);
      }
    }
  }
}

describe.each(['festive', 'calm'])('the theme %s', (name) => {
  test('says everything that the calm one says', () => {
    const own = Object.keys(light.get(`:root[data-theme="${name}"]`) as Tokens);
    const all = Object.keys(light.get(':root[data-theme="calm"]') as Tokens);
    expect(own.sort()).toEqual(all.sort());
  });

  test.each([false, true])('can be read, dark: %s', (isDark) => {
    expectReadable(themeOf(name, isDark));
  });
});

describe("a brand's own theme", () => {
  const PAIRS = [
    ['#0a4bb5', '#ffc838'],
    ['#f2b705', '#1b1b3a'],
    ['#ffffff', '#000000'],
    ['#000000', '#ffffff'],
    ['#777777', '#777777'],
    ['#00ff00', '#ff00ff'],
    ['#ff0000', '#ff0000'],
    ['#7f00ff', '#00ffff'],
  ] as const;
  const RANDOM = Array.from({ length: 150 }, (_, index) => {
    const mixed = (index * 2_654_435_761) % 0xffffff;
    const other = (index * 40_503_001 + 12_345) % 0xffffff;
    return [`#${mixed.toString(16).padStart(6, '0')}`, `#${other.toString(16).padStart(6, '0')}`] as const;
  });

  test.each([false, true])('can be read whatever the two colours are, dark: %s', (isDark) => {
    for (const [brand, accent] of [...PAIRS, ...RANDOM]) {
      expectReadable({ ...themeOf('brand', isDark), ...brandTokens({ brand, accent }, isDark) });
    }
  });

  test('says everything that the calm one says', () => {
    const own = Object.keys({
      ...light.get(':root[data-theme="brand"]'),
      ...brandTokens({ brand: '#0a4bb5', accent: '#ffc838' }, false),
    });
    expect(own.sort()).toEqual(Object.keys(light.get(':root[data-theme="calm"]') as Tokens).sort());
  });

  test.each(['#f5f5f0', '#111111'])(
    'has the accent on buttons where the brand is without colour: %s',
    (brand) => {
      for (const isDark of [false, true]) {
        const tokens = brandTokens({ brand, accent: '#00a884' }, isDark);
        expect(shadeOf(tokens['--brand'] ?? '').c).toBeGreaterThan(0.1);
        expect(shadeOf(tokens['--link'] ?? '').c).toBeGreaterThan(0.05);
      }
    },
  );

  test('keeps colours that can be read as they are', () => {
    const tokens = brandTokens({ brand: '#0a4bb5', accent: '#ffc838' }, false);
    expect(tokens['--slice-2']).toBe('#0a4bb5');
    expect(tokens['--slice-3']).toBe('#ffc838');
    expect(tokens['--brand']).toBe('#0a4bb5');
  });
});
