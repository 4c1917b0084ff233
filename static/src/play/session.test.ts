import { beforeEach, describe, expect, it, vi } from 'vitest';
import { browserLocks, shelf } from '../api/browser.fixture';
import { GameApi } from '../api/games';
import { Http } from '../api/http';
import { Keep } from '../api/keep';
import { PendingPlays } from '../api/pending';
import type { Profile } from '../api/shapes';
import { makeChecks } from '../epochs/checks';
import { Epochs } from '../epochs/epochs';
import { House, refuse } from '../epochs/house.fixture';
import type { Outcome } from './machine';
import { SeenList } from './seen-list';
import { Session, SLOW_MS, type Stage } from './session';

let house: House;
let browser: { storage: ReturnType<typeof shelf>; locks: ReturnType<typeof browserLocks> };
const newBrowser = () => ({ storage: shelf(), locks: browserLocks() });
const cut = (ending: string) => {
  house.disturb = (path, reply) => (path.endsWith(ending) ? new TypeError('cut') : reply);
};
const mend = () => {
  house.disturb = (_, reply) => reply;
};

/** What happened on the wheel; it stands still for as long as a test holds it. */
class Wheel implements Stage {
  readonly log: string[] = [];
  held: Promise<void> = Promise.resolve();
  begin(): void {
    this.log.push('begin');
  }
  stop(): void {
    this.log.push('stop');
  }
  async land(outcome: Outcome): Promise<void> {
    this.log.push(`land ${outcome.receipt.play}`);
    await this.held;
  }
}

/** A page that was loaded just now. */
async function load(of = browser, view = house.view(), at = house.now) {
  const api = new GameApi(new Http(house.outside()), 'gam_w');
  const keep = new Keep('mem_a', of.storage);
  const stage = new Wheel();
  const epochs = new Epochs(
    'mem_a',
    'gam_w',
    api,
    keep,
    of.locks,
    makeChecks(() => api.keys()),
  );
  const plays = new PendingPlays('gam_w', keep, of.locks);
  const seen = new SeenList('gam_w', api, keep);
  const profile = { member: 'mem_a', play_limits: { per_day: null } } as Profile;
  const session = new Session({ view, profile, at }, { api, epochs, plays, seen, stage });
  await session.begin();
  return { session, stage, epochs };
}

const plays = () => house.asked.filter(({ path }) => path.endsWith('/plays'));
const openings = () => house.asked.filter(({ path }) => path.endsWith('/epochs'));

beforeEach(async () => {
  house = await House.open();
  browser = newBrowser();
});

describe('a play', () => {
  it('moves at the tap, is shown, told as seen, and followed by the next', async () => {
    const { session, stage } = await load();
    await session.prepare();
    expect(openings()).toHaveLength(1);
    const done = session.tap();
    expect(stage.log).toEqual(['begin']);
    expect(session.state.name).toBe('asked');
    await done;
    expect(stage.log).toEqual(['begin', 'land pla_0']);
    expect(session.state.name).toBe('shown');
    await session.close();
    expect(house.seen).toEqual(['pla_0']);
    expect(session.state.name).toBe('ready');
    expect(session.view.turns.left).toBe(4);
    await session.tap();
    expect(openings()).toHaveLength(1);
  });

  it('is made once by a double tap', async () => {
    const { session } = await load();
    await Promise.all([session.tap(), session.tap(), session.tap()]);
    expect(plays()).toHaveLength(1);
    expect(house.turns).toBe(4);
  });

  it('is not told as seen before it was', async () => {
    const { session, stage } = await load();
    let scratched = () => {};
    stage.held = new Promise((resolve) => (scratched = resolve));
    const done = session.tap();
    await vi.waitFor(() => expect(session.state.name).toBe('landing'));
    expect(house.seen).toEqual([]);
    scratched();
    await done;
    await session.close();
    expect(house.seen).toEqual(['pla_0']);
  });

  it('keeps what is heard meanwhile until its result was seen', async () => {
    const { session } = await load();
    await session.tap();
    await vi.waitFor(() => expect(house.seen).toHaveLength(1));
    const looks = () => house.asked.filter(({ path }) => path === '/v1/games/gam_w').length;
    await vi.waitFor(() => expect(looks()).toBe(1));
    house.turns = 9;
    session.hear();
    expect(looks()).toBe(1);
    await session.close();
    expect([looks(), session.view.turns.left]).toEqual([2, 9]);
    session.hear();
    await vi.waitFor(() => expect(looks()).toBe(3));
  });

  it('says so when the answer takes long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { session } = await load();
    const done = session.tap();
    vi.advanceTimersByTime(SLOW_MS);
    expect(session.state.name).toBe('slow');
    vi.useRealTimers();
    await done;
    expect(session.state.name).toBe('shown');
  });
});

