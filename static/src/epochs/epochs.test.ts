import { beforeEach, describe, expect, it } from 'vitest';
import { browserLocks, shelf } from '../api/browser.fixture';
import { GameApi } from '../api/games';
import { Http } from '../api/http';
import { Keep } from '../api/keep';
import { PendingPlays } from '../api/pending';
import { NoAnswer, Refusal } from '../api/refusal';
import { makeChecks } from './checks';
import { Epochs } from './epochs';
import { House, refuse } from './house.fixture';
import { UntrueEpoch } from './kept';

let house: House;
let browser: { storage: ReturnType<typeof shelf>; locks: ReturnType<typeof browserLocks> };
const newBrowser = () => ({ storage: shelf(), locks: browserLocks() });

/** A page of a browser: another one of the same browser shares its storage and locks. */
function page(of = browser) {
  const api = new GameApi(new Http(house.outside()), 'gam_w');
  const keep = new Keep('mem_a', of.storage);
  const epochs = new Epochs(
    'mem_a',
    'gam_w',
    api,
    keep,
    of.locks,
    makeChecks(() => api.keys()),
  );
  const plays = new PendingPlays('gam_w', keep, of.locks);
  const play = async () => {
    const { answer, seed } = await epochs.ready();
    const pending = plays.begin({ epoch: answer.epoch, client_seed: seed });
    const played = await api.play(pending);
    plays.end(pending);
    await epochs.record(played.receipt);
    return played;
  };
  return { api, keep, epochs, play };
}

const sent = () => house.asked.map(({ body }) => body).join('\n');

beforeEach(async () => {
  house = await House.open();
  browser = newBrowser();
});

describe('an epoch', () => {
  it('is opened with the hash of a seed that stays here until the first play', async () => {
    const { epochs, play } = page();
    const { seed, answer } = await epochs.ready();
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect(sent()).not.toContain(seed);
    expect(answer.client_commitment).toBe(house.epochs[0]?.answer.client_commitment);
    await play();
    expect(sent()).toContain(seed);
  });

  it('is written down before it is asked for, and asked for again with the same seed', async () => {
    house.disturb = (path, reply) => (path.endsWith('/epochs') ? new TypeError('cut') : reply);
    await expect(page().epochs.ready()).rejects.toBeInstanceOf(NoAnswer);
    expect(house.epochs).toHaveLength(1);
    house.disturb = (_, reply) => reply;
    const { answer } = await page().epochs.ready();
    expect(answer.epoch).toBe('epo_0');
  });

  it('is one for all pages of a browser, also when they ask at once', async () => {
    const [one, other] = await Promise.all([page().epochs.ready(), page().epochs.ready()]);
    expect(other).toEqual(one);
    expect(house.epochs).toHaveLength(1);
  });

  it('is kept while the page is closed, and opened anew when storage was cleared', async () => {
    const first = await page().epochs.ready();
    expect((await page().epochs.ready()).seed).toBe(first.seed);
    const cleared = await page(newBrowser()).epochs.ready();
    expect(cleared.seed).not.toBe(first.seed);
    expect(cleared.answer.epoch).toBe('epo_1');
  });

  it('gets a new seed when its own was used before', async () => {
    const { epochs, keep } = page();
    const used = await epochs.ready();
    await page(newBrowser()).epochs.ready();
    keep.write('gam_w/epoch', { ...used, answer: null });
    const fresh = await epochs.ready();
    expect(fresh.seed).not.toBe(used.seed);
    expect(fresh.answer.epoch).toBe('epo_2');
  });

  it('is not opened for ever by a server that says so every time', async () => {
    house.disturb = (path, reply) => (path.endsWith('/epochs') ? refuse(409, 'seed_used') : reply);
    await expect(page().epochs.ready()).rejects.toBeInstanceOf(Refusal);
    expect(house.asked.filter(({ path }) => path.endsWith('/epochs'))).toHaveLength(3);
  });

  it('passes on what the server refuses', async () => {
    house.disturb = (path, reply) => (path.endsWith('/epochs') ? refuse(403, 'not_eligible') : reply);
    await expect(page().epochs.ready()).rejects.toMatchObject({ code: 'not_eligible' });
  });
});

