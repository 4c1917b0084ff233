// An export taken apart, whatever it is; each part knows what is wrong with its own form.
import { t } from '../words/words';
import { type Bytes, fromHex, toHex, utf8 } from './bytes';
import { canonical, canonicalWithout, NotCanonical } from './canonical';
import type {
  CloseDocument,
  DeckDocument,
  EpochAnswer,
  EpochDocument,
  Receipt,
  RulesDocument,
  Slot,
} from './documents';
import { NO_PRIZE, rulesHash } from './draw';
import {
  canBeFollowed,
  checkClose,
  checkDeck,
  checkEpoch,
  checkExport,
  checkReceipt,
  faultOfRules,
} from './format';
import { leafHash } from './hashes';
import type { Pace } from './pace';
import { cut, type Fault, field, findMilliseconds, milliseconds } from './shapes';

/** A table of slots. `bounds`: the cumulative weights, the last of which is the total. */
export interface Table {
  slots: Slot[];
  bounds: number[];
  total: number;
}

/** A rules document. `fault` is its own; `clash` is one with another document, which its hash does not show. */
export class RulesPart {
  readonly fault: Fault;
  readonly document: RulesDocument;
  readonly place: string;
  clash: Fault = '';
  hash: string | null = null;
  readonly opensMs: number = 0;
  readonly closesMs: number = 0;
  readonly tables = new Map<number, Table>();

  constructor(place: string, document: unknown) {
    this.fault = faultOfRules(document);
    this.document = document as RulesDocument;
    this.place = this.fault ? place : `${this.document.game} revision ${this.document.revision}`;
    if (this.fault) return;
    this.opensMs = milliseconds(this.document.opens_at);
    this.closesMs = milliseconds(this.document.closes_at);
    for (const { id, slots } of this.document.tables) this.tables.set(id, tableOf(slots));
  }

  async findHash(): Promise<void> {
    const text = canonicalOf(this.document);
    this.hash = text === null ? null : toHex(await rulesHash(text));
  }

  /** The class of a prize; none has class 0. */
  classOf(prize: string): number {
    return this.find(prize)?.class ?? 0;
  }

  /** How many `units` there are, or how often one member may win it (`per_member`); null is without end. */
  of(prize: string, name: 'units' | 'per_member'): number | null {
    return this.find(prize)?.[name] ?? null;
  }

  private find(prize: string): RulesDocument['prizes'][number] | undefined {
    return prize === NO_PRIZE ? undefined : this.document.prizes.find((one) => one.id === prize);
  }
}

function tableOf(slots: Slot[]): Table {
  const bounds: number[] = [];
  let total = 0;
  for (const slot of slots) {
    total += slot.weight;
    bounds.push(total);
  }
  return { slots, bounds, total };
}

function canonicalOf(value: unknown): string | null {
  try {
    return canonical(value);
  } catch (fault) {
    if (fault instanceof NotCanonical) return null;
    throw fault;
  }
}

/** An epoch: what was signed, and the seeds that are shown. `faults` are kept by step once found. */
export class EpochPart {
  readonly fault: Fault;
  readonly id: string;
  readonly place: string;
  readonly document: EpochDocument;
  readonly openedMs: number = 0;
  readonly faults = new Map<string, Fault>();

  constructor(place: string, document: unknown) {
    this.fault = checkEpoch(document);
    this.id = textIn(document, 'answer', 'epoch');
    this.place = this.id || place;
    this.document = document as EpochDocument;
    if (!this.fault) this.openedMs = milliseconds(this.answer.opened_at);
  }

  get answer(): EpochAnswer {
    return this.document.answer;
  }
}

/** A receipt. `leaf`: in hex; empty for what has no canonical form. `isRepeated`: the very same one stands before it. */
export class ReceiptPart {
  readonly fault: Fault;
  readonly place: string;
  readonly game: string;
  readonly epoch: string;
  readonly rulesHash: string;
  readonly canBeFollowed: boolean;
  readonly document: Receipt;
  leaf = '';
  isRepeated = false;

  constructor(place: string, document: unknown) {
    this.fault = checkReceipt(document);
    this.place = textIn(document, 'play') || place;
    this.game = textIn(document, 'game');
    this.epoch = textIn(document, 'epoch');
    this.rulesHash = textIn(document, 'rules_hash');
    this.canBeFollowed = !this.fault || canBeFollowed(document);
    this.document = document as Receipt;
  }

  async findLeaf(): Promise<void> {
    try {
      this.leaf = toHex(await leafHash(utf8(canonicalWithout(this.document, 'seal'))));
    } catch (fault) {
      if (!(fault instanceof NotCanonical)) throw fault;
    }
  }
}

/** The seed and the sales of a deck, which are shown once its game is over. */
export class DeckPart {
  readonly fault: Fault;
  readonly id: string;
  readonly place: string;
  readonly document: DeckDocument;

  constructor(place: string, document: unknown) {
    this.fault = checkDeck(document);
    this.id = textIn(document, 'id');
    this.place = this.id || place;
    this.document = document as DeckDocument;
  }

  get seed(): Bytes {
    return fromHex(this.document.seed);
  }
}

/** The signed end of a game. */
export class ClosePart {
  readonly fault: Fault;
  readonly place: string;
  readonly document: CloseDocument;

