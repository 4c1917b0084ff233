import { describe, expect, it, vi } from 'vitest';
import { shelf } from '../api/browser.fixture';
import { Keep } from '../api/keep';
import { forgetPrizes, guardCodes, OWNER } from './guard';
import { KeptPrizes } from './kept';
import { prizeOf } from './prize.fixture';

const CODE = { grant: 'grt_1', code: 'MEAL-0001', qr_svg: '<svg/>' };
const holding = (shared: ReturnType<typeof shelf>) =>
  Array.from({ length: shared.length }, (_, i) => shared.getItem(shared.key(i) ?? '')).join();

describe('the codes on a device', () => {
  it('are there after a reload, and only for their member', () => {
    const shared = shelf();
    new KeptPrizes('mem_a', shared).writeCode(CODE);
    expect(new KeptPrizes('mem_a', shared).code('grt_1')).toEqual(CODE);
    expect(new KeptPrizes('mem_b', shared).code('grt_1')).toBeNull();
  });

  it('go when their member signs out', () => {
    const shared = shelf();
    const kept = new KeptPrizes('mem_a', shared);
    kept.writeCode(CODE);
    kept.write({ items: [prizeOf({ state: 'revealed' })], at: 1 });
    forgetPrizes('mem_a', shared);
    expect(kept.list()).toBeNull();
    expect(holding(shared)).not.toContain('MEAL');
  });

  it('go when somebody else comes who never signed the other one out', () => {
    const shared = shelf();
    const first = new KeptPrizes('mem_a', shared);
    guardCodes('mem_a', shared);
    first.writeCode(CODE);
    guardCodes('mem_a', shared);
    expect(first.code('grt_1')).toEqual(CODE);
    guardCodes('mem_b', shared);
    expect(holding(shared)).not.toContain('MEAL');
  });

  it.each([
    ['/sign-in?switch=1&return=%2Fg%2Fgam_w', false],
    ['/prizes', true],
  ])('are looked after while a page is open: after a tap that leads to %s', (href, stays) => {
    const shared = shelf();
    const kept = new KeptPrizes('mem_a', shared);
    guardCodes('mem_a', shared);
    kept.writeCode(CODE);
    const link = Object.assign(document.createElement('a'), { href, innerHTML: '<b>Not you?</b>' });
    link.addEventListener('click', (event) => event.preventDefault());
    document.body.replaceChildren(link);
    link.querySelector('b')?.click();
    expect(kept.code('grt_1') !== null).toBe(stays);
  });

  it('make way at once for whoever signed in on another tab, and for nobody that signed out there', () => {
    const shared = shelf();
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => {});
    guardCodes('mem_a', shared);
    dispatchEvent(new Event('storage'));
    const others = reload.mock.calls.length;
    const device = new Keep('device', shared);
    device.write(OWNER, '');
    dispatchEvent(new Event('storage'));
    expect(reload).toHaveBeenCalledTimes(2 * others);
    device.write(OWNER, 'mem_b');
    dispatchEvent(new Event('storage'));
    expect(reload).toHaveBeenCalledTimes(3 * others + 1);
    reload.mockRestore();
  });

  it('make way for whoever signed in on another tab, once this one comes to the front', () => {
    const shared = shelf();
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => {});
    guardCodes('mem_a', shared);
    dispatchEvent(new Event('focus'));
    const others = reload.mock.calls.length;
    guardCodes('mem_b', shared);
    dispatchEvent(new Event('focus'));
    expect(reload.mock.calls.length - others).toBe(others + 1);
  });

  it.each(['used', 'revoked', 'won'] as const)('go when the voucher is %s by now', (state) => {
    const kept = new KeptPrizes('mem_a', shelf());
    kept.writeCode(CODE);
    kept.write({ items: [prizeOf({ state: 'revealed' })], at: 1 });
    expect(kept.code('grt_1')).toEqual(CODE);
    kept.write({ items: [prizeOf({ state })], at: 2 });
    expect(kept.code('grt_1')).toBeNull();
  });

  it('stay in memory where nothing can be stored', () => {
    const kept = new KeptPrizes('mem_a', null);
    kept.writeCode(CODE);
    expect(kept.code('grt_1')).toEqual(CODE);
  });
});
