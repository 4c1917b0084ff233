// What a page keeps of an epoch until it has been checked. The seed is written down before anything is sent.
import type { EpochAnswer, Receipt, Reveal } from '../api/shapes';

export interface KeptEpoch {
  /** The client's own seed, hex. It leaves this device with the first play and not before. */
  seed: string;
  commitment: string;
  /** The rules as they were shown when the epoch was opened: the very text that `rules_hash` covers. */
  rules: string;
  /** The server's signed answer, once it came and was checked. */
  answer: EpochAnswer | null;
  /** Each play that was answered here, with a hash of its receipt. */
  shown: [play: string, mark: string][];
}

export interface OpenEpoch extends KeptEpoch {
  answer: EpochAnswer;
}

/** A check that failed, kept with all that proves it. */
export interface FailedCheck {
  epoch: string;
  why: string;
  kept: KeptEpoch;
  reveal: Reveal | null;
}

/** What is asked of the epoch that a server opened. */
export interface Expected {
  member: string;
  game: string;
  commitment: string;
  rules: string;
}

/** The checks of FAIRNESS; each says what does not agree, or null. */
export interface Checks {
  commit(seed: string): Promise<string>;
  opening(answer: EpochAnswer, expected: Expected): Promise<string | null>;
  /** A hash of a whole receipt, by which it is known again. */
  mark(receipt: Receipt): Promise<string>;
  ending(kept: OpenEpoch, reveal: Reveal): Promise<string | null>;
}

/** The server's answer to the opening of an epoch is not what it promised to be: nothing is played in it. */
export class UntrueEpoch extends Error {
  constructor(readonly failed: FailedCheck) {
    super(failed.why);
  }
}
