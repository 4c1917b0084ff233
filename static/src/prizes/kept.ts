// What this device keeps of a member's prizes, so that a code can be shown where the network is bad: the list as it was
// told last, and the codes that were revealed on this very device. Only the codes of whoever is signed in are kept.

import { Keep, type Shelf } from '../api/keep';
import type { CodeAnswer, PrizeAnswer } from '../api/shapes';
import { CODE, LIST } from './guard';

export interface KeptList {
  items: PrizeAnswer[];
  /** When the server told it, in milliseconds of its clock. */
  at: number;
}

export class KeptPrizes {
  private readonly keep: Keep;

  constructor(member: string, shelf?: Shelf | null) {
    this.keep = new Keep(member, shelf);
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
}
