/**
 * How the wheel turns: a wind-up, a steady spin for as long as the answer takes, and a stop that bends to it. Each part
 * is one animation of the compositor's, and begins at the angle and the speed at which the one before it ended.
 */
const TURN = 360;
/** Degrees a second of the steady spin. */
export const CRUISE = 640;
const WIND_ANGLE = 14;
const WIND_MS = 260;
const GATHER_MS = 480;
/** A stop takes at least this many degrees, and at most a turn more: 4 to 5.4 s. */
const LANDING_LEAST = 1020;
const EASING_LEAST = 300;

const OUT = 'cubic-bezier(0.3333, 0.6667, 0.6667, 1)';
const IN = 'cubic-bezier(0.3333, 0, 0.6667, 0.3333)';
/**
 * Exactly 2.5 t - 2 t² + 0.5 t³: friction that lets it run out, then holds it. Its slope begins at 2.5, so that a stop
 * over d degrees begins at 2.5 d / duration.
 */
const FRICTION = 'cubic-bezier(0.3333, 0.8333, 0.6667, 1)';
const FRICTION_SLOPE = 2.5;

/** One part of the motion: its key frames, and the angle it is at after some milliseconds. */
interface Stretch {
  frames: { angle: number; offset: number; easing?: string }[];
  duration: number;
  endless: boolean;
  angleAfter(ms: number): number;
}

export function windUp(from: number): Stretch {
  const back = from - WIND_ANGLE;
  const duration = WIND_MS + GATHER_MS;
  const gathered = back + (CRUISE * GATHER_MS) / 2000;
  return {
    frames: [
      { angle: from, offset: 0, easing: OUT },
      { angle: back, offset: WIND_MS / duration, easing: IN },
      { angle: gathered, offset: 1 },
    ],
    duration,
    endless: false,
    angleAfter(ms) {
      const wound = Math.min(1, ms / WIND_MS);
      const gathering = Math.min(1, Math.max(0, (ms - WIND_MS) / GATHER_MS));
      return from - WIND_ANGLE * wound * (2 - wound) + (gathered - back) * gathering ** 2;
    },
  };
}

export function cruise(from: number): Stretch {
  return {
    frames: [
      { angle: from, offset: 0 },
      { angle: from + TURN, offset: 1 },
    ],
    duration: (TURN / CRUISE) * 1000,
    endless: true,
    angleAfter: (ms) => from + (CRUISE * ms) / 1000,
  };
}

/** From the steady spin to a stand at `rest`, over at least `least` degrees. */
export function slowDown(from: number, rest: number, least: number): Stretch {
  const distance = least + ((((rest - from - least) % TURN) + TURN) % TURN);
  const duration = (1000 * FRICTION_SLOPE * distance) / CRUISE;
  return {
    frames: [
      { angle: from, offset: 0, easing: FRICTION },
      { angle: from + distance, offset: 1 },
    ],
    duration,
    endless: false,
    angleAfter(ms) {
      const t = Math.min(1, ms / duration);
      return from + distance * (FRICTION_SLOPE * t - 2 * t ** 2 + 0.5 * t ** 3);
    },
  };
}

/** Turns one element. It stands at `angle` whenever nothing moves it. */
export class Turning {
  #standing = 0;
  #stretch: Stretch | null = null;
  #animation: Animation | null = null;
  #gathering: Promise<void> = Promise.resolve();
  #hurried = false;

  constructor(private readonly element: HTMLElement) {}

  get turns(): boolean {
    return this.#stretch !== null;
  }

  /** Degrees since it last stood at 0 at rest; grows through whole turns while it moves. */
  get angle(): number {
    if (!this.#stretch) return this.#standing;
    return this.#stretch.angleAfter(Number(this.#animation?.currentTime ?? 0));
  }

  /** Stands at an angle at once. */
  standAt(angle: number): void {
    this.#standing = angle;
    this.#stretch = null;
    this.#animation?.cancel();
    this.#animation = null;
    this.element.style.transform = `rotate(${angle}deg)`;
  }

  spin(): void {
    this.#hurried = false;
    this.#gathering = this.#gather();
  }

  /** Stops at `rest` degrees; starts the spin first if it stands. */
  async land(rest: number): Promise<void> {
    await this.#slowTo(rest, LANDING_LEAST);
  }

  /** Runs out within about two seconds, wherever that is. */
  async ease(): Promise<void> {
    await this.#slowTo(this.angle + EASING_LEAST, EASING_LEAST);
  }

  /** Jumps to the end of the stop, or, if the answer isn't there yet, of the stop that follows it. */
  skip(): void {
    this.#hurried = true;
    if (this.#stretch && !this.#stretch.endless) this.#animation?.finish();
  }

  async #gather(): Promise<void> {
    const winding = this.#play(windUp(this.#standing));
    const begun = winding.startTime;
    await ended(winding);
    if (this.#animation !== winding || !this.#stretch) return;
    const on = cruise(this.#stretch.angleAfter(this.#stretch.duration));
    const animation = this.#play(on);
    if (begun !== null && !this.#hurried) animation.startTime = Number(begun) + windUp(0).duration;
  }

  async #slowTo(rest: number, least: number): Promise<void> {
    if (!this.#stretch) this.spin();
    await this.#gathering;
    if (!this.#hurried) {
      const landing = this.#play(slowDown(this.angle, rest, least));
      await ended(landing);
      if (this.#animation !== landing) return;
    }
    this.standAt(rest % TURN);
  }

  #play(stretch: Stretch): Animation {
    const before = this.#animation;
    const animation = this.element.animate(
      stretch.frames.map(({ angle, offset, easing }) => ({
        transform: `rotate(${angle}deg)`,
        offset,
        ...(easing ? { easing } : {}),
      })),
      {
        duration: stretch.duration,
        iterations: stretch.endless ? Number.POSITIVE_INFINITY : 1,
        fill: 'forwards',
      },
    );
    animation.startTime = document.timeline.currentTime;
    this.#stretch = stretch;
    this.#animation = animation;
    before?.cancel();
    return animation;
  }
}

/** The animation is over, by itself or cancelled. */
async function ended(animation: Animation): Promise<void> {
  await animation.finished.catch(() => undefined);
}
