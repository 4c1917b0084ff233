// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import text from '../../../tests/vectors/fairness.json?raw';
import type { EpochDocument, ExportDocument, Receipt, RulesDocument } from './documents';
import { EngageCheck } from './engage-check';
import { checkReceipt, type OneResult } from './one';
import { tellOne } from './telling';

const WORLD = (JSON.parse(text) as { sets: { export: ExportDocument }[] }).sets[0]?.export as ExportDocument;

/** The last play of an epoch, before its round has ended or after. */
function one(alg: 'draw/1' | 'deck/1', isRevealed: boolean): OneResult {
  const receipt = WORLD.receipts.filter((each) => each.alg === alg).at(-1) as Receipt;
  const epoch = WORLD.epochs.find((each) => each.answer.epoch === receipt.epoch) as EpochDocument;
  const receipts = WORLD.receipts.filter((each) => each.epoch === receipt.epoch);
  const rules = WORLD.rules.find((each) => each.game === receipt.game && each.revision === receipt.revision);
  const found: OneResult = {
    receipt,
    rules: rules as RulesDocument,
    keys: WORLD.keys,
    answer: epoch.answer,
    reveal: isRevealed ? { ...epoch, receipts } : null,
  };
  // By way of text, so that what a page keeps and what a server shows are not the same objects.
  return JSON.parse(JSON.stringify(found)) as OneResult;
}

const told = async (it: OneResult) => {
  const checked = await checkReceipt(it);
  return [
    checked.isSame,
    checked.result.verdict,
    checked.others,
    tellOne(checked.result, checked.shown.seed).sentence,
  ];
};

describe('one result', () => {
  it.each([
    ['draw/1', true, 'proven', 'Checked ✓ fixed before you tapped'],
    ['draw/1', false, 'not yet revealed', 'Sealed ✓ agrees as far as it can be checked yet'],
    [
      'deck/1',
      true,
      'card proven',
      'Checked ✓ this card was sealed in the deck before the first one was drawn',
    ],
    [
      'deck/1',
      false,
      'card proven',
      'Checked ✓ this card was sealed in the deck before the first one was drawn',
    ],
  ] as const)('by %s, revealed: %s, is %s', async (alg, isRevealed, verdict, sentence) => {
    expect(await told(one(alg, isRevealed))).toEqual([true, verdict, 0, sentence]);
  });

  it('does not check out when the server shows another seed', async () => {
    const it = one('draw/1', true);
    if (it.reveal) it.reveal.server_seed = '00'.repeat(32);
    expect(await told(it)).toEqual([
      true,
      'FAILED',
      it.reveal?.receipts.length ? it.reveal.receipts.length - 1 : 0,
      'Does not check out. The seeds are not those that were sealed before the tap.',
    ]);
  });

  it('does not check out when the server had promised something else', async () => {
    const it = one('draw/1', true);
    it.answer.server_commitment = '00'.repeat(32);
    expect((await checkReceipt(it)).isSame).toBe(false);
  });

  it('does not check out when the server shows another receipt, or none', async () => {
    const other = one('draw/1', true);
    other.receipt.prize = 'prz_other';
    expect((await checkReceipt(other)).isSame).toBe(false);
    const gone = one('draw/1', true);
    gone.reveal?.receipts.pop();
    expect((await checkReceipt(gone)).isSame).toBe(false);
  });

  it('is told apart from another result of its round that does not agree', async () => {
    const it = one('draw/1', true);
    const receipts = it.reveal?.receipts as Receipt[];
    expect(receipts.length).toBeGreaterThan(1);
    (receipts[0] as Receipt).played_at = '2000-01-01T00:00:00.000Z';
    const checked = await checkReceipt(it);
    expect(checked.result.verdict).toBe('proven');
    expect(checked.others).toBeGreaterThan(0);
  });
});

describe('<engage-check>', () => {
  let element: EngageCheck;

  beforeEach(() => {
    element = document.body.appendChild(new EngageCheck());
    element.revealable = true;
  });
  afterEach(() => element.remove());

  const sentence = () => element.shadowRoot?.querySelector('.sentence')?.textContent;
  const button = () => element.shadowRoot?.querySelector('button');
  const comesTo = (said: string) => vi.waitFor(() => expect(sentence()).toBe(said));

  it('offers to end the round, and checks again with what the server shows', async () => {
    const asked: string[] = [];
    element.addEventListener('engage-reveal', (event) => asked.push(event.detail.epoch));
    const [before, after] = [one('draw/1', false), one('draw/1', true)];
    element.one = before;
    await comesTo('Sealed ✓ agrees as far as it can be checked yet');
    button()?.click();
    await element.updateComplete;
    expect([asked, button()?.disabled]).toEqual([[before.receipt.epoch], true]);
    element.one = after;
    await comesTo('Checked ✓ fixed before you tapped');
    expect(button()).toBeNull();
  });

  it('lets the member ask again when the round could not be ended', async () => {
    element.one = one('draw/1', false);
    await comesTo('Sealed ✓ agrees as far as it can be checked yet');
    button()?.click();
    element.trouble = 'There is no connection now.';
    await vi.waitFor(() => expect(button()?.disabled).toBe(false));
    expect(element.shadowRoot?.querySelector('[role=alert]')?.textContent).toBe(
      'There is no connection now.',
    );
  });

  it('says that the server changed its mind', async () => {
    const it = one('draw/1', true);
    it.answer.opened_at = '2000-01-01T00:00:00.000Z';
    element.one = it;
    await comesTo('Does not check out: the server now shows something else than it told you before');
  });

  it('says so when the browser cannot check', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest').mockRejectedValue(new Error('no'));
    element.one = one('draw/1', false);
    await comesTo('This browser can’t check results here.');
    digest.mockRestore();
  });
});
