// The check of one export, step by step as it is published. Each step says what does not agree, or nothing.
import { t } from '../words/words';
import type { CloseDocument } from './documents';
import { type Bundle, EPOCH_STEPS, EpochChecks } from './epoch-checks';
import type { Evidence } from './evidence';
import { faultOfCard, faultOfDraw } from './format';
import type { Keys } from './keys';
import {
  type ClosePart,
  Counter,
  type DeckPart,
  type EpochPart,
  type ExportFile,
  type ReceiptPart,
  type RulesPart,
} from './parts';
import type { Result, Step, Verdict } from './report';
import { byCodePoint, type Fault, milliseconds } from './shapes';
import {
  EpochSoFar,
  faultOfCount,
  faultOfLimits,
  faultOfNumbers,
  faultOfOrder,
  faultOfSlot,
  faultOfStock,
  faultOfTable,
  faultOfTicket,
  faultOfTimes,
  GameSoFar,
  MemberSoFar,
  OpenedDeck,
  type Play,
} from './steps';

/** The judgement of a file whose evidence was found. Pure, but for what it remembers from receipt to receipt. */
export class Audit {
  private readonly playIds: Counter;
  private readonly deckIds: Counter;
  private readonly epochChecks: EpochChecks;
  private readonly games = new Kept(() => new GameSoFar());
  private readonly members = new Kept(() => new MemberSoFar());
  private readonly epochs = new Kept(() => new EpochSoFar());
  private readonly opened = new Map<string, OpenedDeck>();
  private readonly checkedSales = new Map<string, number>();

  constructor(
    private readonly file: ExportFile,
    private readonly keys: Keys,
    private readonly evidence: Evidence,
    private readonly bundle: Bundle | null,
  ) {
    this.playIds = new Counter(file.receipts.filter((one) => !one.isRepeated).map(({ place }) => place));
    this.deckIds = new Counter(file.decks.map((deck) => deck.id));
    this.epochChecks = new EpochChecks(file, keys, evidence, bundle);
  }

  /** All results, in the order of the report. */
  *results(): Generator<Result> {
    if (this.file.fault) yield failed('export', 'format', t('the file {fault}', { fault: this.file.fault }));
    yield* this.judgeCloses();
    yield* this.judgeUnplayedEpochs();
    yield* this.judgeReceipts();
    yield* this.judgeEnds();
    yield* this.judgeRules();
    yield* this.judgeDecks();
  }

  // ---- closes and epochs

  /** The form and the signatures of the closes. */
  private *judgeCloses(): Generator<Result> {
    const games = new Counter(this.file.closes.map((close) => close.place));
    for (const close of this.file.closes) {
      if (close.fault) {
        yield failed(close.place, 'format', t('the close {fault}', { fault: close.fault }));
      } else if (games.count(close.place) > 1) {
        yield failed(close.place, 'format', t('there are two closes of the game'));
      } else if (this.file.isBefore(milliseconds(close.document.ended_at))) {
        yield failed(close.place, 'format', t('the file claims to have been made before the game ended'));
      } else if (!this.keys.count(this.evidence.closes.get(close) ?? '')) {
        yield failed(close.place, 'signature', t('no listed key has signed the close'));
      }
    }
  }

  /** The epochs that no receipt refers to; those with one are checked there. */
  private *judgeUnplayedEpochs(): Generator<Result> {
    for (const epoch of this.file.unplayedEpochs()) {
      const step = EPOCH_STEPS.find((one) => this.epochChecks.faultOf(epoch, one));
      if (step) yield failed(epoch.place, step, this.epochChecks.faultOf(epoch, step));
    }
  }

  // ---- receipts

  /**
   * Each receipt by the first step that does not agree; then the next is checked with what this one claims. One that is
   * there twice is one fault: the first is checked as if it stood alone.
   */
  private *judgeReceipts(): Generator<Result> {
    for (const [i, receipt] of this.file.receipts.entries()) {
      const fault = this.format(receipt);
      const result = fault ? failed(receipt.place, 'format', fault) : this.judge(receipt);
      yield { ...result, receipt: i };
      if (receipt.canBeFollowed && !receipt.isRepeated) this.follow(receipt);
    }
  }