describe('the answer to an opening', () => {
  type Answer = Record<string, string>;
  it.each<[string, (answer: Answer) => Answer]>([
    ['of somebody else', (answer) => ({ ...answer, member: 'mem_b' })],
    ['for another seed', (answer) => ({ ...answer, client_commitment: '00'.repeat(32) })],
    ['under other rules', (answer) => ({ ...answer, rules_hash: '00'.repeat(32) })],
    [
      'with another commitment than was signed',
      (answer) => ({ ...answer, server_commitment: '00'.repeat(32) }),
    ],
    ['with a signature that is none', (answer) => ({ ...answer, signature: 'A'.repeat(86) })],
  ])('%s is not played in, and is kept as evidence', async (_name, lie) => {
    house.disturb = (path, reply) =>
      path.endsWith('/epochs') ? { ...reply, document: lie(reply.document as Answer) } : reply;
    const { epochs } = page();
    await expect(epochs.ready()).rejects.toBeInstanceOf(UntrueEpoch);
    expect(epochs.kept).toBeNull();
    expect(epochs.failed).toHaveLength(1);
    expect(page().epochs.failed).toEqual(epochs.failed);
    house.disturb = (_, reply) => reply;
    expect((await epochs.ready()).answer.epoch).toBe('epo_1');
  });

  it('under rules that were published a moment ago is no lie', async () => {
    let reads = 0;
    house.disturb = (path, reply) => {
      if (!path.endsWith('/rules')) return reply;
      return reads++ ? reply : { ...reply, document: { ...(reply.document as object), revision: 7 } };
    };
    const { rules, answer } = await page().epochs.ready();
    expect(JSON.parse(rules).revision).toBe(1);
    expect(answer.epoch).toBe('epo_0');
  });
});

describe('when an epoch ends', () => {
  const ended = async () => {
    const one = page();
    await one.play();
    await one.play();
    await one.epochs.retire('epo_0');
    return one;
  };

  it('the server’s seed is shown, and all results follow from both', async () => {
    const { epochs, keep } = await ended();
    expect(await epochs.checkEnded()).toEqual([]);
    expect(house.asked.filter(({ path }) => path === '/v1/epochs/epo_0/reveal')).toHaveLength(1);
    expect(keep.names('gam_w/')).toEqual([]);
    await epochs.checkEnded();
    expect(house.asked.filter(({ path }) => path.endsWith('/reveal'))).toHaveLength(1);
  });

  it('it waits for its check until the server can be reached', async () => {
    const { epochs } = await ended();
    house.disturb = (path, reply) => (path.endsWith('/reveal') ? new TypeError('cut') : reply);
    expect(await epochs.checkEnded()).toEqual([]);
    house.disturb = (path, reply) => (path.endsWith('/reveal') ? refuse(404, 'not_found') : reply);
    expect(await page().epochs.checkEnded()).toMatchObject([{ epoch: 'epo_0', reveal: null }]);
  });

  it('without a play its commitment is checked all the same', async () => {
    const { epochs } = page();
    await epochs.ready();
    await epochs.retire('epo_0');
    expect(await epochs.checkEnded()).toEqual([]);
  });

  type Shown = { server_seed: string; receipts: Record<string, unknown>[]; answer: Record<string, string> };
  it.each<[string, (shown: Shown) => Shown, RegExp]>([
    ['another seed', (shown) => ({ ...shown, server_seed: '00'.repeat(32) }), /server_seed/],
    [
      'a receipt that was changed',
      ({ receipts: [first, ...rest], ...shown }) => ({
        ...shown,
        receipts: [{ ...first, prize: 'none' }, ...rest],
      }),
      /shown here/,
    ],
    [
      'a receipt less',
      ({ receipts, ...shown }) => ({ ...shown, receipts: receipts.slice(0, 1) }),
      /shown here/,
    ],
    [
      'another answer',
      ({ answer, ...shown }) => ({ ...shown, answer: { ...answer, opened_at: '2026-12-01T00:30:00.000Z' } }),
      /answer/,
    ],
  ])('%s is noticed, kept with its proof, and told again', async (_name, lie, why) => {
    const { epochs } = await ended();
    house.disturb = (path, reply) =>
      path.endsWith('/reveal') ? { ...reply, document: lie(reply.document as Shown) } : reply;
    const [failed] = await epochs.checkEnded();
    expect(failed?.why).toMatch(why);
    expect(failed?.kept.answer?.epoch).toBe('epo_0');
    expect(failed?.reveal).not.toBeNull();
    expect(page().epochs.failed).toHaveLength(1);
  });

  it('only the one that ended is put aside', async () => {
    const { epochs } = page();
    await epochs.ready();
    await epochs.retire('epo_9');
    expect(epochs.kept?.answer.epoch).toBe('epo_0');
  });
});
