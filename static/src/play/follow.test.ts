import { describe, expect, it } from 'vitest';
import type { GameAnswer, Profile } from '../api/shapes';
import { House, settle } from '../live/house.fixture';
import { Live } from '../live/live';
import { follow } from './follow';
import type { Session } from './session';

/** A page at a game, as far as it follows. */
async function page() {
  const house = new House();
  const pools = [{ prize: 'prz_1', units: 9, left: 4 }];
  const session = {
    view: { id: 'gam_w', state: 'live', revision: 1, pools, deck: null } as unknown as GameAnswer,
    profile: { position: 0 } as Profile,
    looks: 0,
    learned: [] as Partial<GameAnswer>[],
    points: 0,
    hear: () => void session.looks++,
    learnBalances: ({ points }: { points: number }) => {
      session.points = points;
    },
    learn: (news: Partial<GameAnswer>) => void session.learned.push(news),
  };
  const waits: number[] = [];
  const live = new Live(house.outside);
  const later = (ms: number, work: () => void) => {
    waits.push(ms);
    work();
  };
  follow(session as unknown as Session, live, later, () => 0.5);
  await live.start();
  await settle();
  const push = (name: string, data: object, game = 'gam_w') => house.wire.push(name, { name, game, data });
  return { house, session, waits, push };
}

describe('a page that follows', () => {
  it('looks again when something happened to its member elsewhere', async () => {
    const { house, session, waits } = await page();
    expect(session.looks).toBe(0);
    house.play('pla_1');
    expect([session.looks, waits]).toEqual([1, [200]]);
    session.profile.position = 5;
    house.see('pla_1', 10);
    expect([session.looks, session.points]).toEqual([1, house.standing.points]);
  });

  it('shows units left without asking, and asks when a prize is out', async () => {
    const { session, push, waits } = await page();
    push('pool.changed', { pools: [{ prize: 'prz_1', units: 9, left: 3 }], deck_left: null });
    expect(session.learned).toEqual([{ pools: [{ prize: 'prz_1', units: 9, left: 3 }] }]);
    expect(session.looks).toBe(0);
    push('pool.changed', { pools: [{ prize: 'prz_1', units: 9, left: 0 }], deck_left: null });
    expect([session.looks, waits]).toEqual([1, [1_000]]);
  });

  it('counts a deck’s cards', async () => {
    const { session, push } = await page();
    session.view = { ...session.view, deck: { id: 'dck_1', n: 9, left: 4, root: '', seed_commitment: '' } };
    push('pool.changed', { pools: session.view.pools, deck_left: 2 });
    expect(session.learned[0]?.deck?.left).toBe(2);
  });

  it('asks when the game is another: paused, or with new rules', async () => {
    const { session, push } = await page();
    push('game.changed', { state: 'live', revision: 1 });
    expect(session.looks).toBe(0);
    push('game.changed', { state: 'paused', revision: 1 });
    push('game.changed', { state: 'live', revision: 2 });
    expect(session.looks).toBe(2);
  });

  it('does not mind other games', async () => {
    const { session, push } = await page();
    push('game.changed', { state: 'ended', revision: 9 }, 'gam_other');
    push('pool.changed', { pools: [], deck_left: null }, 'gam_other');
    expect([session.looks, session.learned]).toEqual([0, []]);
  });
});