  private format(receipt: ReceiptPart): Fault {
    if (receipt.fault) return t('the receipt {fault}', { fault: receipt.fault });
    if (receipt.isRepeated || this.playIds.count(receipt.place) > 1)
      return t('there are two receipts of this play');
    return this.faultOfReferences(receipt) || this.faultOfClaims(receipt);
  }

  /** Whether the receipt's rules and epoch are here, and fit. */
  private faultOfReferences(receipt: ReceiptPart): Fault {
    const rules = this.file.rulesByHash.get(receipt.rulesHash);
    const epoch = this.file.epochsById.get(receipt.epoch);
    if (!rules) return t('the file does not have the rules that the receipt names');
    if (!epoch) return t('the file does not have the epoch that the receipt names');
    if (rules.clash) return rules.clash;
    if (rules.fault) return t('the rules document {fault}', { fault: rules.fault });
    const { alg, game, revision } = receipt.document;
    if (alg !== rules.document.alg || game !== rules.document.game || revision !== rules.document.revision) {
      return t('alg, game or revision are not those of its rules');
    }
    const fault = this.epochChecks.faultOf(epoch, 'format');
    if (fault) return fault;
    return epoch.document.client_seed === null
      ? t('the epoch has a play, but its client_seed is not shown')
      : '';
  }

  private faultOfClaims({ document, rulesHash }: ReceiptPart): Fault {
    const rules = this.file.rulesByHash.get(rulesHash) as RulesPart;
    if (this.file.isBefore(milliseconds(document.played_at))) {
      return t('the file claims to have been made before the play');
    }
    if (!rules.document.deck) {
      return faultOfDraw(document, rules.document, (table) => rules.tables.get(table)?.total ?? null);
    }
    const revealed = this.file.decksById.get(rules.document.deck.id);
    return faultOfCard(document, rules.document.deck) || (revealed ? this.formatOfRevealed(revealed) : '');
  }

  private formatOfRevealed(deck: DeckPart): Fault {
    if (deck.fault) return t('the revealed deck {fault}', { fault: deck.fault });
    return this.deckIds.count(deck.id) > 1 ? t('the revealed deck is there twice') : '';
  }

  private judge(part: ReceiptPart): Result {
    const play: Play = {
      receipt: part.document,
      leaf: part.leaf,
      found: this.evidence.receipts.get(part) as Play['found'],
      rules: this.file.rulesByHash.get(part.rulesHash) as RulesPart,
      epoch: this.file.epochsById.get(part.epoch) as EpochPart,
      ofGame: this.games.get(part.game),
      ofMember: this.members.get(memberOf(part)),
      ofEpoch: this.epochs.get(part.epoch),
      isComplete: this.file.complete.has(part.game),
    };
    for (const [step, check] of this.steps) {
      const fault = check(play);
      if (fault) return failed(part.place, step, fault);
    }
    return { subject: part.place, verdict: this.verdict(play), step: null, detail: '', receipt: null };
  }

  private verdict({ rules, epoch }: Play): Verdict {
    if (rules.document.deck && !this.file.decksById.has(rules.document.deck.id)) return 'card proven';
    return epoch.document.server_seed === null ? 'not yet revealed' : 'proven';
  }

  /** Remember what a receipt claims, right or wrong. */
  private follow(part: ReceiptPart): void {
    const claims = part.document;
    const game = this.games.get(part.game);
    const member = this.members.get(memberOf(part));
    const epoch = this.epochs.get(part.epoch);
    game.gameSeq = claims.game_seq;
    game.revision = claims.revision;
    game.playedAt = claims.played_at;
    if (claims.played_at > game.latestPlay) game.latestPlay = claims.played_at;
    game.leaf = part.leaf;
    game.wins.add(claims.prize);
    member.memberSeq = claims.member_seq;
    member.receipts += 1;
    member.misses = claims.guarantee?.after ?? null;
    member.wins.add(claims.prize);
    epoch.nonce = claims.nonce;
    epoch.offset = claims.member_seq - claims.nonce;
  }

