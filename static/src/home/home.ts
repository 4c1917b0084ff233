// Everything that the hub shows, part by part: each is asked for by itself, so that one that can't be had leaves the
// others as they are, and each is asked for anew when something happens that may have changed it.
import type { Http } from '../api/http';
import type {
  BadgeAnswer,
  CollectionAnswer,
  ItemAnswer,
  RedemptionAnswer,
  TaskAnswer,
} from '../api/own-shapes';
import { NoAnswer, Refusal } from '../api/refusal';
import type { Profile } from '../api/shapes';
import type { Item } from '../live/live';

interface Listed<Entry> {
  items: Entry[];
}

export interface Parts {
  me: Profile;
  tasks: Listed<TaskAnswer>;
  badges: Listed<BadgeAnswer>;
  collections: Listed<CollectionAnswer>;
  items: Listed<ItemAnswer>;
  redemptions: Listed<RedemptionAnswer>;
}

export type Part = keyof Parts;
export type Reach = 'loading' | 'told' | 'nothing' | 'signed-out';

const PATHS: Readonly<Record<Part, string>> = {
  me: '/v1/me',
  tasks: '/v1/tasks',
  badges: '/v1/badges',
  collections: '/v1/collections',
  items: '/v1/items',
  redemptions: '/v1/redemptions',
};
export const ALL = Object.keys(PATHS) as Part[];

/** Which parts a happening touches, by the beginning of its name. What is given may be a reward that was claimed. */
const TOUCHES: readonly (readonly [string, readonly Part[]])[] = [
  ['play.', ['me', 'items', 'tasks']],
  ['points.', ['me', 'items', 'tasks', 'collections']],
  ['turns.', ['me', 'tasks', 'collections']],
  ['task.', ['tasks']],
  ['badge.', ['badges', 'collections']],
  ['collection.', ['collections']],
  ['redemption.', ['redemptions', 'items', 'me']],
  ['prize.', ['redemptions', 'tasks', 'collections']],
];

/** Says `change` whenever something else is known. */
export class Home extends EventTarget {
  reach: Reach = 'loading';
  private readonly known: Partial<Parts> = {};
  private readonly asking = new Map<Part, Promise<void>>();
  private readonly again = new Set<Part>();

  constructor(private readonly http: Http) {
    super();
  }

  get<Name extends Part>(part: Name): Parts[Name] | null {
    return this.known[part] ?? null;
  }

  /** The entries of a list; none while it is not known. */
  list<Name extends Exclude<Part, 'me'>>(part: Name): Parts[Name]['items'] {
    return (this.known[part]?.items ?? []) as Parts[Name]['items'];
  }

  /** Ask for some parts; a change that comes while one is asked for makes it be asked for once more. */
  async refresh(parts: readonly Part[] = ALL): Promise<void> {
    await Promise.all(parts.map((part) => this.refreshOne(part)));
  }

  /** Ask for what these items have touched; where it is known only that something happened, for everything. */
  async hear(items: readonly Item[]): Promise<void> {
    await this.refresh(items.length === 0 ? ALL : touchedBy(items));
  }

  private async refreshOne(part: Part): Promise<void> {
    const before = this.asking.get(part);
    if (before) {
      this.again.add(part);
      return before;
    }
    const asked = this.ask(part).finally(() => {
      this.asking.delete(part);
      if (this.again.delete(part)) this.refreshOne(part);
    });
    this.asking.set(part, asked);
    await asked;
  }

  private async ask(part: Part): Promise<void> {
    try {
      const { document } = await this.http.ask<Parts[Part]>('GET', PATHS[part]);
      Object.assign(this.known, { [part]: document });
      this.reach = 'told';
    } catch (fault) {
      if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
      if (fault instanceof Refusal && fault.code === 'unauthenticated') this.reach = 'signed-out';
      else if (Object.keys(this.known).length === 0) this.reach = 'nothing';
    }
    this.dispatchEvent(new Event('change'));
  }
}

export function touchedBy(items: readonly Item[]): Part[] {
  const found = items.flatMap(({ name }) => TOUCHES.find(([start]) => name.startsWith(start))?.[1] ?? []);
  return [...new Set(found)];
}
