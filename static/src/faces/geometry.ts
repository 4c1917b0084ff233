/**
 * Where everything on the wheel lies. Angles are degrees, clockwise, from the top; lengths are units of the wheel's
 * drawing, whose slices have radius {@link RADIUS}. Slice 0 is in the middle of the top when the rotation is 0.
 */
export const RADIUS = 160;
export const TURN = 360;
const MILLION = 1_000_000;
/** The share of a slice, on each side, in which the wheel never stops: no near miss and no doubt. */
const EDGE = 0.15;

/** A label: its lines from the rim inwards and their size. */
export interface Label {
  lines: readonly string[];
  size: number;
}

/** How the faces of a wheel are laid out; the same for all slices of one wheel. */
export interface Plan {
  /** Along the radius when the slices are narrow, across it otherwise. */
  along: boolean;
  sizes: readonly number[];
  linesMax: number;
  art: number;
  hub: number;
}

export function sliceAngle(slices: number): number {
  return TURN / slices;
}

/** The rotation, 0 ≤ r < 360, at which the pointer is on slice `index`, at `ppm` millionths of its middle 70 %. */
export function restAngle(slices: number, index: number, ppm: number): number {
  const within = EDGE + (1 - 2 * EDGE) * (Math.min(Math.max(ppm, 0), MILLION) / MILLION);
  return modulo(-(index - 0.5 + within) * sliceAngle(slices), TURN);
}

/** The slice under the pointer at a rotation. */
export function sliceAt(slices: number, rotation: number): number {
  return Math.floor(modulo(-rotation / sliceAngle(slices) + 0.5, slices)) % slices;
}

/** How many pegs have passed the pointer at a rotation, with the part of the way to the next. */
export function pegsPassed(slices: number, rotation: number): number {
  return rotation / sliceAngle(slices) + 0.5;
}

/** The point at an angle and a distance from the middle, as SVG writes it. */
export function pointAt(angle: number, radius: number): string {
  const radians = (angle * Math.PI) / 180;
  return `${round(radius * Math.sin(radians))} ${round(-radius * Math.cos(radians))}`;
}

export function slicePath(slices: number, index: number, radius: number = RADIUS): string {
  if (slices === 1)
    return `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}Z`;
  const half = sliceAngle(slices) / 2;
  const middle = index * sliceAngle(slices);
  const from = pointAt(middle - half, radius);
  const to = pointAt(middle + half, radius);
  return `M0 0L${from}A${radius} ${radius} 0 0 1 ${to}Z`;
}

/** Which of the theme's three slice colours a slice wears, so that no two neighbours wear the same. */
export function colourOf(slices: number, index: number): 1 | 2 | 3 {
  if (slices % 2 === 1 && slices > 1 && index === slices - 1) return 3;
  return index % 2 === 0 ? 1 : 2;
}

export function planFor(slices: number): Plan {
  if (slices <= 4) return { along: false, sizes: [21, 19, 17], linesMax: 3, art: 68, hub: 40 };
  if (slices <= 6) return { along: false, sizes: [18.5, 17, 15.5], linesMax: 3, art: 58, hub: 38 };
  if (slices <= 8) return { along: false, sizes: [17, 16, 15, 14], linesMax: 3, art: 50, hub: 36 };
  if (slices <= 10) return { along: false, sizes: [15.5, 14.5, 14], linesMax: 3, art: 41, hub: 34 };
  if (slices <= 12) return { along: false, sizes: [14.5, 13.5], linesMax: 2, art: 34, hub: 34 };
  return { along: true, sizes: [15, 14, 13.5], linesMax: 1, art: 32, hub: 28 };
}

const RIM_GAP = 17;
const ALONG_GAP = 13;
const LEADING = 1.16;

/** The distance from the middle to the base line of line `index` of a label across the slice. */
export function baseline(size: number, index: number): number {
  return RADIUS - RIM_GAP - size * 0.82 - index * size * LEADING;
}

/** Where the art of a wheel's slices lies, from the middle, and its size: inside the longest label, off the hub. */
export function placeArt(
  slices: number,
  plan: Plan,
  labels: readonly Label[],
): { radius: number; size: number } {
  if (plan.along) return { radius: RADIUS - ALONG_GAP - plan.art / 2, size: plan.art };
  const depths = labels.map(({ lines, size }) => RIM_GAP + size * (0.95 + (lines.length - 1) * LEADING));
  const outer = RADIUS - Math.max(0, ...depths) - 6;
  const inner = plan.hub + 7;
  const half = Math.min(sliceAngle(slices) / 2, 45) * (Math.PI / 180);
  const middle = (outer + inner) / 2;
  const size = Math.min(plan.art, outer - inner, 1.72 * middle * Math.tan(half));
  return { radius: outer - Math.max(size / 2, (outer - inner) * 0.45), size };
}

