/** Sounds made by the browser itself, off until asked for. What makes them is loaded when they are. */
import type { Synth } from './synth';

class Sound {
  #synth: Synth | null = null;
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  /** Turns the sounds on or off. A browser lets them out only if this runs within a tap. */
  async allow(on: boolean): Promise<void> {
    this.#on = on;
    if (!on) {
      await this.#synth?.context.suspend();
      return;
    }
    // Within the tap: the context; what comes after an await no longer counts as the tap's.
    const context = this.#synth?.context ?? new AudioContext();
    await context.resume();
    if (!this.#synth) {
      const { Synth } = await import('./synth');
      this.#synth = new Synth(context);
    }
  }

  /** A peg at the pointer. */
  tick(): void {
    if (this.#on) this.#synth?.tick();
  }

  /** A stroke over the foil. */
  scratch(): void {
    if (this.#on) this.#synth?.scratch();
  }

  /** Something was won. */
  fanfare(): void {
    if (this.#on) this.#synth?.fanfare();
  }

  /** Nothing was won: two soft notes, no sad horn. */
  rest(): void {
    if (this.#on) this.#synth?.rest();
  }
}

export const sound = new Sound();
