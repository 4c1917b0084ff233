/**
 * The third theme: all its custom properties derived from a brand's two colours. A colour that nothing can be read on,
 * or that can't be read where it stands, is moved in lightness, hue kept, until it can.
 */
import { carrying, contrast, inkOn, readable, type Shade, shadeOf, spell, WHITE } from './colour';

export interface BrandColours {
  /** Both `#rrggbb`. */
  brand: string;
  accent: string;
}

export type Tokens = Record<`--${string}`, string>;

/** Two colours that are nearer than this to each other can't be a button and its ground. */
const SEEN_APART = 1.7;
/** A button in a brand's black, white or grey could not be told from one that is off: it has the accent. */
const GREY = 0.03;

/** Paints the page in the brand's colours, as the system is light or dark now and whenever that changes. */
export function paintBrand(colours: BrandColours, root: HTMLElement = document.documentElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paint = (): void => {
    const tokens = brandTokens(colours, dark.matches);
    for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);
  };
  root.setAttribute('data-theme', 'brand');
  dark.addEventListener('change', paint);
  paint();
}

export function brandTokens({ brand, accent }: BrandColours, dark: boolean): Tokens {
  const own = carrying(brand);
  return {
    ...pageTokens(brand, accent, dark),
    ...stageTokens(dark ? carrying(deeper(brand)) : own, [accent, own]),
    ...wheelTokens(own, accent, dark),
    ...cardTokens(own, accent),
  };
}

/** A dark page's stage is the brand's colour at night. */
function deeper(colour: string): string {
  const shade = shadeOf(colour);
  return spell({ ...shade, l: Math.min(shade.l * 0.75, 0.34), c: shade.c * 0.85 });
}

function pageTokens(brand: string, accent: string, dark: boolean): Tokens {
  const { h, c } = shadeOf(brand);
  const tint = (l: number, most: number): string => spell({ l, c: Math.min(c, most), h });
  const ground = dark ? tint(0.18, 0.02) : tint(0.975, 0.008);
  const surface = dark ? tint(0.235, 0.025) : WHITE;
  const raised = dark ? tint(0.285, 0.03) : tint(0.945, 0.016);
  const grounds = [ground, surface, raised];
  const mark = c < GREY ? accent : brand;
  const button = carrying(dark ? readable(mark, grounds) : readable(mark, [WHITE], 3));
  return {
    '--ground': ground,
    '--surface': surface,
    '--surface-2': raised,
    '--ink': dark ? tint(0.95, 0.01) : tint(0.24, 0.03),
    '--ink-soft': readable(dark ? tint(0.76, 0.03) : tint(0.48, 0.04), grounds),
    '--line': dark ? tint(0.36, 0.03) : tint(0.89, 0.02),
    '--brand': button,
    '--brand-ink': inkOn(button),
    '--accent': accent,
    '--link': readable(mark, grounds),
  };
}

/** The big button is painted in the first of `marks` that stands out. */
function stageTokens(ground: string, marks: readonly string[]): Tokens {
  const ink = inkOn(ground);
  const shade = shadeOf(ground);
  const at = (by: number): string => carrying(spell({ ...shade, l: shade.l + by }), ink);
  const [glow, deep] = [at(0.06), at(ink === WHITE ? -0.13 : -0.05)];
  const podium = at(ink === WHITE ? -0.07 : -0.02);
  const grounds = [glow, ground, deep, podium];
  const soft = spell({ l: ink === WHITE ? 0.93 : 0.3, c: Math.min(shade.c, 0.05), h: shade.h });
  const shown = marks.find((mark) => grounds.every((each) => contrast(mark, each) >= SEEN_APART));
  const button = carrying(shown ?? ink);
  const lift = shadeOf(button);
  return {
    '--stage': `radial-gradient(90% 62% at 50% 46%, ${glow} 0, ${ground} 46%, ${deep} 100%)`,
    '--podium': `linear-gradient(${podium}, ${deep})`,
    '--title': `linear-gradient(${ink}, ${ink})`,
    '--stage-ink': ink,
    '--stage-soft': readable(soft, grounds),
    '--stage-chip': ink === WHITE ? `${deep}80` : `${glow}80`,
    '--stage-line': `${ink}40`,
    '--stage-glow': spell({ ...shade, l: Math.min(0.97, shade.l + 0.25) }),
    '--action': `linear-gradient(${carrying(spell({ ...lift, l: lift.l + 0.03 }), inkOn(button))}, ${button})`,
    '--action-ink': inkOn(button),
    '--action-edge': spell({ ...lift, l: lift.l - 0.17 }),
    '--action-light': spell({ ...lift, l: Math.min(1, lift.l + 0.12) }),
    '--action-shade': `${spell({ ...shade, l: Math.max(0.1, shade.l - 0.3) })}99`,
  };
}

