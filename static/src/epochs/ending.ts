// The check of a whole epoch by the browser's own verifier, once the server had to show its seed: a small export, made of
// what this device kept and what the server answered.
import type { EpochAnswer, Receipt, Reveal } from '../api/shapes';
import { canonical } from '../verify/canonical';
import { failedOf } from '../verify/report';
import { verifyExport } from '../verify/verify';
import { t } from '../words/words';
import type { OpenEpoch } from './kept';
import { mark } from './opening';

/** What does not agree in an ended epoch, or null. `keys` is the deployment's published key set. */
export async function checkEnding(kept: OpenEpoch, reveal: Reveal, keys: unknown): Promise<string | null> {
  const { answer, client_seed, server_seed, receipts } = reveal;
  if (canonical(answer) !== canonical(kept.answer))
    return t('the server now shows another answer than it gave');
  if (client_seed !== null && client_seed !== kept.seed)
    return t('the server names a seed that is not of this device');
  const marks = new Map<string, string>();
  for (const receipt of receipts) marks.set(receipt.play, await mark(receipt));
  if (kept.shown.some(([play, mark]) => marks.get(play) !== mark)) {
    return t('a result that was shown here is another one now, or missing');
  }
  const [latest = answer.opened_at] = receipts
    .map(({ played_at }) => played_at)
    .sort()
    .reverse();
  const epoch = { answer, client_seed, server_seed };
  return firstFault(await exportOf(epoch, kept.rules, receipts, latest, keys));
}

async function exportOf(
  epoch: { answer: EpochAnswer; client_seed: string | null; server_seed: string | null },
  rules: string,
  receipts: Receipt[],
  exported_at: string,
  keys: unknown,
): Promise<unknown> {
  return {
    format: 'engage-export/1',
    exported_at,
    keys,
    rules: [JSON.parse(rules)],
    epochs: [epoch],
    receipts,
    decks: [],
    closes: [],
  };
}

async function firstFault(document: unknown): Promise<string | null> {
  const [first] = failedOf(await verifyExport(document));
  return first ? t('step {step}: {detail}', { step: first.step ?? '', detail: first.detail }) : null;
}
