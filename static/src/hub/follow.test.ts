import { describe, expect, it, vi } from 'vitest';
import { House, settle } from '../live/house.fixture';
import { type Item, Live } from '../live/live';
import { follow } from './follow';

vi.mock('./start', () => ({ http: {}, member: () => ({ position: 0 }) }));

/** A page that was sent at a position; `told` is what it heard, time after time. */
async function page(house = new House(), from = house.standing.position) {
  const told: string[][] = [];
  const waiting: (() => void)[] = [];
  const live = new Live(house.outside);
  const later = (_ms: number, work: () => void) => void waiting.splice(0, 1, work);
  follow(live, from, later, (items: readonly Item[]) => told.push(items.map(({ name }) => name)));
  await live.start();
  await settle();
  const pass = () => waiting.splice(0).forEach((work) => void work());
  return { house, told, pass };
}

describe('a page of a member’s own', () => {
  it('is told once what happened in a moment, in order', async () => {
    const { house, told, pass } = await page();
    house.play('pla_1');
    house.see('pla_1', 50);
    house.happen('prize.changed', { grant: 'grt_1', state: 'used' });
    expect(told).toEqual([]);
    pass();
    expect(told).toEqual([['play.settled', 'play.seen', 'prize.changed']]);
    expect(house.asked).toEqual([]);
  });

  it('is told nothing while nothing happens, even when its socket goes and comes back', async () => {
    const { house, told, pass } = await page();
    house.wire.lose('transport close');
    house.let(house.wire);
    await settle();
    pass();
    expect(told).toEqual([]);
  });

  it('is told that something happened before its socket was open', async () => {
    const house = new House();
    house.play('pla_1');
    const { told, pass } = await page(house, 0);
    pass();
    expect(told).toEqual([[]]);
  });

  it('is told what happened while its socket was away', async () => {
    const { house, told, pass } = await page();
    house.wire.lose('transport close');
    house.happen('prize.changed', { grant: 'grt_1' });
    house.let(house.wire);
    await settle();
    pass();
    expect(told).toEqual([['prize.changed']]);
  });

  it('is told by asking where no socket can be opened', async () => {
    const house = new House();
    house.isOpen = false;
    const { told, pass } = await page(house);
    await house.pass(5_000);
    house.happen('prize.changed', { grant: 'grt_1' });
    await house.pass(5_000);
    pass();
    expect(told).toEqual([['prize.changed']]);
  });

  it('is told when a play counts as seen, which nobody pushes', async () => {
    const { house, told, pass } = await page();
    const { data } = house.play('pla_1');
    pass();
    house.lapse(50);
    await house.pass(Date.parse(String(data.until)) - house.now + 2_000);
    pass();
    expect(told).toEqual([['play.settled'], []]);
  });

  it('is told when its member is signed in no more', async () => {
    const { house, told } = await page();
    house.isSignedIn = false;
    house.refusal = 'unauthenticated';
    house.wire.push('expired', { code: 'unauthenticated', detail: 'You are not signed in any more.' });
    await house.pass(2_000);
    expect(told).toEqual([[]]);
  });
});
