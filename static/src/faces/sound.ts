/** Sounds made by the browser itself, off until asked for. What makes them is loaded when they are. */
import type { Synth } from './synth';

class Sound {
  #context: AudioContext | null = null;
  #synth: Synth | null = null;
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  /** Turns the sounds on or off. A browser lets them out only if this runs within a tap. */
  async allow(on: boolean): Promise<void> {
    this.#on = on;
    if (!on) {
      await this.#context?.suspend();
      return;
    }
    // Within the tap: what comes after an await no longer counts as the tap's.
    this.#context ??= new AudioContext();
    const resumed = this.#context.resume();
    const { Synth } = await import('./synth');
    this.#synth ??= new Synth(this.#context);
    await resumed;
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
