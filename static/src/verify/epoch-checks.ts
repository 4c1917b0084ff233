// The checks of an epoch: by itself if nobody played in it, else at each receipt that refers to it.
import { t } from '../words/words';
import type { Evidence } from './evidence';
import type { Keys } from './keys';
import { Counter, type EpochPart, type ExportFile, type RulesPart } from './parts';
import type { Fault } from './shapes';

const REVEAL_WITHIN_MS = 7 * 86_400_000;

/** The steps that an epoch goes through, in their order. */
export const EPOCH_STEPS = ['format', 'signature', 'commitment', 'sequence', 'bundle', 'overdue'] as const;
export type EpochStep = (typeof EPOCH_STEPS)[number];

/** What a bundle holds of the games that it closes. */
export class Bundle {
  readonly games: ReadonlySet<string>;
  readonly leaves: ReadonlySet<string>;
  readonly rules: ReadonlySet<string | null>;
  readonly answers: ReadonlySet<string>;

  constructor(file: ExportFile, evidence: Evidence) {
    this.games = file.complete;
    this.leaves = new Set(file.receipts.filter((one) => !one.fault).map((one) => one.leaf));
    this.rules = new Set(file.soundRules().map((rules) => rules.hash));
    this.answers = new Set([...evidence.epochs.values()].map((epoch) => epoch.answer));
  }
}

/** Judges epochs. */
export class EpochChecks {
  private readonly ids: Counter;
  private readonly commitments: Counter;
  private readonly latestClose: Map<string, number>;

  constructor(
    private readonly file: ExportFile,
    private readonly keys: Keys,
    private readonly evidence: Evidence,
    private readonly bundle: Bundle | null,
  ) {
    this.ids = new Counter(file.epochs.map((epoch) => epoch.id));
    const sound = file.epochs.filter((epoch) => !epoch.fault);
    this.commitments = new Counter(sound.map((epoch) => epoch.answer.client_commitment));
    this.latestClose = findLatestCloses(file);
  }

  /** What does not agree in one step; found once, however many receipts refer to the epoch. */
  faultOf(epoch: EpochPart, step: EpochStep): Fault {
    const known = epoch.faults.get(step) ?? this.check(epoch, step);
    epoch.faults.set(step, known);
    return known;
  }

  private check(epoch: EpochPart, step: EpochStep): Fault {
    switch (step) {
      case 'format':
        return this.format(epoch);
      case 'signature':
        return this.signature(epoch);
      case 'commitment':
        return this.commitment(epoch);
      case 'sequence':
        return epoch.openedMs < this.rulesOf(epoch).opensMs
          ? t('the epoch was opened before the game opened')
          : '';
      case 'bundle':
        return this.inBundle(epoch);
      case 'overdue':
        return epoch.document.server_seed === null && this.isOver(epoch.answer.game, this.rulesOf(epoch))
          ? t('the server_seed is still not shown')
          : '';
    }
  }

  private rulesOf(epoch: EpochPart): RulesPart {
    return this.file.rulesByHash.get(epoch.answer.rules_hash) as RulesPart;
  }

  private format(epoch: EpochPart): Fault {
    if (epoch.fault) return t('the epoch {fault}', { fault: epoch.fault });
    if (this.ids.count(epoch.id) > 1) return t('there are two epochs of this id');
    const rules = this.file.rulesByHash.get(epoch.answer.rules_hash);
    if (!rules) return t('no rules in the file have the hash that the epoch names');
    if (!this.file.played.has(epoch.id) && rules.fault) {
      return t('the rules document {fault}', { fault: rules.fault });
    }
    return this.file.isBefore(epoch.openedMs)
      ? t('the file claims to have been made before the epoch was opened')
      : '';
  }

  private signature(epoch: EpochPart): Fault {
    const signer = this.evidence.epochs.get(epoch)?.signer ?? '';
    return this.keys.count(signer) ? '' : t("no listed key has signed the epoch's answer");
  }

  private commitment(epoch: EpochPart): Fault {
    const { answer, client_seed, server_seed } = epoch.document;
    const found = this.evidence.epochs.get(epoch);
    if (this.commitments.count(answer.client_commitment) > 1) {
      return t('another epoch has the same client_commitment');
    }
    if (client_seed !== null && found?.clientCommitment !== answer.client_commitment) {
      return t('the client_seed is not what client_commitment says');
    }
    return server_seed !== null && found?.serverCommitment !== answer.server_commitment
      ? t('the server_seed is not what server_commitment says')
      : '';
  }

  private inBundle(epoch: EpochPart): Fault {
    if (!this.bundle?.games.has(epoch.answer.game)) return '';
    if (!this.bundle.rules.has(epoch.answer.rules_hash)) {
      return t('the bundle does not have the rules of the epoch');
    }
    return this.bundle.answers.has(this.evidence.epochs.get(epoch)?.answer ?? '')
      ? ''
      : t("the bundle does not have the epoch's answer");
  }

  /** Whether all seeds of a game must be shown by now, by the rules its plays refer to, or else by these. */
  isOver(game: string, rules: RulesPart): boolean {
    const closesMs = this.latestClose.get(game) ?? rules.closesMs;
    const isLate = this.file.exportedMs !== null && this.file.exportedMs - closesMs > REVEAL_WITHIN_MS;
    return isLate || this.file.complete.has(game);
  }
}

/** The latest closing time of each game among the rules that a receipt refers to, in milliseconds. */
function findLatestCloses(file: ExportFile): Map<string, number> {
  const latest = new Map<string, number>();
  for (const { document, hash, closesMs } of file.soundRules()) {
    if (!hash || !file.referred.has(hash)) continue;
    latest.set(document.game, Math.max(closesMs, latest.get(document.game) ?? 0));
  }
  return latest;
}
