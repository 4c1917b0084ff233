// The steps that need no hashing: order, times, the guarantee's count, slots, chains and limits (FAIRNESS §5).
import { t } from '../words/words';
import { findWrongSale } from './deck';
import type { DeckRules, Receipt } from './documents';
import type { ReceiptEvidence, SeedFault } from './evidence';
import { chainOf } from './format';
import { Counter, type DeckPart, type EpochPart, type RulesPart, type Table } from './parts';
import { cut, type Fault, milliseconds } from './shapes';

const DAY_MS = 86_400_000;
const EPOCH_LIFE_MS = 30 * DAY_MS;
const ZERO_HASH = '0'.repeat(64);

/** The receipts of a game up to the one that is checked. */
export class GameSoFar {
  gameSeq = 0;
  revision = 0;
  playedAt = '';
  latestPlay = '';
  leaf = ZERO_HASH;
  readonly wins = new Counter();
}

/** The receipts of a member in a game up to the one that is checked. */
export class MemberSoFar {
  memberSeq = 0;
  receipts = 0;
  misses: number | null = 0;
  readonly wins = new Counter();
}

/** The receipts of an epoch up to the one that is checked. `offset`: the last one's member_seq − nonce. */
export class EpochSoFar {
  nonce = -1;
  offset: number | null = null;
}

/** A receipt of the right form, with all it refers to and all that came before it. */
export interface Play {
  receipt: Receipt;
  leaf: string;
  found: ReceiptEvidence;
  rules: RulesPart;
  epoch: EpochPart;
  ofGame: GameSoFar;
  ofMember: MemberSoFar;
  ofEpoch: EpochSoFar;
  isComplete: boolean;
}

/** What does not rise, or falls, or has a gap where there can be none. */
export function faultOfOrder(play: Play): Fault {
  const { receipt, ofGame } = play;
  if (receipt.revision < ofGame.revision || receipt.played_at < ofGame.playedAt) {
    return t('the revision or the time falls within the game');
  }
  const hasAll = play.isComplete || play.epoch.document.server_seed !== null;
  return (
    faultOfNumber('game_seq', receipt.game_seq, ofGame.gameSeq, play.isComplete) ||
    faultOfNumber('member_seq', receipt.member_seq, play.ofMember.memberSeq, play.isComplete) ||
    faultOfNumber('nonce', receipt.nonce, play.ofEpoch.nonce, hasAll)
  );
}

function faultOfNumber(name: string, number: number, last: number, hasAll: boolean): Fault {
  const values = { name, number: String(number), last: String(last) };
  if (number <= last) return t('{name} {number} does not come after {last}', values);
  return hasAll && number > last + 1
    ? t('{name} leaps to {number}, though the receipts before it must all be here', values)
    : '';
}

/** Whether the epoch's plays follow each other in the member's count, and the game's plays form one chain. */
export function faultOfNumbers({ receipt, ofGame, ofEpoch }: Play): Fault {
  if (ofEpoch.offset !== null && ofEpoch.offset !== receipt.member_seq - receipt.nonce) {
    return t('member_seq and nonce do not go on together within the epoch');
  }
  return receipt.game_seq === ofGame.gameSeq + 1 && receipt.prev !== ofGame.leaf
    ? t('prev is not the leaf of the receipt before this one')
    : '';
}

/** Whether the play lies within its epoch's life and its game's hours. */
export function faultOfTimes({ receipt, rules, epoch }: Play): Fault {
  const playedMs = milliseconds(receipt.played_at);
  if (playedMs < epoch.openedMs || playedMs > epoch.openedMs + EPOCH_LIFE_MS) {
    return t('the play is not within 30 days after the epoch was opened');
  }
  return playedMs < rules.opensMs || playedMs >= rules.closesMs
    ? t('the play is not between opens_at and closes_at')
    : '';
}

/** What is wrong with the count of plays in a row without a prize of the guarantee's class. */
export function faultOfCount({ receipt, rules, ofMember }: Play): Fault {
  const { guarantee } = rules.document;
  const counted = receipt.guarantee;
  if (!guarantee || !counted) return '';
  const isNext = receipt.member_seq === ofMember.memberSeq + 1;
  if (isNext && ofMember.misses !== null && ofMember.misses !== counted.before) {
    return t('the guarantee counted {misses} misses, and here it begins with {before}', {
      misses: String(ofMember.misses),
      before: String(counted.before),
    });
  }
  const after = rules.classOf(receipt.prize) >= guarantee.class ? 0 : counted.before + 1;
  return counted.after === after
    ? ''
    : t('the guarantee counts {counted} misses, but they are {after}', {
        counted: String(counted.after),
        after: String(after),
      });
}

/** Whether the table is the one that was due. */
export function faultOfTable({ receipt, rules }: Play): Fault {
  const { guarantee, deck } = rules.document;
  if (deck) return '';
  const isDue = guarantee !== null && (receipt.guarantee?.before ?? 0) >= guarantee.misses;
  const due = isDue ? guarantee.table : 0;
  return receipt.table === due
    ? ''
    : t('the play was due table {due}, not {table}', { due: String(due), table: String(receipt.table) });
}