describe('without an answer', () => {
  it('the wheel comes to rest, and the same key fetches the result', async () => {
    const { session, stage } = await load();
    cut('/plays');
    await session.tap();
    expect(session.state.name).toBe('unanswered');
    expect(stage.log).toEqual(['begin', 'stop']);
    mend();
    await session.tap();
    expect(session.state.name).toBe('shown');
    expect(new Set(plays().map(({ key }) => key)).size).toBe(1);
    expect(house.turns).toBe(4);
  });

  it('a page that was killed comes back to it, and plays nothing by itself', async () => {
    const { session } = await load();
    cut('/plays');
    await session.tap();
    mend();
    const asked = plays().length;
    const after = await load();
    await after.session.prepare();
    expect(after.session.state.name).toBe('unanswered');
    expect(plays()).toHaveLength(asked);
    await after.session.tap();
    expect(after.session.state.name).toBe('shown');
    expect(house.turns).toBe(4);
  });

  it('of a device that went offline and came back the result is shown as any other, and the page goes on', async () => {
    const { session } = await load();
    await session.prepare();
    let back = () => {};
    const away = new Promise<void>((resolve) => (back = resolve));
    house.delay = (path) => (path.endsWith('/plays') ? away : Promise.resolve());
    const done = session.tap();
    await vi.waitFor(() => expect(plays()).toHaveLength(1));
    session.offline();
    expect(session.state.name).toBe('cut');
    session.online();
    expect(session.state.name).toBe('slow');
    back();
    await done;
    expect(session.state).toMatchObject({ name: 'shown', outcome: { play: 'pla_0' } });
    await session.close();
    expect(session.state.name).toBe('ready');
  });

  it('to the opening nothing was counted', async () => {
    const { session } = await load();
    cut('/epochs');
    await session.tap();
    expect(session.state.name).toBe('error');
    mend();
    await session.tap();
    expect(session.state.name).toBe('ready');
  });

  it('another page’s play that is still asked for is left to it', async () => {
    const { session } = await load();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const reply = house.outside().fetch;
    const slow = new Http({ ...house.outside(), fetch: (path, init) => asked.then(() => reply(path, init)) });
    const keep = new Keep('mem_a', browser.storage);
    const plays = new PendingPlays('gam_w', keep, browser.locks);
    const pending = plays.begin({ epoch: 'epo_0', client_seed: '00'.repeat(32) });
    const other = plays.during(pending, () => new GameApi(slow, 'gam_w').play(pending)).catch(() => {});
    expect((await load()).session.state.name).toBe('ready');
    expect(session.state.name).toBe('ready');
    answer();
    await other;
  });
});

describe('a refused play', () => {
  it('lets the wheel come to rest, says why, and that nothing was counted', async () => {
    const { session, stage } = await load();
    await session.prepare();
    house.turns = 0;
    await session.tap();
    expect(session.state).toMatchObject({ name: 'out_of_turns', notCounted: true });
    expect(stage.log).toEqual(['begin', 'stop']);
  });

  it('is no longer waited for', async () => {
    const { session } = await load();
    await session.prepare();
    house.turns = 0;
    await session.tap();
    expect((await load()).session.state.name).toBe('out_of_turns');
  });

  it('because the sign-in has ended is kept: the result may be there', async () => {
    const { session } = await load();
    house.disturb = (path, reply) => (path.endsWith('/plays') ? refuse(401, 'unauthenticated') : reply);
    await session.tap();
    expect(session.state.name).toBe('signed_out');
    mend();
    expect((await load()).session.state.name).toBe('unanswered');
  });
});

