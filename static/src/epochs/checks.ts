// The checks of an epoch by the browser's own verifier: when it is opened, and as a whole when it has ended. Each is a
// small export, made of what this device keeps and what the server answered.
import type { EpochAnswer, Receipt, Reveal } from '../api/shapes';
import { fromHex, toHex, utf8 } from '../verify/bytes';
import { canonical } from '../verify/canonical';
import { clientCommitment, rulesHash } from '../verify/draw';
import { sha256 } from '../verify/hashes';
import { failedOf } from '../verify/report';
import { verifyExport } from '../verify/verify';
import { t } from '../words/words';
import type { Checks, Expected, OpenEpoch } from './kept';

/** `keys` reads the public keys that this deployment has signed with. */
export function makeChecks(keys: () => Promise<unknown>): Checks {
  return {
    commit: async (seed) => toHex(await clientCommitment(fromHex(seed))),
    mark: async (receipt) => toHex(await sha256(utf8(canonical(receipt)))),
    opening: (answer, expected) => checkOpening(answer, expected, keys),
    ending: (kept, reveal) => checkEnding(kept, reveal, keys),
  };
}

async function checkOpening(
  answer: EpochAnswer,
  expected: Expected,
  keys: () => Promise<unknown>,
): Promise<string | null> {
  const { member, game, commitment, rules } = expected;
  if (answer.member !== member || answer.game !== game)
    return t('the epoch is for somebody or something else');
  if (answer.client_commitment !== commitment)
    return t('the epoch was not opened with the seed of this device');
  if (answer.rules_hash !== toHex(await rulesHash(rules)))
    return t('the epoch was opened under rules other than those shown');
  const epoch = { answer, client_seed: null, server_seed: null };
  return firstFault(await exportOf(epoch, rules, [], answer.opened_at, keys));
}

async function checkEnding(
  kept: OpenEpoch,
  reveal: Reveal,
  keys: () => Promise<unknown>,
): Promise<string | null> {
  const { answer, client_seed, server_seed, receipts } = reveal;
  if (canonical(answer) !== canonical(kept.answer))
    return t('the server now shows another answer than it gave');
  if (client_seed !== null && client_seed !== kept.seed)
    return t('the server names a seed that is not of this device');
  const marks = new Map<string, string>();
  for (const receipt of receipts) marks.set(receipt.play, toHex(await sha256(utf8(canonical(receipt)))));
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
  keys: () => Promise<unknown>,
): Promise<unknown> {
  return {
    format: 'engage-export/1',
    exported_at,
    keys: await keys(),
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
