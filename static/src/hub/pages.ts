// A list that is told a page at a time, newest first: what was told so far, and whether there is more.
import type { Http } from '../api/http';
import { NoAnswer, Refusal } from '../api/refusal';

const LIMIT = 50;

export type Reach = 'loading' | 'told' | 'nothing' | 'signed-out';

interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Says `change` whenever something else is known. */
export class Pages<Item, Told extends Page<Item> = Page<Item>> extends EventTarget {
  items: Item[] = [];
  /** The newest page as it was told. */
  first: Told | null = null;
  reach: Reach = 'loading';
  /** Whether the server was asked in vain for what follows. */
  failed = false;
  private next: string | null = null;
  private asking = false;
  private again = false;

  constructor(
    private readonly http: Http,
    private readonly path: string,
    private readonly idOf: (item: Item) => string,
  ) {
    super();
  }

  get hasMore(): boolean {
    return this.next !== null;
  }

  /**
   * Ask for the newest page. What it brings anew is put before what was told, which it may tell in another way; a gap
   * begins the list anew. What comes while it is asked for makes it be asked for once more.
   */
  async refresh(): Promise<void> {
    this.again = this.asking;
    const page = await this.ask('');
    if (page === null) return;
    const told = new Map(page.items.map((item) => [this.idOf(item), item]));
    const rest = this.items.filter((item) => !told.has(this.idOf(item)));
    const joins = page.next === null || rest.length < this.items.length;
    if (this.items.length > 0 && joins) this.items = [...page.items, ...rest];
    else [this.items, this.next] = [page.items, page.next];
    this.first = page;
    this.dispatchEvent(new Event('change'));
  }

  /** Ask for the page that follows. */
  async more(): Promise<void> {
    if (this.next === null) return;
    const page = await this.ask(this.next);
    if (page !== null) [this.items, this.next] = [[...this.items, ...page.items], page.next];
    this.dispatchEvent(new Event('change'));
  }

  private async ask(cursor: string): Promise<Told | null> {
    if (this.asking) return null;
    this.asking = true;
    try {
      const path = `${this.path}?limit=${LIMIT}&cursor=${encodeURIComponent(cursor)}`;
      const { document } = await this.http.ask<Told>('GET', path);
      this.reach = 'told';
      this.failed = false;
      return document;
    } catch (fault) {
      this.fail(fault);
      return null;
    } finally {
      this.asking = false;
      if (this.again) this.refresh();
    }
  }

  private fail(fault: unknown): void {
    if (!(fault instanceof NoAnswer || fault instanceof Refusal)) throw fault;
    const isOut = fault instanceof Refusal && fault.code === 'unauthenticated';
    if (isOut) this.reach = 'signed-out';
    else if (this.items.length === 0) this.reach = 'nothing';
    this.failed = true;
    this.dispatchEvent(new Event('change'));
  }
}

/** Items by their calendar day, in their order. */
export function byDay<Item>(items: readonly Item[], at: (item: Item) => string): [string, Item[]][] {
  const days: [string, Item[]][] = [];
  for (const item of items) {
    const day = new Date(at(item)).toDateString();
    const last = days.at(-1);
    if (last && last[0] === day) last[1].push(item);
    else days.push([day, [item]]);
  }
  return days;
}