/** A prize's name broken into at most the plan's lines, as large as fits, with an ellipsis where nothing does. */
export function labelOf(name: string, slices: number, plan: Plan = planFor(slices)): Label {
  const rooms = (size: number, lines: number): number[] =>
    plan.along ? alongRooms(slices, plan, size) : acrossRooms(slices, size, lines);
  for (const few of [2, plan.linesMax]) {
    for (const size of plan.sizes) {
      for (let lines = 1; lines <= Math.min(few, plan.linesMax); lines++) {
        const broken = breakInto(name, rooms(size, lines), size);
        if (broken) return { lines: broken, size };
      }
    }
  }
  const size = plan.sizes[plan.sizes.length - 1] as number;
  return { lines: cutTo(name, rooms(size, plan.linesMax), size), size };
}

/** The room for each line of a label across the slice: the chord at the line's inner edge, less a margin. */
function acrossRooms(slices: number, size: number, lines: number): number[] {
  const half = Math.min(sliceAngle(slices) / 2, 55) * (Math.PI / 180);
  return Array.from({ length: lines }, (_, line) => {
    const inner = baseline(size, line);
    const outer = inner + size * 0.8;
    const chord = 2 * inner * Math.tan(half) - 8;
    const circle = 2 * Math.sqrt(Math.max(0, (RADIUS - 5) ** 2 - outer ** 2)) - 4;
    return Math.min(chord, circle);
  });
}

/** Where a label along the radius begins, from the middle: inside the art. */
export function alongStart(plan: Plan): number {
  return RADIUS - ALONG_GAP - plan.art - 4;
}

/** The room for the line of a label along the radius: from the art to where the slice is as narrow as the line. */
function alongRooms(slices: number, plan: Plan, size: number): number[] {
  const half = (sliceAngle(slices) / 2) * (Math.PI / 180);
  const inner = Math.max((size * 0.95) / 2 / Math.tan(half), plan.hub + 5);
  return [alongStart(plan) - inner];
}

/** The name in exactly as many lines as there are rooms, as even as can be; null if it doesn't fit. */
function breakInto(name: string, rooms: readonly number[], size: number): string[] | null {
  const [room = 0, ...rest] = rooms;
  if (rest.length === 0) return widthOf(name, size) <= room ? [name] : null;
  let best: string[] | null = null;
  let bestRagged = Number.POSITIVE_INFINITY;
  for (const at of breaksOf(name)) {
    const first = name.slice(0, at).trimEnd();
    if (widthOf(first, size) > room) break;
    const others = breakInto(name.slice(at).trimStart(), rest, size);
    if (!others) continue;
    const ragged = Math.abs(widthOf(first, size) - widthOf(others[0] as string, size));
    if (ragged <= bestRagged) [best, bestRagged] = [[first, ...others], ragged];
  }
  return best;
}

/** The name cut to the rooms, with an ellipsis where it ends too early. Words stay whole except the last. */
function cutTo(name: string, rooms: readonly number[], size: number): string[] {
  const lines: string[] = [];
  let left = name;
  for (const [index, room] of rooms.entries()) {
    if (widthOf(left, size) <= room) return [...lines, left];
    const fitting = breaksOf(left).filter((at) => widthOf(left.slice(0, at).trimEnd(), size) <= room);
    const at = fitting.at(-1);
    if (at === undefined || index === rooms.length - 1) return [...lines, shortened(left, room, size)];
    lines.push(left.slice(0, at).trimEnd());
    left = left.slice(at).trimStart();
  }
  return lines;
}

function shortened(text: string, room: number, size: number): string {
  const letters = [...text];
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, size) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

const IDEOGRAPH = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/u;
/** Marks that may not begin a line, and those that may not end one. */
const CLOSING = /[，。、；：！？）】》」』%％,.;:!?)\]}]/u;
const OPENING = /[（【《「『(¥$[{]/u;

/** Where a name may break: at spaces and between ideographs, never before a closing mark. Never at its end. */
function breaksOf(name: string): number[] {
  const breaks: number[] = [];
  for (let at = 1; at < name.length; at++) {
    const before = name[at - 1] as string;
    const after = name[at] as string;
    const soft = before === ' ' || ((IDEOGRAPH.test(before) || IDEOGRAPH.test(after)) && after !== ' ');
    if (soft && !CLOSING.test(after) && !OPENING.test(before)) breaks.push(at);
  }
  return breaks;
}

/** How wide letters are, in ems, the first that matches. */
const WIDTHS: readonly [RegExp, number][] = [
  [/[ijlI.,:;'|![\] ]/, 0.3],
  [/[ftr()"/{}-]/, 0.41],
  [/[mwMW@%]/, 0.9],
  [/[A-Z&]/, 0.7],
  [IDEOGRAPH, 1],
  [/…/, 0.8],
];
const OTHERS_WIDTH = 0.59;

/** About how wide a text is at a size, a little on the safe side: the pages' fonts differ by a few per cent. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += widthOfLetter(letter);
  return ems * size;
}

function widthOfLetter(letter: string): number {
  return WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? OTHERS_WIDTH;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
