import { describe, expect, it, vi } from 'vitest';
import { shelf } from '../api/browser.fixture';
import type { PrizeApi } from '../api/prizes';
import { NoAnswer, Refusal } from '../api/refusal';
import { KeptPrizes } from './kept';
import { goodsOf, prizeOf } from './prize.fixture';
import { LATE_MS, Prizes } from './store';

const CODE = { grant: 'grt_1', code: 'MEAL-0001', qr_svg: '<svg/>' };

function house(all: () => Promise<ReturnType<typeof prizeOf>[]>, shared = shelf()) {
  const api = {
    all: vi.fn(all),
    reveal: vi.fn(async () => CODE),
    claim: vi.fn(async () => goodsOf({ state: 'claimed' })),
    takeAddressesBack: vi.fn(async () => undefined),
  };
  const prizes = new Prizes(api as unknown as PrizeApi, new KeptPrizes('mem_a', shared), () => 1000);
  return { api, prizes, shared };
}

describe('the list', () => {
  it('is kept for when there is no network', async () => {
    const { prizes, shared } = house(async () => [prizeOf()]);
    await prizes.refresh();
    expect(prizes.reach).toBe('told');
    const { prizes: later } = house(async () => {
      throw new NoAnswer('no network');
    }, shared);
    expect(later.items).toHaveLength(1);
    await later.refresh();
    expect([later.reach, later.at]).toEqual(['kept', 1000]);
  });

  it.each([
    [true, LATE_MS],
    [false, 0],
  ])('that is kept is shown while no answer comes: online %s, after %d ms', async (onLine, ms) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { prizes: before, shared } = house(async () => [prizeOf()]);
    await before.refresh();
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(onLine);
    let answer = (_: ReturnType<typeof prizeOf>[]) => {};
    const { prizes } = house(() => new Promise((resolve) => (answer = resolve)), shared);
    const done = prizes.refresh();
    expect(prizes.reach).toBe('loading');
    vi.advanceTimersByTime(ms);
    expect(prizes.reach).toBe('kept');
    answer([]);
    await done;
    expect([prizes.reach, prizes.items]).toEqual(['told', []]);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('says so when it never was told', async () => {
    const { prizes } = house(async () => {
      throw new NoAnswer('no network');
    });
    await prizes.refresh();
    expect([prizes.reach, prizes.items]).toEqual(['nothing', []]);
  });

  it('says so when nobody is signed in any more', async () => {
    const { prizes } = house(async () => {
      throw new Refusal(401, 'unauthenticated', 'sign in', {});
    });
    await prizes.refresh();
    expect(prizes.reach).toBe('signed-out');
  });

  it('is asked for once more when something happened while it was asked for', async () => {
    const answers = [[prizeOf()], [prizeOf({ state: 'used' })]];
    const { api, prizes } = house(async () => answers.shift() ?? []);
    const first = prizes.refresh();
    prizes.refresh();
    await first;
    await vi.waitFor(() => expect(api.all).toHaveBeenCalledTimes(2));
    await vi.waitFor(() => expect(prizes.find('grt_1')?.state).toBe('used'));
  });

  it('never hides a mistake of our own', async () => {
    const { prizes } = house(async () => {
      throw new RangeError('ours');
    });
    await expect(prizes.refresh()).rejects.toBeInstanceOf(RangeError);
  });
});

describe('a code', () => {
  it('is known without a network once it was revealed', async () => {
    const { api, prizes, shared } = house(async () => [prizeOf()]);
    await prizes.refresh();
    expect(prizes.knownCode('grt_1')).toBeNull();
    await prizes.reveal('grt_1');
    expect(prizes.find('grt_1')?.state).toBe('revealed');
    const { prizes: later } = house(async () => {
      throw new NoAnswer('no network');
    }, shared);
    expect(later.knownCode('grt_1')).toEqual(CODE);
    expect(api.reveal).toHaveBeenCalledTimes(1);
  });
});

describe('a claim', () => {
  it('changes the state at once', async () => {
    const { prizes } = house(async () => [goodsOf()]);
    await prizes.refresh();
    await prizes.claim('grt_1', { name: 'A', phone: '12345', address: 'there', consent: true }, 'key');
    expect(prizes.find('grt_1')?.state).toBe('claimed');
  });
});
