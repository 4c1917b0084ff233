// Ed25519 (RFC 8032): the browser's own where it has one, and @noble/ed25519 where it has not.
//
// The published equation is S·B = R + k·A, without cofactor, with one encoding of each number and point. Browsers agree
// on it except for points of small order, which some refuse: those few signatures are always left to the library.
import { type Bytes, concat, fromHex, toHex } from './bytes';
import { sha256, sha512 } from './hashes';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const MASK = 2n ** 255n - 1n;
const SIGN = 2n ** 255n;

/** The encodings of the points of small order, and the two that call an x of 0 odd. */
const SMALL_ORDER = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]);

function littleEndian(bytes: Bytes): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}

const mod = (number: bigint): bigint => ((number % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

const inverse = (number: bigint): bigint => power(mod(number), P - 2n);
const D = mod(-121665n * inverse(121666n));

/** Whether bytes are the one encoding of a point: y < p, and x² = (y² − 1) / (d·y² + 1) has a root (§5.1.3). */
export function isEncodedPoint(bytes: Bytes): boolean {
  const number = littleEndian(bytes);
  const y = number & MASK;
  if (bytes.length !== 32 || y >= P) return false;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  return square === 0n ? !(number & SIGN) : power(square, (P - 1n) / 2n) === 1n;
}

/** A public key. `fingerprint`: SHA-256 of its 32 bytes, in hex. */
export interface PublicKey {
  readonly bytes: Bytes;
  readonly fingerprint: string;
}

/** The key of 32 bytes; null if they are not the one encoding of a point. */
export async function openKey(bytes: Bytes): Promise<PublicKey | null> {
  return isEncodedPoint(bytes) ? { bytes, fingerprint: toHex(await sha256(bytes)) } : null;
}

/** How signatures are checked here: by the browser, or by the library alone. */
export type Engine = 'browser' | 'library';

// The first vector of RFC 8032 §7.1: a browser that can check it can check all.
const VECTOR = {
  key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  signature:
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24' +
    '655141438e7a100b',
};

let engine: Promise<Engine> | undefined;

/** How this browser checks signatures. Chrome has Ed25519 since 137, Safari since 17, Firefox since 129. */
export function findEngine(): Promise<Engine> {
  engine ??= byBrowser(fromHex(VECTOR.key), new Uint8Array(), fromHex(VECTOR.signature)).then(
    (isRight) => (isRight ? 'browser' : 'library'),
    () => 'library',
  );
  return engine;
}

/** Fetch the library ahead, so that everything can be checked without a network later. */
export async function loadLibrary(): Promise<void> {
  await import('@noble/ed25519');
}

/** Whether S·B = R + k·A; false for S ≥ L and for an R that is not encoded in its one way. */
export async function isSigned(
  key: PublicKey,
  message: Bytes,
  signature: Bytes,
  by?: Engine,
): Promise<boolean> {
  const r = signature.slice(0, 32);
  if (signature.length !== 64 || littleEndian(signature.slice(32)) >= L) return false;
  if ((littleEndian(r) & MASK) >= P) return false;
  const isSmall = SMALL_ORDER.has(toHex(r)) || SMALL_ORDER.has(toHex(key.bytes));
  if (isSmall || (by ?? (await findEngine())) === 'library') return byLibrary(key.bytes, message, signature);
  return byBrowser(key.bytes, message, signature);
}

const imported = new WeakMap<Bytes, Promise<CryptoKey>>();

async function byBrowser(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const known = imported.get(key) ?? crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  imported.set(key, known);
  return crypto.subtle.verify('Ed25519', await known, signature, message);
}

async function byLibrary(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const { Point } = await import('@noble/ed25519');
  const r = signature.slice(0, 32);
  const s = littleEndian(signature.slice(32));
  const k = littleEndian(await sha512(concat(r, key, message))) % L;
  const negated = Point.fromBytes(key).negate();
  const sum = Point.BASE.multiply(s, false).add(negated.multiply(k, false));
  return toHex(sum.toBytes()) === toHex(r);
}
