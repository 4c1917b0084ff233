// Plays that were asked for and not answered yet. Each is kept with its key until there is an answer, so that a page
// that was killed in the middle comes back and asks for the same play, not for another one.
import { randomHex } from './chance';
import type { Keep } from './keep';
import type { Locks } from './locks';
import type { PlayRequest } from './shapes';

const KEY_BYTES = 16;

export interface Pending {
  key: string;
  body: PlayRequest;
}

export class PendingPlays {
  constructor(
    private readonly game: string,
    private readonly keep: Keep,
    private readonly locks: Locks,
  ) {}

  /** Write a play down before it is asked for. */
  begin(body: PlayRequest): Pending {
    const pending = { key: randomHex(KEY_BYTES), body };
    this.keep.write(this.nameOf(pending.key), body);
    return pending;
  }

  /** Ask for a pending play. While it is asked for, no other page takes it for one that was left behind. */
  during<T>(pending: Pending, ask: () => Promise<T>): Promise<T> {
    return this.locks.hold(this.lockOf(pending.key), ask);
  }

  /** There was an answer: a result or a refusal. */
  end(pending: Pending): void {
    this.keep.remove(this.nameOf(pending.key));
  }

  /** Whether a play of this device has no answer yet, here or on another page. */
  get areAny(): boolean {
    return this.keep.names(this.nameOf('')).length > 0;
  }

  /** A play that some page left behind, if there is one. */
  async findLeftBehind(): Promise<Pending | null> {
    const beginning = this.nameOf('');
    for (const name of this.keep.names(beginning)) {
      const key = name.slice(beginning.length);
      const body = this.keep.read<PlayRequest>(name);
      if (body !== null && !(await this.locks.isHeld(this.lockOf(key)))) return { key, body };
    }
    return null;
  }

  private nameOf(key: string): string {
    return `${this.game}/play/${key}`;
  }

  private lockOf(key: string): string {
    return `engage/play/${key}`;
  }
}
