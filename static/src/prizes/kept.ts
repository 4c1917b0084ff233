// What this device keeps of a member's prizes, so that a code can be shown where the network is bad: the list as it was
// told last, and the codes that were revealed on this very device. Only the codes of whoever is signed in are kept.

import { Keep, type Shelf } from '../api/keep';
import type { CodeAnswer, PrizeAnswer } from '../api/shapes';
import { CACHE } from './cache';

const LIST = 'prizes/list';
const CODE = 'prizes/code/';
const OWNER = 'prizes-owner';

export interface KeptList {
  items: PrizeAnswer[];
  /** When the server told it, in milliseconds of its clock. */
  at: number;
}

export class KeptPrizes {
  private readonly keep: Keep;

  constructor(
    private readonly member: string,
    private readonly shelf?: Shelf | null,
  ) {
    this.keep = this.open(member);
  }

  /** Whoever was here before and went without signing out leaves no code behind. */
  takeOver(): void {
    const device = this.open('device');
    const before = device.read<string>(OWNER);
    if (before !== null && before !== this.member) new KeptPrizes(before, this.shelf).forget();
    device.write(OWNER, this.member);
  }

  list(): KeptList | null {
    return this.keep.read<KeptList>(LIST);
  }

  /** Keep a list that has just been told. Codes of what it does not hold open any more go. */
  write(list: KeptList): void {
    this.keep.write(LIST, list);
    const shown = new Set(
      list.items.filter((prize) => prize.state === 'revealed').map((prize) => prize.grant),
    );
    for (const name of this.keep.names(CODE)) {
      if (!shown.has(name.slice(CODE.length))) this.keep.remove(name);
    }
  }

  code(grant: string): CodeAnswer | null {
    return this.keep.read<CodeAnswer>(CODE + grant);
  }

  writeCode(code: CodeAnswer): void {
    this.keep.write(CODE + code.grant, code);
  }

  /** Signed out: nothing that could be shown at a till stays. */
  forget(): void {
    for (const name of this.keep.names(CODE)) this.keep.remove(name);
    this.keep.remove(LIST);
    globalThis.caches?.delete(CACHE);
  }

  private open(owner: string): Keep {
    return this.shelf === undefined ? new Keep(owner) : new Keep(owner, this.shelf);
  }
}
