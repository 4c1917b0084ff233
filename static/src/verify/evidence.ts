// All that takes hashing, computed ahead of the judgement: who signed what, what seeds and paths lead to.
import { concat, fromHex, tag, toHex, u32, utf8 } from './bytes';
import { canonical, canonicalWithout } from './canonical';
import { cardLeaf, rebuildDeck } from './deck';
import type { DeckRules, Receipt } from './documents';
import { clientCommitment, type Draw, deckStart, drawTicket, serverCommitment } from './draw';
import type { Keys, Signer } from './keys';
import type { Pace } from './pace';
import type { ClosePart, DeckPart, EpochPart, ExportFile, ReceiptPart, RulesPart } from './parts';
import { pathHead } from './tree';

/** What was found about an epoch. Commitments made of the seeds that are shown, in hex. */
export interface EpochEvidence {
  answer: string;
  signer: Signer;
  clientCommitment: string | null;
  serverCommitment: string | null;
}

/** What was found about a receipt. `isTree`: its seal's path is one of a tree of its size. `drawn`: ticket or start. */
export interface ReceiptEvidence {
  isTree: boolean;
  signer: Signer;
  drawn: number | null;
  cardRoot: string | null;
}

/** What is wrong with the seed of a deck. */
export type SeedFault = Awaited<ReturnType<typeof rebuildDeck>>;

/** Everything that hashing can tell about the parts of a file, for each part of the right form. */
export class Evidence {
  readonly epochs = new Map<EpochPart, EpochEvidence>();
  readonly receipts = new Map<ReceiptPart, ReceiptEvidence>();
  readonly closes = new Map<ClosePart, Signer>();
  private readonly seeds = new Map<string, SeedFault>();

  private constructor(
    private readonly file: ExportFile,
    private readonly keys: Keys,
  ) {}

  /** Find it all. */
  static async find(file: ExportFile, keys: Keys, pace: Pace): Promise<Evidence> {
    const evidence = new Evidence(file, keys);
    const sound = <Part extends { fault: string }>(parts: Part[]) => parts.filter((part) => !part.fault);
    const [epochs, receipts, closes] = [sound(file.epochs), sound(file.receipts), sound(file.closes)];
    const decks = evidence.revealed();
    pace.expect(epochs.length + receipts.length + closes.length);
    // A card is told four times: its salt and leaf together, then once in each level of a tree, which halve.
    for (const [rules] of decks) pace.expect(2 * rules.n);
    await pace.each(closes, async (close) => {
      evidence.closes.set(close, await evidence.signerOf('engage close', close.document));
    });
    await pace.each(epochs, async (epoch) => {
      evidence.epochs.set(epoch, await evidence.ofEpoch(epoch));
    });
    await pace.each(receipts, async (receipt) => {
      evidence.receipts.set(receipt, await evidence.ofReceipt(receipt));
    });
    for (const [rules, deck] of decks) {
      evidence.seeds.set(nameOf(rules, deck), await rebuildDeck(rules, deck.seed, pace));
    }
    return evidence;
  }

  /** What is wrong with the seed of a revealed deck, by the rules that seal it. */
  ofSeed(rules: DeckRules, deck: DeckPart): SeedFault {
    return this.seeds.get(nameOf(rules, deck)) ?? '';
  }

  /** Each pair of a sealed deck and its revelation, once. */
  private revealed(): [DeckRules, DeckPart][] {
    const pairs = new Map<string, [DeckRules, DeckPart]>();
    for (const { document } of this.file.soundRules()) {
      const deck = document.deck && this.file.decksById.get(document.deck.id);
      if (document.deck && deck && !deck.fault) pairs.set(nameOf(document.deck, deck), [document.deck, deck]);
    }
    return [...pairs.values()];
  }

  private signerOf(label: string, document: { signature: string }): Promise<Signer> {
    const message = concat(tag(label), utf8(canonicalWithout(document, 'signature')));
    return this.keys.findSigner(message, document.signature);
  }

  private async ofEpoch(epoch: EpochPart): Promise<EpochEvidence> {
    const { answer, client_seed, server_seed } = epoch.document;
    const committed = {
      game: answer.game,
      rules: fromHex(answer.rules_hash),
      member: answer.member,
      epoch: answer.epoch,
      clientCommitment: fromHex(answer.client_commitment),
    };
    return {
      answer: canonical(answer),
      signer: await this.signerOf('engage epoch', answer),
      clientCommitment: client_seed && toHex(await clientCommitment(fromHex(client_seed))),
      serverCommitment:
        server_seed && toHex(await serverCommitment({ ...committed, serverSeed: fromHex(server_seed) })),
    };
  }

  private async ofReceipt(part: ReceiptPart): Promise<ReceiptEvidence> {
    const { seal } = part.document;
    const root = await pathHead(fromHex(part.leaf), seal.index, seal.size, seal.path.map(fromHex));
    const message = root && concat(tag('engage receipts'), u32(seal.size), root);
    const rules = this.file.rulesByHash.get(part.rulesHash);
    const isKnown = rules && !rules.fault && rules.document.alg === part.document.alg;
    return {
      isTree: root !== null,
      signer: message ? await this.keys.findSigner(message, seal.signature) : '',
      drawn: isKnown ? await this.draw(part.document, rules) : null,
      cardRoot: isKnown && rules.document.deck ? await rootOfCard(part.document, rules.document.deck) : null,
    };
  }

  /** What the seeds give: the ticket, or where in the deck to start. null as long as the server's is not shown. */
  private async draw(receipt: Receipt, rules: RulesPart): Promise<number | null> {
    const epoch = this.file.epochsById.get(receipt.epoch);
    if (!epoch || epoch.fault || epoch.document.server_seed === null) return null;
    const seed = fromHex(epoch.document.server_seed);
    const draw: Draw = {
      rules: fromHex(receipt.rules_hash),
      epoch: receipt.epoch,
      clientSeed: fromHex(receipt.client_seed),
      nonce: receipt.nonce,
    };
    if (rules.document.deck) return deckStart(seed, draw, rules.document.deck.n);
    const table = rules.tables.get(receipt.table ?? -1);
    return table ? drawTicket(seed, draw, table.total) : null;
  }
}

/** Where the path of a receipt's card leads. */
async function rootOfCard(receipt: Receipt, deck: DeckRules): Promise<string | null> {
  if (!receipt.deck) return null;
  const leaf = await cardLeaf(deck.id, receipt.ticket, receipt.prize, fromHex(receipt.deck.salt));
  const root = await pathHead(leaf, receipt.ticket, deck.n, receipt.deck.path.map(fromHex));
  return root && toHex(root);
}

const nameOf = (rules: DeckRules, deck: DeckPart): string => `${deck.place} ${canonical(rules)}`;