function wheelTokens(ground: string, accent: string, dark: boolean): Tokens {
  const own = shadeOf(ground);
  const pale = spell({ l: dark ? 0.92 : 0.975, c: Math.min(own.c, 0.02), h: own.h });
  const mark = carrying(accent);
  const metal = metalOf(shadeOf(accent));
  const deep = (l: number): string => spell({ l, c: own.c * 0.9, h: own.h });
  return {
    '--well-ground': deep(0.2),
    '--rim': metal.sheen,
    '--rim-edge': `${metal.dark}80`,
    '--ring': `radial-gradient(closest-side, ${deep(0.2)} 84%, ${deep(0.36)} 92%, ${deep(0.26)} 100%)`,
    '--ring-shade': `${deep(0.12)}cc`,
    '--wheel-shadow': `0 5cqw 9cqw ${deep(0.14)}c0`,
    '--bulb-seat': deep(0.18),
    '--bulb-off': metal.dark,
    '--bulb-on': spell({ ...shadeOf(accent), l: 0.98 }),
    '--bulb-glow': `${spell({ ...shadeOf(accent), l: 0.88 })}73`,
    '--slice-1': pale,
    '--slice-1-ink': readable(ground, [pale]),
    '--slice-2': ground,
    '--slice-2-ink': inkOn(ground),
    '--slice-3': mark,
    '--slice-3-ink': inkOn(mark),
    '--slice-line': metal.dark,
    '--peg': metal.light,
    '--lit': metal.light,
    '--hub': `radial-gradient(circle at 38% 30%, ${WHITE}, ${metal.light} 60%, ${metal.middle})`,
    '--pointer': WHITE,
    '--pointer-line': metal.dark,
    '--pointer-gem': readable(ground, [WHITE], SEEN_APART),
  };
}

/** The accent as a polished metal. */
function metalOf({ c, h }: Shade): { sheen: string; light: string; middle: string; dark: string } {
  const tone = (l: number, by = 1): string => spell({ l, c: Math.min(c, 0.14) * by, h });
  const [white, light, middle, dark] = [tone(0.97, 0.3), tone(0.9, 0.6), tone(0.76), tone(0.56)];
  const stops = `${white}, ${middle} 8%, ${dark} 15%, ${middle} 25%, ${white} 33%, ${middle} 44%, ${dark} 52%, ${light} 62%, ${white} 70%, ${dark} 82%, ${light} 93%, ${white}`;
  return { sheen: `conic-gradient(from -38deg, ${stops})`, light, middle, dark };
}

function cardTokens(ground: string, accent: string): Tokens {
  const own = shadeOf(ground);
  const paper = spell({ l: 0.98, c: Math.min(own.c, 0.012), h: own.h });
  const foil = (l: number): string => spell({ l, c: Math.min(own.c, 0.07), h: own.h });
  const stops = [0.82, 0.95, 0.74, 0.9, 0.7, 0.84].map(foil) as [string, ...string[]];
  const [a, b, c, d, e, f] = stops;
  const confetti = [
    accent,
    ground,
    WHITE,
    spell({ ...own, l: Math.min(0.85, own.l + 0.25) }),
    carrying(accent),
  ];
  return {
    '--paper': paper,
    '--paper-line': spell({ ...shadeOf(accent), l: 0.75 }),
    '--paper-ink': readable(ground, [paper]),
    '--foil': `${a}, ${b} 18%, ${c} 36%, ${d} 54%, ${e} 76%, ${f}`,
    '--foil-ink': readable(spell({ ...own, l: 0.3 }), stops),
    '--foil-line': foil(0.55),
    '--confetti': confetti.join(', '),
  };
}
