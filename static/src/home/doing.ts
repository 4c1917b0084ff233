// What the hub asks the server to do. Each request carries a key of its own, so that a repeated one changes nothing.

import type { Http } from '../api/http';
import type { QuestionnaireAnswer, RedemptionAnswer } from '../api/own-shapes';
import { newKey } from '../api/prizes';
import { Refusal } from '../api/refusal';
import { http } from '../hub/start';

export async function post(path: string, body: unknown = {}, key = newKey()): Promise<void> {
  await http.ask('POST', path, { key, body });
}

/** The keys of purchases that were not answered yet, by item: who asks again, however later, buys the same one. */
const unanswered = new Map<string, string>();

/** Buy one of an item. What was not answered may have been bought, so it keeps its key until there is an answer. */
export async function buy(item: string, client: Pick<Http, 'ask'> = http): Promise<RedemptionAnswer> {
  const key = unanswered.get(item) ?? newKey();
  unanswered.set(item, key);
  try {
    const ask = { key, body: { item, quantity: 1 } };
    const { document } = await client.ask<RedemptionAnswer>('POST', '/v1/redemptions', ask);
    unanswered.delete(item);
    return document;
  } catch (fault) {
    if (fault instanceof Refusal) unanswered.delete(item);
    throw fault;
  }
}

export async function giveBack(redemption: string): Promise<void> {
  await http.ask('DELETE', `/v1/redemptions/${encodeURIComponent(redemption)}`);
}

export async function readQuestions(id: string): Promise<QuestionnaireAnswer> {
  return (await http.ask<QuestionnaireAnswer>('GET', `/v1/questionnaires/${encodeURIComponent(id)}`))
    .document;
}
