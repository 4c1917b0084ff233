// The keys by which an export may be signed: those that it lists and, if some are pinned, only these.
import { type Bytes, fromBase64url, toBase64url, toHex } from './bytes';
import type { KeySet } from './documents';
import { isSigned, openKey, type PublicKey } from './ed25519';
import { checkKeySet, isEd25519 } from './format';

/** The Ed25519 keys of a set, each once; what is no point of the curve can't have signed anything. */
export async function readKeys(listed: unknown): Promise<PublicKey[]> {
  if (checkKeySet(listed)) return [];
  const found = new Map<string, PublicKey>();
  for (const jwk of (listed as KeySet).keys) {
    if (!isEd25519(jwk) || !jwk.x) continue;
    const bytes = fromBase64url(jwk.x);
    const key = toBase64url(bytes) === jwk.x ? await openKey(bytes) : null;
    if (key && !found.has(key.fingerprint)) found.set(key.fingerprint, key);
  }
  return [...found.values()];
}

/** Who signed something: the fingerprint of a key, or nothing. */
export type Signer = string;

/** Looks for the key that made a signature. What was asked before is remembered. */
export class Keys {
  private readonly asked = new Map<string, Promise<Signer>>();
  private readonly used = new Set<Signer>();

  private constructor(private readonly keys: readonly PublicKey[]) {}

  /** The listed keys; of these only the pinned, if any are. */
  static async open(listed: unknown, pinned: readonly string[] | null): Promise<Keys> {
    const keys = await readKeys(listed);
    return new Keys(keys.filter((key) => !pinned || pinned.includes(key.fingerprint)));
  }

  /** The keys that signed something, or all of them as long as none did. */
  get fingerprints(): string[] {
    return this.all.filter((name) => this.used.has(name) || !this.used.size);
  }

  /** All keys by which this may be signed. */
  get all(): string[] {
    return this.keys.map((key) => key.fingerprint);
  }

  /** Which key made a signature (base64url). */
  findSigner(message: Bytes, signature: string): Promise<Signer> {
    const name = toHex(message) + signature;
    const known = this.asked.get(name) ?? this.search(message, signature);
    this.asked.set(name, known);
    return known;
  }

  private async search(message: Bytes, signature: string): Promise<Signer> {
    const bytes = fromBase64url(signature);
    if (toBase64url(bytes) !== signature) return '';
    for (const key of this.keys) if (await isSigned(key, message, bytes)) return key.fingerprint;
    return '';
  }

  /** Whether there is a signer, who then counts as one that signed something. */
  count(signer: Signer): boolean {
    if (signer) this.used.add(signer);
    return signer !== '';
  }
}
