// A member's prizes as the page knows them: told by the server, kept on the device for when it can't be asked.

import type { PrizeApi } from '../api/prizes';
import { NoAnswer, Refusal } from '../api/refusal';
import type { ClaimRequest, CodeAnswer, PrizeAnswer } from '../api/shapes';
import type { KeptPrizes } from './kept';

/** How long an answer may take before what is kept is called that, in milliseconds. */
export const LATE_MS = 2_000;

export type Reach = 'loading' | 'told' | 'kept' | 'nothing' | 'signed-out';

/** Says `change` whenever something else is known. */
export class Prizes extends EventTarget {
  items: PrizeAnswer[] = [];
  /** When the list was told, in milliseconds; 0 if it never was. */
  at = 0;
  reach: Reach = 'loading';
  private asking: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly api: PrizeApi,
    private readonly kept: KeptPrizes,
    private readonly now: () => number,
  ) {
    super();
    const before = kept.list();
    if (before !== null) [this.items, this.at] = [before.items, before.at];
  }

  find(grant: string): PrizeAnswer | null {
    return this.items.find((prize) => prize.grant === grant) ?? null;
  }

  /** Ask for the list. A change that comes while it is asked for makes it be asked for once more. */
  async refresh(): Promise<void> {
    this.again = this.asking !== null;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
      if (this.again) this.refresh();
    });
    await this.asking;
  }

  /** What is kept is said to be so at once without a network, and when an answer takes long; it may still come. */
  private async ask(): Promise<void> {
    const late = setTimeout(() => this.fallBack(), navigator.onLine === false ? 0 : LATE_MS);
    try {
      this.items = await this.api.all();
      this.at = this.now();
      this.reach = 'told';
      this.kept.write({ items: this.items, at: this.at });
    } catch (fault) {
      if (fault instanceof Refusal && fault.code === 'unauthenticated') this.reach = 'signed-out';
      else if (fault instanceof NoAnswer || fault instanceof Refusal)
        this.reach = this.at > 0 ? 'kept' : 'nothing';
      else throw fault;
    } finally {
      clearTimeout(late);
    }
    this.dispatchEvent(new Event('change'));
  }

  private fallBack(): void {
    if (this.at === 0) return;
    this.reach = 'kept';
    this.dispatchEvent(new Event('change'));
  }

  /** The code if it was revealed on this device before; no network is needed. */
  knownCode(grant: string): CodeAnswer | null {
    return this.kept.code(grant);
  }

  /** Ask for the code, which is recorded, and keep it for when there is no network. */
  async reveal(grant: string): Promise<CodeAnswer> {
    const code = await this.api.reveal(grant);
    this.put(grant, (prize) => ({ ...prize, state: prize.state === 'won' ? 'revealed' : prize.state }));
    this.kept.writeCode(code);
    return code;
  }

  async claim(grant: string, body: ClaimRequest, key: string): Promise<void> {
    const claimed = await this.api.claim(grant, body, key);
    this.put(grant, () => claimed);
  }

  async takeAddressesBack(): Promise<void> {
    await this.api.takeAddressesBack();
    await this.refresh();
  }

  private put(grant: string, change: (prize: PrizeAnswer) => PrizeAnswer): void {
    this.items = this.items.map((prize) => (prize.grant === grant ? change(prize) : prize));
    this.kept.write({ items: this.items, at: this.at || this.now() });
    this.dispatchEvent(new Event('change'));
  }
}