  constructor(place: string, document: unknown) {
    this.fault = checkClose(document);
    this.place = textIn(document, 'game') || place;
    this.document = document as CloseDocument;
  }
}

/** The text under these names; nothing if there is none. */
function textIn(document: unknown, ...names: string[]): string {
  let found = document;
  for (const name of names) found = field(found, name);
  return typeof found === 'string' ? found : '';
}

/** An export with all its parts, their names and their hashes. */
export class ExportFile {
  readonly fault: Fault;
  readonly keys: unknown;
  readonly exportedMs: number | null;
  rules: RulesPart[] = [];
  epochs: EpochPart[] = [];
  receipts: ReceiptPart[] = [];
  decks: DeckPart[] = [];
  closes: ClosePart[] = [];
  readonly rulesByHash = new Map<string, RulesPart>();
  readonly epochsById = new Map<string, EpochPart>();
  readonly decksById = new Map<string, DeckPart>();
  /** The games that are closed here, so that nothing of them can be missing. */
  readonly complete = new Set<string>();
  /** The epochs that a receipt refers to. */
  readonly played = new Set<string>();
  /** The hashes of the rules that a receipt refers to. */
  readonly referred = new Set<string>();
  readonly plays = new Counter();

  private constructor(document: unknown) {
    this.fault = checkExport(document);
    this.keys = field(document, 'keys');
    this.exportedMs = findMilliseconds(field(document, 'exported_at'));
  }

  /** Take any JSON apart. */
  static async open(document: unknown, pace: Pace): Promise<ExportFile> {
    const file = new ExportFile(document);
    file.rules = partsOf(document, 'rules', RulesPart);
    file.epochs = partsOf(document, 'epochs', EpochPart);
    file.decks = partsOf(document, 'decks', DeckPart);
    file.closes = partsOf(document, 'closes', ClosePart);
    await pace.each(file.rules, (rules) => rules.findHash());
    const receipts = listIn(document, 'receipts');
    pace.expect(receipts.length);
    await pace.each(receipts, async (receipt, i) => {
      const part = new ReceiptPart(`receipts[${i}]`, receipt);
      file.receipts[i] = part;
      await part.findLeaf();
    });
    file.nameParts();
    markClashes(file.rules.filter((rules) => !rules.fault));
    return file;
  }

  private nameParts(): void {
    for (const rules of this.rules) {
      if (rules.hash && !this.rulesByHash.has(rules.hash)) this.rulesByHash.set(rules.hash, rules);
    }
    for (const epoch of this.epochs) if (epoch.id) this.epochsById.set(epoch.id, epoch);
    for (const deck of this.decks) if (deck.id) this.decksById.set(deck.id, deck);
    for (const close of this.closes) if (!close.fault) this.complete.add(close.document.game);
    const known = new Set<string>();
    for (const receipt of this.receipts) {
      const name = `${receipt.leaf} ${receipt.place}`;
      receipt.isRepeated = receipt.leaf !== '' && known.has(name);
      known.add(name);
      if (receipt.epoch) this.played.add(receipt.epoch);
      this.referred.add(receipt.rulesHash);
      if (!receipt.isRepeated) this.plays.add(receipt.game);
    }
  }

  /** The epochs that no receipt refers to. */
  unplayedEpochs(): EpochPart[] {
    return this.epochs.filter((epoch) => !this.played.has(epoch.id));
  }

  /** The rules documents without a fault of their own. */
  soundRules(): RulesPart[] {
    return this.rules.filter((rules) => !rules.fault);
  }

  /** Whether the export claims to have been made before a time. */
  isBefore(momentMs: number): boolean {
    return this.exportedMs !== null && this.exportedMs < momentMs;
  }
}

function partsOf<Part>(
  document: unknown,
  name: string,
  kind: new (place: string, item: unknown) => Part,
): Part[] {
  return listIn(document, name).map((item, i) => new kind(`${name}[${i}]`, item));
}

function listIn(document: unknown, name: string): unknown[] {
  const items = field(document, name);
  return Array.isArray(items) ? items : [];
}

/** Mark the rules documents that don't agree with others of their game. */
function markClashes(documents: RulesPart[]): void {
  const revisions = new Counter();
  const decks = new Map<string, Set<string>>();
  for (const { document } of documents) {
    revisions.add(`${document.revision} ${document.game}`);
    const known = decks.get(document.game) ?? new Set();
    decks.set(document.game, known.add(canonical(document.deck)));
  }
  for (const rules of documents) {
    const { game, revision } = rules.document;
    const values = { game: cut(game), revision: String(revision) };
    if (revisions.count(`${revision} ${game}`) > 1) {
      rules.clash = t('there are two rules documents of {game} revision {revision}', values);
    } else if ((decks.get(game)?.size ?? 0) > 1) {
      rules.clash = t('two revisions of {game} have different decks', values);
    }
  }
}

/** How often each text was met. */
export class Counter {
  private readonly counts = new Map<string, number>();

  constructor(items: Iterable<string> = []) {
    for (const item of items) this.add(item);
  }

  /** Count one more. */
  add(item: string): void {
    this.counts.set(item, this.count(item) + 1);
  }

  /** How often it was met; 0 if never. */
  count(item: string): number {
    return this.counts.get(item) ?? 0;
  }
}
