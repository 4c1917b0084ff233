// What a till asks the server, with its key: what a code is, its one use, the undoing of it, and the uses of today.
import { randomHex } from '../api/chance';
import { Http, type Outside } from '../api/http';
import { Refusal } from '../api/refusal';
import type { UseAnswer, UseList, UseRequest, VoucherAnswer } from '../api/shapes';
import { spellings } from './codes';

const KEY_BYTES = 16;

/** A voucher that lies on the counter. Its idempotency key makes every tap on the button the same one use. */
export interface Looked {
  code: string;
  voucher: VoucherAnswer;
  key: string;
}

export class Till {
  /** How far the server's clock is ahead of this one, in milliseconds. */
  private ahead = 0;
  private readonly http: Http;

  constructor(outside: Outside, key: string) {
    this.http = new Http(outside, '', key);
  }

  /** The server's clock. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** What a code is, however it was typed. Throws Refusal if it is no voucher of this house. */
  async look(typed: string): Promise<Looked> {
    const [first, ...others] = spellings(typed);
    try {
      return await this.lookExactly(first);
    } catch (fault) {
      const isUnknown = fault instanceof Refusal && fault.code === 'not_found';
      const [other] = others;
      if (!isUnknown || other === undefined) throw fault;
      return await this.lookExactly(other);
    }
  }

  private async lookExactly(code: string): Promise<Looked> {
    const voucher = await this.ask<VoucherAnswer>('GET', `/v1/vouchers/${encodeURIComponent(code)}`);
    return { code, voucher, key: randomHex(KEY_BYTES) };
  }

  /** Use a voucher; sent again with the same key it is still one use. */
  use({ code, key }: Looked, store: string): Promise<UseAnswer> {
    const body: UseRequest = { store: store || null };
    return this.ask<UseAnswer>('POST', `/v1/vouchers/${encodeURIComponent(code)}/uses`, { body, key });
  }

  undo(use: string): Promise<UseAnswer> {
    return this.ask<UseAnswer>('DELETE', `/v1/voucher-uses/${encodeURIComponent(use)}`);
  }

  /** The uses of today, where this till stands; of one store, or of all. */
  today(store: string, cursor = ''): Promise<UseList> {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const query = new URLSearchParams({ time_zone: zone, store, cursor, limit: '20' });
    return this.ask<UseList>('GET', `/v1/voucher-uses?${query}`);
  }

  private async ask<T>(method: string, path: string, ask: { body?: unknown; key?: string } = {}): Promise<T> {
    const told = await this.http.ask<T>(method, path, ask);
    if (told.at !== null) this.ahead = told.at - Date.now();
    return told.document;
  }
}
