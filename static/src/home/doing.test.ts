import { describe, expect, it, vi } from 'vitest';
import { NoAnswer, Refusal } from '../api/refusal';
import { buy } from './doing';

vi.mock('../hub/start', () => ({ http: {} }));

/** A server that does these things one after the other, and keeps the keys that it was asked with. */
function shop(...outcomes: (Error | null)[]) {
  const keys: (string | undefined)[] = [];
  const ask = async (_method: string, _path: string, { key }: { key?: string } = {}) => {
    keys.push(key);
    const outcome = outcomes.shift();
    if (outcome) throw outcome;
    return { document: { redemption: 'red_1' }, text: '', at: null };
  };
  return { keys, client: { ask } as unknown as Parameters<typeof buy>[1] };
}

describe('a purchase', () => {
  it('that was not answered is asked for again with its key, and the next one has another', async () => {
    const { keys, client } = shop(new NoAnswer(''), null, null);
    await expect(buy('itm_meal', client)).rejects.toBeInstanceOf(NoAnswer);
    await buy('itm_meal', client);
    await buy('itm_meal', client);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('that was refused is over', async () => {
    const { keys, client } = shop(new Refusal(409, 'too_few_points', '', {}), null);
    await expect(buy('itm_meal', client)).rejects.toBeInstanceOf(Refusal);
    await buy('itm_meal', client);
    expect(keys[1]).not.toBe(keys[0]);
  });
});
