// @vitest-environment node
import { Point } from '@noble/ed25519';
import { describe, expect, it } from 'vitest';
import { type Bytes, concat, fromHex, toHex, utf8 } from './bytes';
import { type Engine, findEngine, isEncodedPoint, isSigned, openKey, type PublicKey } from './ed25519';
import { sha512 } from './hashes';

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const ENGINES: Engine[] = ['browser', 'library'];
const RFC_8032 = [
  [
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24' +
      '655141438e7a100b',
  ],
  [
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee' +
      'b00d291612bb0c00',
  ],
  [
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d' +
      'c027beceea1ec40a',
  ],
] as const;
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];
const NOT_CANONICAL = {
  'y = p': 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = p + 1': 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = 2^255 - 1': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'x = 0 called odd, y = 1': '0100000000000000000000000000000000000000000000000000000000000080',
  'x = 0 called odd, y = -1': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'no point of the curve': '0200000000000000000000000000000000000000000000000000000000000000',
  '31 bytes': `01${'00'.repeat(30)}`,
  '33 bytes': `01${'00'.repeat(32)}`,
};
const SECRET = 0x1234567890abcdef1234567890abcdefn;
const PUBLIC = copied(Point.BASE.multiply(SECRET).toBytes());

function copied(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes);
}

async function keyOf(bytes: Bytes): Promise<PublicKey> {
  const key = await openKey(bytes);
  if (!key) throw new Error('no key');
  return key;
}

function scalar(number: bigint): Bytes {
  return fromHex(number.toString(16).padStart(64, '0')).reverse();
}

/** S for a nonce, by the secret above, whatever else the key holds. */
async function sign(nonce: bigint, r: Bytes, key: Bytes, message: Bytes): Promise<Bytes> {
  const digest = await sha512(concat(r, key, message));
  const k = BigInt(`0x${toHex(digest.reverse())}`) % L;
  return concat(r, scalar((nonce + k * SECRET) % L));
}

it('is the business of the browser where it can do it', async () => {
  expect(await findEngine()).toBe('browser');
});

describe.each(ENGINES)('by the %s', (engine) => {
  it.each(RFC_8032)('the vector of RFC 8032 of key %s verifies', async (key, message, signature) => {
    const [data, known] = [fromHex(message), await keyOf(fromHex(key))];
    expect(await isSigned(known, data, fromHex(signature), engine)).toBe(true);
    expect(await isSigned(known, concat(data, utf8('!')), fromHex(signature), engine)).toBe(false);
  });

  it('every bit of a signature counts', async () => {
    const [message, key] = [utf8('once'), await keyOf(PUBLIC)];
    const signature = await sign(5n, copied(Point.BASE.multiply(5n).toBytes()), PUBLIC, message);
    expect(await isSigned(key, message, signature, engine)).toBe(true);
    for (let bit = 0; bit < 512; bit += 7) {
      const flipped = signature.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(await isSigned(key, message, flipped, engine)).toBe(false);
    }
  });

  it('a second S for the same signature is refused', async () => {
    const [message, key] = [utf8('once'), await keyOf(PUBLIC)];
    const r = copied(Point.BASE.multiply(5n).toBytes());
    const s = BigInt(`0x${toHex((await sign(5n, r, PUBLIC, message)).slice(32).reverse())}`);
    for (const other of [s + L, s + 2n * L, L, 2n ** 256n - 1n]) {
      expect(await isSigned(key, message, concat(r, scalar(other)), engine)).toBe(false);
    }
  });

  it.each([0, 32, 63, 65, 128])('a signature does not have %i bytes', async (length) => {
    expect(await isSigned(await keyOf(PUBLIC), utf8('once'), new Uint8Array(length), engine)).toBe(false);
  });

  it('a key with a part of small order follows the equation without cofactor', async () => {
    for (const torsion of SMALL_ORDER.slice(1)) {
      const mixed = copied(Point.BASE.multiply(SECRET).add(Point.fromHex(torsion)).toBytes());
      const verdicts = new Set<boolean>();
      for (let n = 1n; n < 25n; n++) {
        const r = copied(Point.BASE.multiply(n).toBytes());
        const signature = await sign(n, r, mixed, scalar(n));
        const found = await isSigned(await keyOf(mixed), scalar(n), signature, engine);
        expect(found).toBe(await isSigned(await keyOf(mixed), scalar(n), signature, 'library'));
        verdicts.add(found);
      }
      expect(verdicts).toEqual(new Set([true, false]));
    }
  });

  it('an R with a part of small order is refused', async () => {
    for (const torsion of SMALL_ORDER.slice(1)) {
      const r = copied(Point.BASE.multiply(7n).add(Point.fromHex(torsion)).toBytes());
      const signature = await sign(7n, r, PUBLIC, utf8('m'));
      expect(await isSigned(await keyOf(PUBLIC), utf8('m'), signature, engine)).toBe(false);
    }
  });

  it('keys of small order sign what the equation says', async () => {
    for (const key of SMALL_ORDER) {
      const verdicts = new Set<boolean>();
      for (const r of SMALL_ORDER) {
        for (let n = 0; n < 12; n++) {
          const signature = concat(fromHex(r), new Uint8Array(32));
          verdicts.add(await isSigned(await keyOf(fromHex(key)), Uint8Array.of(n), signature, engine));
        }
      }
      expect(verdicts).toContain(true);
    }
  });

  it('a point R that is encoded in another way is refused', async () => {
    const neutral = await keyOf(fromHex(SMALL_ORDER[0] as string));
    const signature = (r: string): Bytes => concat(fromHex(r), new Uint8Array(32));
    expect(await isSigned(neutral, utf8(''), signature(SMALL_ORDER[0] as string), engine)).toBe(true);
    for (const name of ['y = p + 1', 'x = 0 called odd, y = 1'] as const) {
      expect(await isSigned(neutral, utf8(''), signature(NOT_CANONICAL[name]), engine)).toBe(false);
    }
  });
});

it.each(Object.entries(NOT_CANONICAL))('a key has one encoding, which is not %s', async (_name, encoded) => {
  expect(await openKey(fromHex(encoded))).toBeNull();
});

it('all points of small order are points', () => {
  expect(SMALL_ORDER.filter((encoded) => !isEncodedPoint(fromHex(encoded)))).toEqual([]);
});
