// What the hub asks the server to do. Each request carries a key of its own, so that a repeated one changes nothing.

import type { QuestionnaireAnswer, RedemptionAnswer } from '../api/own-shapes';
import { newKey } from '../api/prizes';
import { http } from '../hub/start';

export async function post(path: string, body: unknown = {}, key = newKey()): Promise<void> {
  await http.ask('POST', path, { key, body });
}

export async function buy(item: string, quantity: number, key: string): Promise<RedemptionAnswer> {
  const ask = { key, body: { item, quantity } };
  return (await http.ask<RedemptionAnswer>('POST', '/v1/redemptions', ask)).document;
}

export async function giveBack(redemption: string): Promise<void> {
  await http.ask('DELETE', `/v1/redemptions/${encodeURIComponent(redemption)}`);
}

export async function readQuestions(id: string): Promise<QuestionnaireAnswer> {
  return (await http.ask<QuestionnaireAnswer>('GET', `/v1/questionnaires/${encodeURIComponent(id)}`))
    .document;
}
