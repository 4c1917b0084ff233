// SHA-256 and HMAC of the browser itself (WebCrypto), and the hashes of a Merkle tree's leaves and nodes.
import { type Bytes, concat } from './bytes';

/** H(data). */
export const sha256 = async (data: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', data));

/** SHA-512, of which Ed25519 is made. */
export const sha512 = async (data: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-512', data));

/** A secret as a key of HMAC-SHA256. */
export const hmacKey = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

/** HMAC-SHA256(key, message). */
export const hmac = async (key: CryptoKey, message: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign('HMAC', key, message));

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a leaf that holds `data` (RFC 6962 §2.1). */
export const leafHash = (data: Bytes): Promise<Bytes> => sha256(concat(LEAF, data));

/** The hash of an inner node. */
export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(concat(NODE, left, right));
