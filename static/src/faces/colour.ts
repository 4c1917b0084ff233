/** Colours as people see them: WCAG contrast, and shades in OKLCH, where equal steps of lightness look equal. */

/** Lightness 0 to 1, chroma 0 to about 0.4, hue in degrees. */
export interface Shade {
  l: number;
  c: number;
  h: number;
}

export const WHITE = '#ffffff';
export const BLACK = '#14110f';
export const TEXT_CONTRAST = 4.5;
const STEP = 1 / 256;

/** WCAG's relative luminance of `#rrggbb`, 0 to 1. */
export function luminance(colour: string): number {
  const [red, green, blue] = linearOf(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG's contrast ratio of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or the dark ink: whichever reads better on the worst of these grounds. */
export function inkOn(...grounds: string[]): string {
  const worst = (ink: string): number => Math.min(...grounds.map((ground) => contrast(ink, ground)));
  return worst(WHITE) >= worst(BLACK) ? WHITE : BLACK;
}

/** The shade nearest to a colour, hue kept, that has a contrast of at least `ratio` with all of these. */
export function readable(colour: string, others: readonly string[], ratio: number = TEXT_CONTRAST): string {
  const suits = (shade: string): boolean => others.every((other) => contrast(shade, other) >= ratio);
  const { l, c, h } = shadeOf(colour);
  if (suits(colour)) return colour;
  for (let moved = STEP; moved < 1; moved += STEP) {
    for (const target of [l - moved, l + moved]) {
      const shade = spell({ l: Math.min(1, Math.max(0, target)), c, h });
      if (suits(shade)) return shade;
    }
  }
  return inkOn(...others);
}

/** The nearest shade that an ink can be read on: some middle tones carry neither white nor black. */
export function carrying(colour: string, ink: string = inkOn(colour)): string {
  return readable(colour, [ink]);
}

export function shadeOf(colour: string): Shade {
  const [red, green, blue] = linearOf(colour);
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short;
  const b = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short;
  return {
    l: 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    c: Math.hypot(a, b),
    h: (Math.atan2(b, a) * 180) / Math.PI,
  };
}

/** The shade as `#rrggbb`. What a screen can't show loses chroma, never lightness. */
export function spell({ l, c, h }: Shade): string {
  for (let kept = c; ; kept -= 0.004) {
    const parts = rgbOf(l, Math.max(0, kept), (h * Math.PI) / 180);
    if (kept <= 0 || parts.every((part) => part >= -0.001 && part <= 1.001)) return spellParts(parts);
  }
}

function spellParts(parts: readonly number[]): string {
  const bytes = parts.map((part) => Math.round(255 * curved(Math.min(1, Math.max(0, part)))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function rgbOf(l: number, c: number, hue: number): [number, number, number] {
  const a = c * Math.cos(hue);
  const b = c * Math.sin(hue);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

function linearOf(colour: string): [number, number, number] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
}

function curved(part: number): number {
  return part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055;
}
