// Results that were seen here. Each is told to the server, so that the member's other screens may show it; what could
// not be told waits until the server can be reached.
import type { Keep } from '../api/keep';

export interface SeenServer {
  see(play: string): Promise<unknown>;
}

export class SeenList {
  constructor(
    private readonly game: string,
    private readonly server: SeenServer,
    private readonly keep: Keep,
  ) {}

  /** A result was seen. */
  async add(play: string): Promise<void> {
    this.keep.write(`${this.game}/seen/${play}`, 1);
    await this.tell();
  }

  /** Tell the server what it has not heard yet. */
  async tell(): Promise<void> {
    const beginning = `${this.game}/seen/`;
    for (const name of this.keep.names(beginning)) {
      try {
        await this.server.see(name.slice(beginning.length));
        this.keep.remove(name);
      } catch {
        return; // told the next time
      }
    }
  }
}
