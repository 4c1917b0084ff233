// Work in slices: a page that checks a hundred thousand hashes must still scroll and answer a tap.

const BATCH = 32;
const SLICE_MS = 8;

/** How far the work is: steps done, of those known so far. */
export type Tell = (done: number, of: number) => void;

/** Divides work into slices between which the page can breathe, tells how far it is, and stops when it is told to. */
export class Pace {
  private done = 0;
  private of = 0;
  private since = performance.now();

  constructor(
    private readonly tell: Tell = () => {},
    private readonly stop?: AbortSignal,
  ) {}

  /** Announce steps, each of which `each` will count when it is done. */
  expect(steps: number): void {
    this.of += steps;
  }

  /** Do the same for all items, some at once. Rejects with the signal's reason once it is aborted. */
  async each<T>(items: readonly T[], work: (item: T, index: number) => Promise<void> | void): Promise<void> {
    for (let begin = 0; begin < items.length; begin += BATCH) {
      const batch = items.slice(begin, begin + BATCH);
      await Promise.all(batch.map((item, i) => work(item, begin + i)));
      this.done = Math.min(this.done + batch.length, this.of);
      await this.breathe();
    }
  }

  /** Let the page breathe if this slice has lasted long enough. */
  async breathe(): Promise<void> {
    this.stop?.throwIfAborted();
    if (performance.now() - this.since < SLICE_MS) return;
    this.tell(this.done, this.of);
    await nextTask();
    this.since = performance.now();
  }
}

/** For small work, which needs no slices. */
export const STILL = new Pace();

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
