import { describe, expect, it, vi } from 'vitest';
import { Keep, type Shelf } from '../api/keep';
import { NoAnswer, Refusal } from '../api/refusal';
import { buy } from './doing';

const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock('../hub/start', () => ({ http: {}, member: () => ({ id: 'mem_a' }), now: () => clock.now }));

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

/** What stays on the device when its page goes. */
function shelf(): Shelf {
  const names = new Map<string, string>();
  return {
    getItem: (name) => names.get(name) ?? null,
    setItem: (name, value) => names.set(name, value),
    removeItem: (name) => names.delete(name),
    key: (n) => [...names.keys()][n] ?? null,
    get length() {
      return names.size;
    },
  };
}

describe('a purchase', () => {
  it('that was not answered is asked for again with its key, by the next page too, and the one after it has another', async () => {
    const { keys, client } = shop(new NoAnswer(''), new Refusal(429, 'too_fast', '', {}), null, null);
    const device = shelf();
    await expect(buy('itm_meal', client, new Keep('mem_a', device))).rejects.toBeInstanceOf(NoAnswer);
    await expect(buy('itm_meal', client, new Keep('mem_a', device))).rejects.toBeInstanceOf(Refusal);
    await buy('itm_meal', client, new Keep('mem_a', device));
    await buy('itm_meal', client, new Keep('mem_a', device));
    expect([keys[1], keys[2]]).toEqual([keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('of another item, of another member or of a quarter of an hour ago is another purchase', async () => {
    const { keys, client } = shop(...Array.from({ length: 4 }, () => new NoAnswer('')));
    const device = shelf();
    await expect(buy('itm_meal', client, new Keep('mem_a', device))).rejects.toBeInstanceOf(NoAnswer);
    await expect(buy('itm_tea', client, new Keep('mem_a', device))).rejects.toBeInstanceOf(NoAnswer);
    await expect(buy('itm_meal', client, new Keep('mem_b', device))).rejects.toBeInstanceOf(NoAnswer);
    clock.now += 15 * 60_000;
    await expect(buy('itm_meal', client, new Keep('mem_a', device))).rejects.toBeInstanceOf(NoAnswer);
    expect(new Set(keys).size).toBe(4);
  });
});