describe('an epoch that is over', () => {
  it('is opened anew by itself, without a word, after a stop of the game', async () => {
    const { session } = await load();
    await session.prepare();
    for (const epoch of house.epochs) epoch.ended = true;
    await session.tap();
    expect(session.state.name).toBe('shown');
    expect(house.epochs).toHaveLength(2);
    expect(house.turns).toBe(4);
  });

  it('is not taken for over because another tab opened it after this one was loaded', async () => {
    const [before, at] = [house.view(), house.now];
    house.now += 1000;
    await (await load()).session.prepare();
    const { session, epochs } = await load(browser, before, at);
    await session.prepare();
    expect(epochs.kept?.answer.epoch).toBe('epo_0');
    expect(openings()).toHaveLength(1);
  });

  it('because another phone plays asks before it goes on here', async () => {
    const here = await load();
    await here.session.prepare();
    const phone = await load(newBrowser());
    await phone.session.prepare();
    expect(openings()).toHaveLength(1);
    await phone.session.tap();
    expect(phone.session.state.name).toBe('shown');
    await here.session.tap();
    expect(here.session.state.name).toBe('elsewhere');
    expect(house.turns).toBe(4);
    await here.session.tap();
    expect(here.session.state.name).toBe('shown');
    expect(house.turns).toBe(3);
  });

  it('is none that another tab was opening while the view was read', async () => {
    const view = house.view();
    const tab = await load();
    await tab.session.prepare();
    const other = await load(browser, view, house.now + 1_000);
    await other.session.prepare();
    await other.session.tap();
    expect(other.session.state.name).toBe('shown');
    expect(openings()).toHaveLength(1);
  });

  it('is checked once nothing is unseen, and a failed check stays', async () => {
    const { session } = await load();
    await session.tap();
    await session.close();
    for (const epoch of house.epochs) epoch.ended = true;
    house.disturb = (path, reply) =>
      path.endsWith('/reveal')
        ? { ...reply, document: { ...(reply.document as object), server_seed: '00'.repeat(32) } }
        : reply;
    const after = await load(browser, house.view(), house.now + 10_000);
    await after.session.prepare();
    expect(after.session.failed).toHaveLength(1);
    mend();
    const later = await load();
    expect(later.session.failed).toHaveLength(1);
    expect(later.session.state.name).toBe('ready');
  });

  it('whose seed the server refuses is opened anew', async () => {
    const { session } = await load();
    await session.prepare();
    let refused = 0;
    house.disturb = (path, reply) =>
      path.endsWith('/plays') && refused++ === 0 ? refuse(422, 'seed_mismatch') : reply;
    await session.tap();
    expect(session.state.name).toBe('shown');
    expect(house.epochs).toHaveLength(2);
  });

  it('is not opened for ever', async () => {
    const { session } = await load();
    house.forestall = (path) => (path.endsWith('/plays') ? refuse(409, 'epoch_ended') : null);
    await session.tap();
    expect(session.state).toMatchObject({ name: 'refused', notCounted: true });
    expect(plays()).toHaveLength(3);
  });
});

describe('an unseen result', () => {
  it('waits for a tap, costs no turn, and is told as seen', async () => {
    const { session, stage } = await load();
    stage.held = new Promise(() => {});
    session.tap();
    await vi.waitFor(() => expect(session.state.name).toBe('landing'));
    const after = await load();
    await after.session.prepare();
    expect(after.session.state).toEqual({ name: 'unseen', play: 'pla_0' });
    expect(house.seen).toEqual([]);
    await after.session.tap();
    expect(after.stage.log).toEqual(['begin', 'land pla_0']);
    await after.session.close();
    expect(after.session.state.name).toBe('ready');
    expect([house.turns, plays().length]).toEqual([4, 1]);
  });

  it('that was seen while the server was away is told when it is back', async () => {
    const { session } = await load();
    house.forestall = (path) => (path.endsWith('/seen') ? new TypeError('lost') : null);
    await session.tap();
    await session.close();
    expect(house.seen).toEqual([]);
    house.forestall = () => null;
    await (await load()).session.prepare();
    expect(house.seen).toEqual(['pla_0']);
  });
});

describe('a server that lies', () => {
  it('is not played with', async () => {
    house.disturb = (path, reply) =>
      path.endsWith('/epochs')
        ? { ...reply, document: { ...(reply.document as object), server_commitment: '00'.repeat(32) } }
        : reply;
    const { session } = await load();
    await session.prepare();
    expect(session.state.name).toBe('untrue');
    expect(session.failed).toHaveLength(1);
    expect(plays()).toHaveLength(0);
  });
});
