// What the hub asks the server to do. Each request carries a key of its own, so that a repeated one changes nothing.

import type { Http } from '../api/http';
import { Keep } from '../api/keep';
import type { QuestionnaireAnswer, RedemptionAnswer } from '../api/own-shapes';
import { newKey } from '../api/prizes';
import { http, member, now } from '../hub/start';

export async function post(path: string, body: unknown = {}, key = newKey()): Promise<void> {
  await http.ask('POST', path, { key, body });
}

/** What a purchase that has no answer yet is asked for with, and until when: by then the hub has shown what became of it. */
interface Asked {
  key: string;
  until: number;
}

const ASKED_MS = 15 * 60_000;

/**
 * Buy one of an item. What was not answered may have been bought, so whoever asks again with this device within a
 * quarter of an hour, after a reload or in another tab, asks for the same one.
 */
export async function buy(
  item: string,
  client: Pick<Http, 'ask'> = http,
  keep = new Keep(member().id),
): Promise<RedemptionAnswer> {
  const name = `buying/${item}`;
  const asked = keep.read<Asked>(name);
  const key = asked && now() < asked.until ? asked.key : newKey();
  keep.write(name, { key, until: now() + ASKED_MS } satisfies Asked);
  const ask = { key, body: { item, quantity: 1 } };
  const { document } = await client.ask<RedemptionAnswer>('POST', '/v1/redemptions', ask);
  keep.remove(name);
  return document;
}

export async function giveBack(redemption: string): Promise<void> {
  await http.ask('DELETE', `/v1/redemptions/${encodeURIComponent(redemption)}`);
}

export async function readQuestions(id: string): Promise<QuestionnaireAnswer> {
  return (await http.ask<QuestionnaireAnswer>('GET', `/v1/questionnaires/${encodeURIComponent(id)}`))
    .document;
}
