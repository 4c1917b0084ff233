import { describe, expect, it } from 'vitest';
import { House, settle } from './house.fixture';
import { type Item, Live, type Standing } from './live';

async function opened(house = new House(), standing: Standing | null = null) {
  const live = new Live(house.outside, standing);
  const told: Item[] = [];
  const links: string[] = [];
  live.on('item', (item) => told.push(item));
  live.on('link', (link) => links.push(link));
  await live.start();
  await settle();
  return { house, live, told, links };
}

describe('with a socket', () => {
  it('stands as the snapshot says, and goes on with the pushes', async () => {
    const { house, live, told } = await opened();
    expect(live.standing).toEqual(house.standing);
    expect(live.link).toBe('live');
    house.play('pla_1');
    house.see('pla_1', 50);
    expect(told.map((item) => item.name)).toEqual(['play.settled', 'play.seen']);
    expect(live.standing).toEqual(house.standing);
    expect(live.standing?.points).toBe(50);
    expect(house.asked).toEqual([]);
  });

  it('knows an unseen play, and no more of it, until it was seen here or elsewhere', async () => {
    const { house, live } = await opened();
    house.play('pla_1');
    expect(live.standing).toMatchObject({ points: 0, turns: { gam_w: 99 }, unseen: [{ play: 'pla_1' }] });
    house.see('pla_1', 20);
    expect(live.standing).toMatchObject({ points: 20, unseen: [] });
  });

  it('ignores what it has', async () => {
    const { house, live, told } = await opened();
    const item = house.play('pla_1');
    house.wire.push(item.name, item);
    house.wire.push(item.name, { ...item, data: { turns: 1 } });
    expect(told).toHaveLength(1);
    expect(live.standing).toEqual(house.standing);
  });

  it('reads the feed where something is missing, all of it, and keeps the order', async () => {
    const { house, live, told } = await opened();
    for (let n = 0; n < 7; n++) house.play(`pla_${n}`, true);
    house.see('pla_0', 10);
    house.see('pla_1', 10);
    await settle();
    expect(told.map((item) => item.position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(live.standing).toEqual(house.standing);
    expect(house.asked[0]).toBe('/v1/feed?after=0');
  });

  it('asks for the feed again when it could not be read', async () => {
    const { house, live } = await opened();
    house.isReachable = false;
    house.play('pla_1', true);
    house.play('pla_2');
    await settle();
    expect(live.standing?.position).toBe(0);
    house.isReachable = true;
    await house.pass(5_000);
    expect(live.standing).toEqual(house.standing);
  });

  it('passes on what everybody may know of a game, and asks for it at every connection', async () => {
    const { house, live } = await opened();
    const heard: unknown[] = [];
    live.on('pools', (pools) => heard.push(pools));
    live.on('game', (game) => heard.push(game));
    live.on('winner', (winner) => heard.push(winner));
    live.watch('gam_w');
    house.wire.push('pool.changed', {
      name: 'pool.changed',
      game: 'gam_w',
      data: { pools: [], deck_left: 3 },
    });
    house.wire.push('game.changed', { name: 'game.changed', game: 'gam_w', data: { state: 'paused' } });
    house.wire.push('winner.posted', {
      name: 'winner.posted',
      game: 'gam_w',
      data: { id: 'win_1', name: '张**' },
    });
    expect(heard).toEqual([
      { game: 'gam_w', pools: [], deck_left: 3 },
      { game: 'gam_w', state: 'paused' },
      { game: 'gam_w', id: 'win_1', name: '张**' },
    ]);
    house.wire.lose('transport close');
    house.let(house.wire);
    expect(house.wire.sent).toEqual([
      ['watch', { game: 'gam_w' }],
      ['watch', { game: 'gam_w' }],
    ]);
  });

  it('does not mind what it does not know', async () => {
    const { house, live } = await opened();
    house.wire.push('task.progressed', {
      name: 'task.progressed',
      position: 1,
      game: null,
      data: {},
      at: 'now',
    });
    house.wire.push('budget.alert', { name: 'budget.alert' });
    house.wire.push('odd', null);
    expect(live.standing?.position).toBe(1);
  });
});

describe('when the socket goes', () => {
  it('catches up when it is back', async () => {
    const { house, live, told, links } = await opened();
    house.wire.lose('transport close');
    house.play('pla_1');
    house.see('pla_1', 50);
    house.let(house.wire);
    await settle();
    expect(told).toHaveLength(2);
    expect(live.standing).toEqual(house.standing);
    expect(links).toEqual(['live', 'polling', 'live']);
  });

  it('asks every five seconds meanwhile, while it is in sight', async () => {
    const { house, live } = await opened();
    house.isOpen = false;
    house.wire.lose('transport close');
    house.play('pla_1');
    await house.pass(5_000);
    expect(live.standing).toEqual(house.standing);
    await house.show(false);
    house.play('pla_2');
    const before = house.asked.length;
    await house.pass(60_000);
    expect(house.asked).toHaveLength(before);
    await house.show(true);
    expect(live.standing).toEqual(house.standing);
  });

  it('connects again by itself where Socket.IO does not, later each time', async () => {
    const { house, live } = await opened();
    house.wire.lose('io server disconnect');
    expect(house.wire.connects).toBe(1);
    await house.pass(2_000);
    expect(house.wire.connects).toBe(2);
    expect(live.link).toBe('live');
    house.refusal = 'busy';
    house.wire.lose('io server disconnect');
    await house.pass(120_000);
    expect(house.wire.connects).toBeGreaterThan(6);
    expect(house.wire.connects).toBeLessThan(12);
    house.refusal = null;
    await house.pass(60_000);
    expect(live.link).toBe('live');
  });

  it('goes when it is asked to, and comes back at a moment of its own', async () => {
    const { house, live } = await opened();
    house.wire.push('drain', { within_ms: 8_000 });
    expect(house.wire.connected).toBe(false);
    house.play('pla_1');
    await house.pass(3_900);
    expect(live.link).toBe('polling');
    await house.pass(200);
    expect(live.link).toBe('live');
    expect(live.standing).toEqual(house.standing);
  });

  it('comes back after its token has ended, with the next one', async () => {
    const { house, live, links } = await opened();
    house.wire.push('expired', { code: 'unauthenticated', detail: 'This token has expired.' });
    await house.pass(1_000);
    expect(links).toEqual(['live', 'polling', 'live']);
    expect(live.standing).toEqual(house.standing);
  });

  it('stops asking when the member is signed in no more', async () => {
    const { house, live, links } = await opened();
    house.isSignedIn = false;
    house.refusal = 'unauthenticated';
    house.wire.push('expired', { code: 'unauthenticated', detail: 'You are not signed in any more.' });
    await house.pass(2_000);
    expect(links).toEqual(['live', 'polling', 'out']);
    const before = house.asked.length;
    await house.pass(120_000);
    await house.show(true);
    expect(house.asked).toHaveLength(before);
    expect(live.link).toBe('out');
  });
});

describe('where no socket can be opened', () => {
  it('asks until the library can be had, and looks for it whenever it is looked at', async () => {
    const house = new House();
    const { wire } = house.outside;
    house.outside.wire = () => Promise.reject(new TypeError('failed to fetch'));
    const { live } = await opened(house);
    await house.pass(5_000);
    expect([live.link, live.standing]).toEqual(['polling', house.standing]);
    house.outside.wire = wire;
    await house.show(true);
    expect(live.link).toBe('live');
  });

  it('stands as it is told when it asks, and asks for the games as well', async () => {
    const house = new House();
    house.isOpen = false;
    const { live } = await opened(house);
    const heard: unknown[] = [];
    live.on('pools', (pools) => heard.push(pools));
    live.watch('gam_w');
    expect(house.asked).toEqual([]);
    await house.pass(5_000);
    expect(live.standing).toEqual(house.standing);
    expect(heard).toEqual([
      { game: 'gam_w', pools: [{ prize: 'prz_1', units: 9, left: 4 }], deck_left: null },
    ]);
    house.play('pla_1');
    await house.pass(5_000);
    expect(live.standing).toEqual(house.standing);
  });

  it('does the same where the library can’t be loaded', async () => {
    const house = new House();
    house.outside.wire = () => Promise.reject(new TypeError('blocked'));
    const { live } = await opened(house);
    await house.pass(5_000);
    expect(live.standing).toEqual(house.standing);
  });

  it('goes on from what the page was sent with', async () => {
    const house = new House();
    house.isOpen = false;
    const sent = structuredClone(house.standing);
    house.play('pla_1');
    const { live, told } = await opened(house, sent);
    await house.pass(5_000);
    expect(told.map((item) => item.position)).toEqual([1]);
    expect(live.standing).toEqual(house.standing);
  });
});

describe('after sleep', () => {
  it('believes nothing unasked, and writes to a socket that may have died', async () => {
    const { house, live } = await opened();
    live.watch('gam_w');
    await house.show(false);
    house.play('pla_1', true);
    await house.pass(60_000);
    expect(live.standing?.position).toBe(0);
    await house.show(true);
    expect(live.standing).toEqual(house.standing);
    expect(house.wire.sent).toHaveLength(2);
  });

  it('asks for nothing after a short look elsewhere', async () => {
    const { house } = await opened();
    await house.show(false);
    await house.pass(1_000);
    await house.show(true);
    expect(house.asked).toEqual([]);
  });
});

describe('a play that nobody saw', () => {
  it('is asked for when its time is over', async () => {
    const { house, live } = await opened();
    house.play('pla_1');
    await house.pass(1_799_000);
    expect(house.asked).toEqual([]);
    house.lapse(50);
    await house.pass(2_000);
    expect(house.asked).toContain('/v1/me');
    expect(live.standing).toMatchObject({ points: 50, unseen: [] });
  });

  it('is asked for when much else has happened since', async () => {
    const { house, live } = await opened();
    house.play('pla_1');
    for (let n = 0; n < 126; n++) house.happen('consent.changed', {}, false, { game: null });
    house.lapse(50);
    house.happen('consent.changed', {}, false, { game: null });
    house.happen('consent.changed', {}, false, { game: null });
    await house.pass(2_000);
    expect(live.standing).toEqual(house.standing);
    expect(live.standing?.points).toBe(50);
  });

  it('is not asked for without end where the clocks differ', async () => {
    const { house, live } = await opened();
    house.play('pla_1');
    house.now += 1_900_000; // this device is early, and the server holds on
    await house.pass(120_000);
    expect(house.asked.filter((path) => path === '/v1/me').length).toBeLessThan(6);
    house.lapse(50);
    await house.pass(40_000);
    expect(live.standing).toMatchObject({ points: 50, unseen: [] });
  });
});

it('ends when it is stopped', async () => {
  const { house, live } = await opened();
  live.stop();
  const before = house.asked.length;
  house.play('pla_1');
  await house.pass(120_000);
  await house.show(true);
  expect(house.wire.connected).toBe(false);
  expect(house.asked).toHaveLength(before);
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('whatever happens (%i)', (seed) => {
  it('stands as the server says once both can talk again', async () => {
    const chance = drawing(seed);
    const { house, live, told } = await opened();
    const unseen: string[] = [];
    for (let n = 0; n < 300; n++) {
      const drawn = chance();
      const isLost = chance() < 0.2;
      if (drawn < 0.4) unseen.push(house.play(`pla_${n}`, isLost).data.play as string);
      else if (drawn < 0.6 && unseen.length > 0) house.see(unseen.shift() as string, 10, isLost);
      else if (drawn < 0.65) house.wire.lose(chance() < 0.5 ? 'transport close' : 'io server disconnect');
      else if (drawn < 0.7) house.let(house.wire);
      else if (drawn < 0.75) house.isReachable = !house.isReachable;
      else if (drawn < 0.8) await house.show(!house.isVisible);
      else if (drawn < 0.83) house.wire.push('drain', { within_ms: 8_000 });
      else await house.pass(3_000 * chance());
      const positions = told.map((item) => item.position);
      expect(positions).toEqual(positions.map((_, i) => (positions[0] ?? 0) + i));
    }
    house.isReachable = true;
    await house.show(true);
    house.let(house.wire);
    house.happen('consent.changed', {});
    await house.pass(10_000);
    expect(live.standing).toEqual(house.standing);
  });
});

/** A small generator of our own, so that a case can be looked at again. */
function drawing(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