/** Whether the ticket, or the start of a card, is the one that the seeds give. */
export function faultOfTicket({ receipt, rules, epoch, found }: Play): Fault {
  if (epoch.document.server_seed === null) return '';
  const claimed = rules.document.deck ? receipt.deck?.start : receipt.ticket;
  const values = {
    name: rules.document.deck ? 'start' : 'ticket',
    drawn: String(found.drawn),
    claimed: String(claimed),
  };
  return found.drawn === claimed ? '' : t('the seeds give {name} {drawn}, not {claimed}', values);
}

/** Whether the slot is the ticket's, and the prize the chain's first after those passed over. */
export function faultOfSlot({ receipt, rules }: Play): Fault {
  const table = rules.tables.get(receipt.table ?? -1) as Table;
  const slot = table.slots[table.bounds.findIndex((bound) => bound > receipt.ticket)];
  if (!slot) throw new Error('the ticket is below the total');
  if (slot.slot !== receipt.slot) {
    const values = { ticket: String(receipt.ticket), slot: cut(slot.slot), other: cut(receipt.slot ?? '') };
    return t('ticket {ticket} is slot {slot}, not {other}', values);
  }
  const chain = chainOf(slot);
  const walked = [...receipt.passed.map((passed) => passed.prize), receipt.prize];
  const isWalk = walked.length <= chain.length && walked.every((prize, i) => prize === chain[i]);
  return isWalk
    ? ''
    : t('the chain of slot {slot} does not come to {prize} this way', {
        slot: cut(slot.slot),
        prize: cut(receipt.prize),
      });
}

/** Whether the reasons for passing over are possible. Each receipt of the member that is missing may be a win. */
export function faultOfLimits({ receipt, rules, ofMember }: Play): Fault {
  const missing = Math.max(0, receipt.member_seq - 1 - ofMember.receipts);
  for (const { prize, why } of receipt.passed) {
    const number = rules.of(prize, why === 'out' ? 'units' : 'per_member');
    if (number === null) {
      return t('{prize} was passed over as {why}, which it can never be', { prize: cut(prize), why });
    }
    if (why === 'limit' && ofMember.wins.count(prize) + missing < number) {
      const values = { prize: cut(prize), times: String(number) };
      return t('{prize} was passed over as limit, but the member had not won it {times} times', values);
    }
  }
  const limit = rules.of(receipt.prize, 'per_member');
  return limit !== null && ofMember.wins.count(receipt.prize) >= limit
    ? t('the member won {prize} more than {times} times', { prize: cut(receipt.prize), times: String(limit) })
    : '';
}

/** Whether prizes were out when they were said to be, and no more were won than there are. */
export function faultOfStock({ receipt, rules, ofGame, isComplete }: Play): Fault {
  if (!isComplete) return '';
  const isOut = (prize: string): boolean => {
    const units = rules.of(prize, 'units');
    return units !== null && ofGame.wins.count(prize) >= units;
  };
  for (const { prize, why } of receipt.passed) {
    if (isOut(prize) === (why === 'out')) continue;
    const values = { prize: cut(prize), why };
    return isOut(prize)
      ? t('{prize} was passed over as {why}, but had no unit left', values)
      : t('{prize} was passed over as {why}, but had units left', values);
  }
  return isOut(receipt.prize)
    ? t('more units of {prize} were won than there are', { prize: cut(receipt.prize) })
    : '';
}

/**
 * A revealed deck, built again and sold again.
 *
 * Its root being that of the rules, no card can be another than the one that led there.
 */
export class OpenedDeck {
  readonly sales: [number, number][];
  private readonly fault: Fault;
  private readonly firstWrongSale: number;

  /** `plays`: of a complete game. */
  constructor(rules: DeckRules, revealed: DeckPart, seedFault: SeedFault, plays: number | null) {
    this.sales = revealed.document.sales;
    this.fault = faultOfSeed(seedFault);
    if (!this.fault && plays !== null && this.sales.length > plays) {
      const values = { sales: String(this.sales.length), plays: String(plays) };
      this.fault = t('the deck has {sales} sales, but the game had {plays} plays', values);
    }
    this.firstWrongSale = findWrongSale(this.sales, rules.n);
  }

  /** What is wrong with the deck, or with the first `number` of its sales. */
  faultUpTo(number: number): Fault {
    if (this.fault || this.firstWrongSale > number) return this.fault;
    return t('the replay of the sales gives another card at sale {number}', {
      number: String(this.firstWrongSale),
    });
  }

  /** Whether the sale of a receipt is another than the deck says. */
  faultOfSale(receipt: Receipt): Fault {
    const sale = this.sales[receipt.game_seq - 1];
    const isSame = sale !== undefined && sale[0] === receipt.deck?.start && sale[1] === receipt.ticket;
    return isSame
      ? ''
      : t("sale {number} of the deck is not this play's", { number: String(receipt.game_seq) });
  }
}

function faultOfSeed(fault: SeedFault): Fault {
  if (!fault) return '';
  return fault === 'root'
    ? t('the deck that the seed makes has another root')
    : t("the deck's seed is not what seed_commitment says");
}
