import { describe, expect, it } from 'vitest';
import { browserLocks, shelf } from './browser.fixture';
import { Keep, type Shelf } from './keep';
import { type Locks, webLocks } from './locks';
import { PendingPlays } from './pending';

const BODY = { epoch: 'epo_1', client_seed: 'aa' };

describe('what a page keeps', () => {
  it('is the member’s own', () => {
    const shared = shelf();
    new Keep('mem_a', shared).write('x', 1);
    expect(new Keep('mem_b', shared).read('x')).toBeNull();
    expect(new Keep('mem_a', shared).read('x')).toBe(1);
    expect(new Keep('mem_b', shared).names('')).toEqual([]);
  });

  it.each([
    ['there is no storage', null],
    ['storage is full', Object.assign(shelf(), { full: true })],
  ])('stays in memory where %s', (_name, where) => {
    const keep = new Keep('mem_a', where);
    keep.write('g/x', { a: 1 });
    expect(keep.read('g/x')).toEqual({ a: 1 });
    expect(keep.names('g/')).toEqual(['g/x']);
    keep.remove('g/x');
    expect(keep.read('g/x')).toBeNull();
    expect(keep.names('g/')).toEqual([]);
  });

  it('is written again where it belongs once there is room', () => {
    const small = Object.assign(shelf(), { full: true });
    const keep = new Keep('mem_a', small);
    keep.write('x', 1);
    small.full = false;
    keep.write('x', 2);
    expect(new Keep('mem_a', small).read('x')).toBe(2);
  });

  it('is nothing if somebody else wrote nonsense there', () => {
    const shared = shelf();
    shared.setItem('engage/mem_a/x', '{');
    expect(new Keep('mem_a', shared).read('x')).toBeNull();
  });
});

describe('plays without an answer', () => {
  const open = (shared: Shelf, locks: Locks) => new PendingPlays('gam_w', new Keep('mem_a', shared), locks);

  it('are found by the page that comes after, with their key and body', async () => {
    const [shared, locks] = [shelf(), browserLocks()];
    const begun = open(shared, locks).begin(BODY);
    const after = open(shared, locks);
    expect(await after.findLeftBehind()).toEqual(begun);
    after.end(begun);
    expect(await after.findLeftBehind()).toBeNull();
  });

  it('are left alone while another page is asking for them', async () => {
    const [shared, locks] = [shelf(), browserLocks()];
    const first = open(shared, locks);
    const begun = first.begin(BODY);
    let answer = () => {};
    const asking = first.during(begun, () => new Promise<void>((resolve) => (answer = resolve)));
    expect(await open(shared, locks).findLeftBehind()).toBeNull();
    answer();
    await asking;
    expect(await open(shared, locks).findLeftBehind()).toEqual(begun);
  });

  it('have keys of 128 random bits', () => {
    const plays = open(shelf(), browserLocks());
    const keys = new Set(Array.from({ length: 50 }, () => plays.begin(BODY).key));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are one game’s', async () => {
    const [shared, locks] = [shelf(), browserLocks()];
    open(shared, locks).begin(BODY);
    expect(await new PendingPlays('gam_x', new Keep('mem_a', shared), locks).findLeftBehind()).toBeNull();
  });
});

describe('without Web Locks', () => {
  it('a page is alone', async () => {
    expect(navigator.locks).toBeFalsy();
    expect(await webLocks.hold('x', async () => 1)).toBe(1);
    expect(await webLocks.isHeld('x')).toBe(false);
  });
});
