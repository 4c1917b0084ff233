// What a page keeps for one member on this device: in local storage, or in memory where there is none (a sandboxed
// frame, a private window). Several members may share a device, so every name carries the member's id.

export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
  key(index: number): string | null;
  readonly length: number;
}

/** Keeps JSON by name. What storage refuses to take stays in memory for as long as the page lives. */
export class Keep {
  private readonly memory = new Map<string, string>();

  constructor(
    member: string,
    private readonly shelf: Shelf | null = localShelf(),
    private readonly prefix = `engage/${member}/`,
  ) {}

  read<T>(name: string): T | null {
    const full = this.prefix + name;
    const text = this.memory.get(full) ?? this.tryShelf((shelf) => shelf.getItem(full));
    return text == null ? null : parse<T>(text);
  }

  write(name: string, value: unknown): void {
    const full = this.prefix + name;
    const text = JSON.stringify(value);
    const kept = this.tryShelf((shelf) => {
      shelf.setItem(full, text);
      return true;
    });
    if (kept) this.memory.delete(full);
    else this.memory.set(full, text);
  }

  remove(name: string): void {
    this.memory.delete(this.prefix + name);
    this.tryShelf((shelf) => shelf.removeItem(this.prefix + name));
  }

  /** The names that begin so, without this member's prefix. */
  names(beginning: string): string[] {
    const start = this.prefix + beginning;
    const onShelf = this.tryShelf((shelf) =>
      Array.from({ length: shelf.length }, (_, i) => shelf.key(i) ?? ''),
    );
    const all = new Set([...(onShelf ?? []), ...this.memory.keys()]);
    return [...all].filter((name) => name.startsWith(start)).map((name) => name.slice(this.prefix.length));
  }

  private tryShelf<T>(use: (shelf: Shelf) => T): T | null {
    if (this.shelf === null) return null;
    try {
      return use(this.shelf);
    } catch {
      return null; // full, or forbidden since the page was opened
    }
  }
}

function localShelf(): Shelf | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // a frame without an origin of its own may not even ask
  }
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
