// @vitest-environment node
import { describe, expect, it } from 'vitest';
import text from '../../../tests/vectors/fairness.json?raw';
import { fromHex, toHex } from './bytes';
import { deckKey, deckOrder, deckRulesHash, rebuildDeck } from './deck';
import type { DeckRules, ExportDocument, Receipt } from './documents';
import { below, lookPpm } from './draw';
import { STILL } from './pace';
import { ExportFile } from './parts';
import { countOf, failedOf, type Report } from './report';
import { verifyExport } from './verify';

type Changes = [(string | number)[], unknown][];

interface World {
  name: string;
  rules_hash: string[];
  looks: [string, number][];
  deck: { rules_hash: string; order: string[] };
  export: ExportDocument;
  verdicts: {
    proven: number;
    before_the_close: Record<string, number>;
    one_member: { member: string; proven: number };
  };
  tampered: { name: string; changes: Changes; at: string; step: string }[];
}

// Words of 64 bits are more than a number of JavaScript can hold: they are read as texts.
const VECTORS = JSON.parse(text.replaceAll(/(?<=[[,:]\s*)\d{16,}(?=\s*[\],}])/g, '"$&"')) as {
  sets: World[];
  below: { words: (string | number)[]; n: number; result: number }[];
};

function changed(document: ExportDocument, changes: Changes): ExportDocument {
  const copy = structuredClone(document);
  for (const [path, value] of changes) {
    let place = copy as unknown as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) place = place[step] as typeof place;
    place[path.at(-1) as string] = structuredClone(value);
  }
  return copy;
}

const verdicts = (report: Report): Record<string, number> =>
  Object.fromEntries(
    [...new Set(report.results.map((result) => result.verdict))]
      .sort()
      .map((verdict) => [verdict, countOf(report, verdict)]),
  );

it.each(VECTORS.below)('$result is drawn below $n', async ({ words, n, result }) => {
  const stream = words.map(BigInt).values();
  expect(await below({ next: async () => stream.next().value as bigint }, n)).toBe(result);
});

describe.each(VECTORS.sets)('$name', (world) => {
  it('has the hashes of its rules', async () => {
    const file = await ExportFile.open(world.export, STILL);
    expect(file.rules.map((rules) => rules.hash)).toEqual(world.rules_hash);
  });

  it('rests its pointers where the seeds say', async () => {
    const epochs = new Map(world.export.epochs.map((epoch) => [epoch.answer.epoch, epoch]));
    const look = async (receipt: Receipt): Promise<[string, number]> => {
      const draw = {
        rules: fromHex(receipt.rules_hash),
        epoch: receipt.epoch,
        clientSeed: fromHex(receipt.client_seed),
        nonce: receipt.nonce,
      };
      const seed = fromHex(epochs.get(receipt.epoch)?.server_seed as string);
      return [receipt.play, await lookPpm(seed, draw)];
    };
    expect(await Promise.all(world.export.receipts.map(look))).toEqual(world.looks);
  });

  it('shuffles its deck as published', async () => {
    const deck = world.export.rules.find((rules) => rules.deck)?.deck as DeckRules;
    const seed = fromHex(world.export.decks[0]?.seed as string);
    const rules = await deckRulesHash(deck.id, deck.counts, deck.n);
    expect(toHex(rules)).toBe(world.deck.rules_hash);
    expect(await deckOrder(await deckKey(rules, seed), deck.id, deck.counts)).toEqual(world.deck.order);
    expect(await rebuildDeck(deck, seed)).toBe('');
  });

  it('is proven as a whole', async () => {
    const report = await verifyExport(world.export);
    expect([verdicts(report), failedOf(report)]).toEqual([{ proven: world.verdicts.proven }, []]);
    expect(report.receipts).toBe(world.verdicts.proven);
  });

  it('claims no more than is proven before the close', async () => {
    const epochs = world.export.epochs.map((epoch) => ({ ...epoch, server_seed: null }));
    const report = await verifyExport({ ...world.export, decks: [], closes: [], epochs });
    expect([verdicts(report), failedOf(report)]).toEqual([world.verdicts.before_the_close, []]);
  });

  it("proves one member's part, which stands in the bundle", async () => {
    const { member, proven } = world.verdicts.one_member;
    const mine = {
      ...world.export,
      closes: [],
      epochs: world.export.epochs.filter((epoch) => epoch.answer.member === member),
      receipts: world.export.receipts.filter((receipt) => receipt.member === member),
    };
    const report = await verifyExport(mine, world.export.closes.length ? { bundle: world.export } : {});
    expect([verdicts(report), failedOf(report), report.notCovered]).toEqual([{ proven }, [], []]);
  });

  it('lets the true key be pinned, for which no other signs', async () => {
    const [fingerprint] = (await verifyExport(world.export)).fingerprints;
    const pinned = await verifyExport(world.export, { key: fingerprint?.toUpperCase() as string });
    expect([failedOf(pinned), pinned.fingerprints, pinned.isPinned]).toEqual([[], [fingerprint], true]);
    const other = await verifyExport(world.export, { key: '00'.repeat(32) });
    expect(new Set(failedOf(other).map((result) => result.step))).toEqual(new Set(['signature']));
    expect(countOf(other, 'FAILED')).toBeGreaterThanOrEqual(world.verdicts.proven);
  });

  it.each(world.tampered)('fails where it was tampered with: $name', async ({ changes, at, step }) => {
    const [first] = failedOf(await verifyExport(changed(world.export, changes)));
    expect([first?.subject, first?.step]).toEqual([at, step]);
    expect(first?.detail).toBeTruthy();
  });
});
