// The life of a member's epochs in one game, which nobody has to see: opened ahead of the tap with a seed made here,
// opened anew when it has ended, checked as a whole when the server has to show its own seed.
import { randomHex } from '../api/chance';
import type { Keep } from '../api/keep';
import type { Locks } from '../api/locks';
import { Refusal } from '../api/refusal';
import type { EpochAnswer, EpochRequest, Receipt, Reveal } from '../api/shapes';
import { t } from '../words/words';
import { type Checks, type FailedCheck, type KeptEpoch, type OpenEpoch, UntrueEpoch } from './kept';

const SEED_BYTES = 32;
const OPENINGS = 3;

/** What epochs need of the server. */
export interface EpochServer {
  rules(): Promise<{ text: string }>;
  openEpoch(body: EpochRequest): Promise<EpochAnswer>;
  reveal(epoch: string): Promise<Reveal>;
}

export class Epochs {
  private readonly lock: string;

  constructor(
    private readonly member: string,
    private readonly game: string,
    private readonly server: EpochServer,
    private readonly keep: Keep,
    private readonly locks: Locks,
    private readonly checks: Checks,
  ) {
    this.lock = `engage/epoch/${member}/${game}`;
  }

  /** The epoch that this device opened and has not given up, if there is one. */
  get kept(): OpenEpoch | null {
    const kept = this.keep.read<KeptEpoch>(this.name('epoch'));
    return kept !== null && isOpen(kept) ? kept : null;
  }

  /** What this device kept of an epoch, be it open or over; null if another device opened it. */
  find(epoch: string): OpenEpoch | null {
    const { kept } = this;
    return kept?.answer.epoch === epoch ? kept : this.keep.read<OpenEpoch>(this.name(`ended/${epoch}`));
  }

  /**
   * The epoch to play in: the one that is kept, else a new one. Throws Refusal and NoAnswer as the server gives them,
   * UntrueEpoch if its answer does not check out.
   */
  ready(): Promise<OpenEpoch> {
    return this.locks.hold(this.lock, async () => this.kept ?? (await this.open()));
  }

  /** The epoch has ended, as the server said: put it aside to be checked. Another page may have done so already. */
  retire(epoch: string): Promise<void> {
    return this.locks.hold(this.lock, async () => {
      const kept = this.kept;
      if (kept?.answer.epoch === epoch) this.putAside(kept);
    });
  }

  /** A play of the kept epoch was answered: its receipt has to be the same when the epoch is revealed. */
  record(receipt: Receipt): Promise<void> {
    return this.locks.hold(this.lock, async () => {
      const kept = this.kept;
      const entry: [string, string] = [receipt.play, await this.checks.mark(receipt)];
      if (kept?.answer.epoch !== receipt.epoch || kept.shown.some(([play]) => play === receipt.play)) return;
      this.keep.write(this.name('epoch'), { ...kept, shown: [...kept.shown, entry] });
    });
  }

  /** Check every epoch that has ended; those that fail are kept as evidence. What can't be asked now waits. */
  async checkEnded(): Promise<FailedCheck[]> {
    for (const name of this.keep.names(this.name('ended/'))) {
      await this.locks.hold(this.lock, async () => {
        const kept = this.keep.read<OpenEpoch>(name);
        if (kept !== null) await this.checkOne(name, kept);
      });
    }
    return this.failed;
  }

  /** The checks that failed on this device, until somebody looked at them. */
  get failed(): FailedCheck[] {
    const all = this.keep.names(this.name('failed/')).map((name) => this.keep.read<FailedCheck>(name));
    return all.filter((one) => one !== null);
  }

  private async checkOne(name: string, kept: OpenEpoch): Promise<void> {
    const { epoch } = kept.answer;
    let reveal: Reveal | null = null;
    try {
      reveal = await this.server.reveal(epoch);
    } catch (fault) {
      if (!(fault instanceof Refusal && fault.code === 'not_found')) return; // asked again the next time
    }
    const why = reveal
      ? await this.checks.ending(kept, reveal)
      : t('the server denies an epoch that it signed');
    if (why !== null) this.fail({ epoch, why, kept, reveal });
    this.keep.remove(name);
  }

  private async open(): Promise<OpenEpoch> {
    const { text: rules } = await this.server.rules();
    for (let left = OPENINGS; ; left--) {
      const kept = this.keep.read<KeptEpoch>(this.name('epoch')) ?? (await this.makeSeed(rules));
      try {
        return await this.accept(
          { ...kept, rules },
          await this.server.openEpoch({ client_commitment: kept.commitment }),
        );
      } catch (fault) {
        if (!(fault instanceof Refusal && fault.code === 'seed_used' && left > 1)) throw fault;
        this.keep.remove(this.name('epoch'));
      }
    }
  }

  private async makeSeed(rules: string): Promise<KeptEpoch> {
    const seed = randomHex(SEED_BYTES);
    const kept: KeptEpoch = {
      seed,
      commitment: await this.checks.commit(seed),
      rules,
      answer: null,
      shown: [],
    };
    this.keep.write(this.name('epoch'), kept);
    return kept;
  }

  private async accept(kept: KeptEpoch, answer: EpochAnswer): Promise<OpenEpoch> {
    const { member, game } = this;
    const expected = { member, game, commitment: kept.commitment };
    let why = await this.checks.opening(answer, { ...expected, rules: kept.rules });
    const opened: OpenEpoch = { ...kept, answer };
    if (why !== null) {
      // New rules may have been published between our reading them and the opening.
      opened.rules = (await this.server.rules()).text;
      why = await this.checks.opening(answer, { ...expected, rules: opened.rules });
    }
    if (why !== null) {
      const failed: FailedCheck = { epoch: answer.epoch, why, kept: opened, reveal: null };
      this.fail(failed);
      this.keep.remove(this.name('epoch'));
      throw new UntrueEpoch(failed);
    }
    this.keep.write(this.name('epoch'), opened);
    return opened;
  }

  private putAside(kept: OpenEpoch): void {
    this.keep.write(this.name(`ended/${kept.answer.epoch}`), kept);
    this.keep.remove(this.name('epoch'));
  }

  private fail(failed: FailedCheck): void {
    this.keep.write(this.name(`failed/${failed.epoch}`), failed);
  }

  private name(rest: string): string {
    return `${this.game}/${rest}`;
  }
}

function isOpen(kept: KeptEpoch): kept is OpenEpoch {
  return kept.answer !== null;
}