  // ---- the steps of a receipt, in their order

  private readonly steps: readonly (readonly [Step, (play: Play) => Fault])[] = [
    ['signature', (play) => this.signature(play)],
    ['commitment', (play) => this.commitment(play)],
    ['sequence', (play) => this.sequence(play)],
    ['table', faultOfTable],
    ['ticket', faultOfTicket],
    ['outcome', (play) => (play.rules.document.deck ? '' : faultOfSlot(play) || faultOfLimits(play))],
    ['card', faultOfCardPath],
    ['deck', (play) => this.deck(play)],
    ['stock', faultOfStock],
    ['bundle', (play) => this.sameInBundle(play)],
    ['overdue', (play) => this.overdue(play)],
  ];

  private signature({ found, epoch }: Play): Fault {
    if (!found.isTree) return t("the seal's path is not one of a tree of its size");
    if (!this.keys.count(found.signer)) return t('no listed key has signed the receipt');
    return this.epochChecks.faultOf(epoch, 'signature');
  }

  private commitment({ receipt, epoch }: Play): Fault {
    for (const name of ['rules_hash', 'game', 'member'] as const) {
      if (receipt[name] !== epoch.answer[name]) return t('the {name} is not the one of the epoch', { name });
    }
    if (receipt.client_seed !== epoch.document.client_seed) {
      return t('the {name} is not the one of the epoch', { name: 'client_seed' });
    }
    return this.epochChecks.faultOf(epoch, 'commitment');
  }

  private sequence(play: Play): Fault {
    return (
      faultOfOrder(play) ||
      faultOfNumbers(play) ||
      faultOfTimes(play) ||
      this.epochChecks.faultOf(play.epoch, 'sequence') ||
      faultOfCount(play)
    );
  }

  private deck(play: Play): Fault {
    const opened = this.openDeck(play.rules);
    if (!opened) return '';
    const { game, game_seq } = play.receipt;
    this.checkedSales.set(game, Math.max(this.checkedSales.get(game) ?? 0, game_seq));
    return opened.faultUpTo(0) || opened.faultOfSale(play.receipt) || opened.faultUpTo(game_seq);
  }

  /** The revealed deck of a game, opened once. */
  private openDeck({ document }: RulesPart): OpenedDeck | null {
    const revealed = document.deck && this.file.decksById.get(document.deck.id);
    if (!document.deck || !revealed) return null;
    const plays = this.file.complete.has(document.game) ? this.file.plays.count(document.game) : null;
    const opened =
      this.opened.get(document.game) ??
      new OpenedDeck(document.deck, revealed, this.evidence.ofSeed(document.deck, revealed), plays);
    this.opened.set(document.game, opened);
    return opened;
  }

  private sameInBundle({ receipt, leaf, epoch }: Play): Fault {
    if (!this.bundle?.games.has(receipt.game)) return '';
    if (!this.bundle.leaves.has(leaf)) return t('the bundle does not have this very receipt');
    return this.epochChecks.faultOf(epoch, 'bundle');
  }

  private overdue({ rules, epoch }: Play): Fault {
    const { deck, game } = rules.document;
    const isHidden = deck !== null && !this.file.decksById.has(deck.id);
    if (isHidden && this.epochChecks.isOver(game, rules)) return t("the deck's seed is still not shown");
    return this.epochChecks.faultOf(epoch, 'overdue');
  }

  // ---- the ends of games, and what nothing refers to

  /** Each close against what is here. */
  private *judgeEnds(): Generator<Result> {
    for (const close of this.file.closes) {
      if (close.fault) continue;
      const fault = this.faultOfEnd(close);
      if (fault) yield failed(close.place, 'sequence', fault);
      else if (this.lacksUnsoldDeck(close.document.game)) {
        yield failed(close.place, 'overdue', t("the deck's seed is still not shown"));
      }
    }
  }

