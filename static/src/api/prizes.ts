// The routes that the page of a member's prizes uses.
import { randomHex } from './chance';
import type { Http } from './http';
import type { ClaimRequest, CodeAnswer, ConsentRequest, PrizeAnswer, PrizeList } from './shapes';

export const DELIVERY = 'delivery of a prize';
const KEY_BYTES = 16;
const MOST_PAGES = 50;

export class PrizeApi {
  constructor(private readonly http: Http) {}

  /** Everything that was won, newest first. */
  async all(): Promise<PrizeAnswer[]> {
    const items: PrizeAnswer[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const path = `/v1/prizes?limit=100&cursor=${encodeURIComponent(cursor)}`;
      const { document } = await this.http.ask<PrizeList>('GET', path);
      items.push(...document.items);
      if (document.next === null) break;
      cursor = document.next;
    }
    return items;
  }

  /** A voucher's code. Asking again gives the same one, so a repeated request does no harm. */
  async reveal(grant: string): Promise<CodeAnswer> {
    const ask = { key: randomHex(KEY_BYTES), body: {} };
    return (await this.http.ask<CodeAnswer>('POST', `/v1/prizes/${encodeURIComponent(grant)}/reveal`, ask))
      .document;
  }

  /** Claim goods; the same key claims once, however often it is sent. */
  async claim(grant: string, body: ClaimRequest, key: string): Promise<PrizeAnswer> {
    return (
      await this.http.ask<PrizeAnswer>('POST', `/v1/prizes/${encodeURIComponent(grant)}/claim`, { key, body })
    ).document;
  }

  /** Take the addresses back that were given for deliveries, but of what is on its way. */
  async takeAddressesBack(): Promise<void> {
    const body: ConsentRequest = { purpose: DELIVERY, granted: false };
    await this.http.ask('POST', '/v1/me/consents', { key: randomHex(KEY_BYTES), body });
  }
}

/** A key for something that is done once. */
export function newKey(): string {
  return randomHex(KEY_BYTES);
}
