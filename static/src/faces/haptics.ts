/** What the hand feels, off until asked for, where the device can do it. */
const PEG_MS = 4;
const PEG_GAP_MS = 60;
const WIN_MS = [20, 40, 60];
const SCRATCH_MS = 3;

class Haptics {
  on = false;
  #last = 0;

  peg(): void {
    this.#brief(PEG_MS);
  }

  scratch(): void {
    this.#brief(SCRATCH_MS);
  }

  win(): void {
    if (this.on) navigator.vibrate?.(WIN_MS);
  }

  /** Many in a row would run into one long hum. */
  #brief(ms: number): void {
    const now = performance.now();
    if (!this.on || now - this.#last < PEG_GAP_MS) return;
    this.#last = now;
    navigator.vibrate?.(ms);
  }
}

export const haptics = new Haptics();