  private faultOfEnd({ document }: ClosePart): Fault {
    const game = this.games.get(document.game);
    const rules = this.file
      .soundRules()
      .filter((one) => one.document.game === document.game)
      .sort(byRevision)
      .map((one) => one.hash);
    const epochs = this.file.epochs.filter(
      (epoch) => !epoch.fault && epoch.answer.game === document.game,
    ).length;
    const plays = this.file.plays.count(document.game);
    if (document.plays !== plays || document.epochs !== epochs)
      return faultOfNumbersOfEnd(document, plays, epochs);
    if (document.head !== game.leaf) return t('the head is not the leaf of the last receipt');
    if (document.rules.length !== rules.length || document.rules.some((hash, i) => hash !== rules[i])) {
      return t('the rules are not the revisions that are here');
    }
    return game.latestPlay > document.ended_at ? t('a play is later than the end') : '';
  }

  /** Whether a game without a play doesn't show its deck; with plays, each of them says so. */
  private lacksUnsoldDeck(game: string): boolean {
    if (this.file.plays.count(game)) return false;
    const decks = this.file
      .soundRules()
      .map(({ document }) => (document.game === game ? document.deck : null));
    return decks.some((deck) => deck && !this.file.decksById.has(deck.id));
  }

  /** Rules that no play refers to. */
  private *judgeRules(): Generator<Result> {
    const ofEpochs = new Set<string>();
    for (const epoch of this.file.unplayedEpochs()) if (!epoch.fault) ofEpochs.add(epoch.answer.rules_hash);
    for (const rules of this.file.rules) {
      if (rules.hash && this.file.referred.has(rules.hash)) continue;
      const isTold = rules.hash !== null && ofEpochs.has(rules.hash);
      if (rules.clash) yield failed(rules.place, 'format', rules.clash);
      else if (rules.fault && !isTold) {
        yield failed(rules.place, 'format', t('the rules document {fault}', { fault: rules.fault }));
      }
    }
  }

  /** Decks that no play refers to, and sales that come after those of all plays that are here. */
  private *judgeDecks(): Generator<Result> {
    for (const deck of this.file.decks) {
      const games = this.file.soundRules().filter(({ document }) => document.deck?.id === deck.id);
      const isReferred = games.some((rules) => rules.hash && this.file.referred.has(rules.hash));
      const form = isReferred ? '' : this.faultOfUnsold(deck, games);
      if (form) yield failed(deck.place, 'format', form);
      else if (games[0] && !this.formatOfRevealed(deck)) {
        const fault = this.faultOfRest(games[0]);
        if (fault) yield failed(deck.place, 'deck', fault);
      }
    }
  }

  private faultOfUnsold(deck: DeckPart, games: RulesPart[]): Fault {
    return this.formatOfRevealed(deck) || (games.length ? '' : t('no rules in the file have this deck'));
  }

  /** What no play has reported yet: a fault of a deck without plays here, or of a sale after all of them. */
  private faultOfRest(rules: RulesPart): Fault {
    const opened = this.openDeck(rules) as OpenedDeck;
    const checked = this.checkedSales.get(rules.document.game) ?? 0;
    return checked && opened.faultUpTo(checked) ? '' : opened.faultUpTo(opened.sales.length);
  }
}

const failed = (subject: string, step: Step, detail: Fault): Result => ({
  subject,
  verdict: 'FAILED',
  step,
  detail,
  receipt: null,
});

const memberOf = ({ game, document }: ReceiptPart): string => JSON.stringify([game, document.member]);

function faultOfCardPath({ rules, found }: Play): Fault {
  const { deck } = rules.document;
  return deck && found.cardRoot !== deck.root ? t("the card does not lead to the deck's root") : '';
}

function faultOfNumbersOfEnd(close: CloseDocument, plays: number, epochs: number): Fault {
  const values = { plays: close.plays, epochs: close.epochs, here: plays, open: epochs };
  return t(
    'the close says {plays} plays and {epochs} epochs, but here are {here} and {open}',
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  );
}

function byRevision(one: RulesPart, other: RulesPart): number {
  return one.document.revision - other.document.revision || byCodePoint(one.hash ?? '', other.hash ?? '');
}

/** Values by name, made when they are first asked for. */
class Kept<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly make: () => Value) {}

  get(name: string): Value {
    const known = this.values.get(name) ?? this.make();
    this.values.set(name, known);
    return known;
  }
}
