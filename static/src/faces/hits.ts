/** Which parts of the foil have been scratched: a coarse grid that is counted, so that no pixel is ever read back. */
export const GRID = 24;

export class Hits {
  readonly #cells = new Uint8Array(GRID * GRID);
  #count = 0;

  /** The share scratched so far, 0 to 1. */
  get share(): number {
    return this.#count / this.#cells.length;
  }

  /** A stroke between two points with a round brush; all of them in shares of the foil's width and height. */
  stroke(from: Spot, to: Spot, brush: Spot): void {
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * GRID * 2));
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      this.#dab(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, brush);
    }
  }

  #dab(x: number, y: number, brush: Spot): void {
    const first = Math.max(0, Math.ceil((y - brush.y) * GRID - 0.5));
    const last = Math.min(GRID - 1, Math.floor((y + brush.y) * GRID - 0.5));
    for (let row = first; row <= last; row++) {
      const across = Math.sqrt(Math.max(0, 1 - (((row + 0.5) / GRID - y) / brush.y) ** 2)) * brush.x;
      const from = Math.max(0, Math.ceil((x - across) * GRID - 0.5));
      const to = Math.min(GRID - 1, Math.floor((x + across) * GRID - 0.5));
      for (let column = from; column <= to; column++) this.#hit(row * GRID + column);
    }
  }

  #hit(cell: number): void {
    if (this.#cells[cell]) return;
    this.#cells[cell] = 1;
    this.#count++;
  }
}

export interface Spot {
  x: number;
  y: number;
}
