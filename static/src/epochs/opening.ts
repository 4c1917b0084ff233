// What a page asks of an epoch before it plays in it: opened for this member with this device's seed, under the rules
// that are shown, and signed by a key of this deployment. It is light, since every page needs it; the whole verifier
// comes when an epoch has ended.
import type { EpochAnswer, Receipt } from '../api/shapes';
import { type Bytes, concat, fromBase64url, fromHex, tag, toHex, utf8 } from '../verify/bytes';
import { canonical, canonicalWithout } from '../verify/canonical';
import { clientCommitment, rulesHash } from '../verify/draw';
import { isSigned, openKey } from '../verify/ed25519';
import { sha256 } from '../verify/hashes';
import { t } from '../words/words';
import type { Expected } from './kept';

/** The hash of a seed, which is all that is sent of it at first; both in hex. */
export async function commit(seed: string): Promise<string> {
  return toHex(await clientCommitment(fromHex(seed)));
}

/** A hash of a whole receipt, by which it is known again. */
export async function mark(receipt: Receipt): Promise<string> {
  return toHex(await sha256(utf8(canonical(receipt))));
}

/** What does not agree in the server's answer to an opening, or null. `keys` is the deployment's published key set. */
export async function checkOpening(
  answer: EpochAnswer,
  { member, game, commitment, rules }: Expected,
  keys: unknown,
): Promise<string | null> {
  if (answer.member !== member || answer.game !== game) {
    return t('the epoch is for somebody or something else');
  }
  if (answer.client_commitment !== commitment) {
    return t('the epoch was not opened with the seed of this device');
  }
  if (answer.rules_hash !== toHex(await rulesHash(rules))) {
    return t('the epoch was opened under rules other than those shown');
  }
  const message = concat(tag('engage epoch'), utf8(canonicalWithout(answer, 'signature')));
  return (await isSignedByAny(keys, message, answer.signature))
    ? null
    : t("no listed key has signed the epoch's answer");
}

async function isSignedByAny(keys: unknown, message: Bytes, signature: string): Promise<boolean> {
  const bytes = bytesOf(signature);
  for (const { x } of (keys as { keys: { x?: unknown }[] }).keys) {
    const key = await openKey(bytesOf(x));
    if (key !== null && (await isSigned(key, message, bytes))) return true;
  }
  return false;
}

/** The bytes of what should be base64url; none of what is not. */
function bytesOf(text: unknown): Bytes {
  try {
    return fromBase64url(String(text));
  } catch {
    return new Uint8Array();
  }
}
