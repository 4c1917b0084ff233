/** The pointer that the pegs push: a stiff spring, bent by each peg that passes and back at 0 before the wheel stands. */
const STIFFNESS = 1500;
const DAMPING = 30;
const BEND_MOST = 24;
/** A peg holds the pointer for these degrees of the wheel's turn: fewer than the edge in which it never stops. */
const CONTACT = 3;
const STEP_MS = 4;
const FRAME_MS_MOST = 50;

export class Pointer {
  /** Degrees; negative is the way the wheel turns. */
  bend = 0;
  #speed = 0;
  #pegs: number;

  constructor(passed: number) {
    this.#pegs = passed;
  }

  /**
   * The wheel has turned: `passed` pegs in all, the fraction being the way to the next, `degreesApart` from one to the
   * next, `ms` since the last call. Returns how many pegs passed in between.
   */
  turn(passed: number, degreesApart: number, ms: number): number {
    const crossed = Math.max(0, Math.floor(passed) - Math.floor(this.#pegs));
    const pace = ((passed - this.#pegs) * degreesApart) / Math.max(ms, 1);
    this.#pegs = passed;
    this.#spring(Math.min(ms, FRAME_MS_MOST) / 1000);
    const since = (passed - Math.floor(passed)) * degreesApart;
    if (since < CONTACT && pace > 0) this.#push((BEND_MOST * since) / CONTACT);
    else if (crossed > 0) this.#push(BEND_MOST * (0.55 + 0.25 * Math.min(1, crossed / 2)));
    return crossed;
  }

  #push(degrees: number): void {
    if (this.bend <= -degrees) return;
    this.bend = -degrees;
    this.#speed = 0;
  }

  #spring(seconds: number): void {
    for (let left = seconds; left > 0; left -= STEP_MS / 1000) {
      const step = Math.min(left, STEP_MS / 1000);
      this.#speed += (-STIFFNESS * this.bend - DAMPING * this.#speed) * step;
      this.bend += this.#speed * step;
    }
  }
}
