import { afterEach, expect, test, vi } from 'vitest';
import { Motion } from './motion';

afterEach(() => vi.unstubAllGlobals());

/** A system that asks for less motion, or doesn't. */
function systemAsks(matches: boolean): EventTarget & { matches: boolean } {
  const system = Object.assign(new EventTarget(), { matches });
  vi.stubGlobal('matchMedia', () => system);
  return system;
}

test('the switch on the page makes it calm and tells', () => {
  systemAsks(false);
  const motion = new Motion();
  const heard = vi.fn();
  motion.addEventListener('change', heard);
  expect(motion.calm).toBe(false);
  motion.calm = true;
  expect([motion.calm, motion.system]).toEqual([true, false]);
  expect(heard).toHaveBeenCalledOnce();
});

test("the system's wish for less motion can't be switched off, and is followed when it changes", () => {
  const system = systemAsks(true);
  const motion = new Motion();
  motion.calm = false;
  expect([motion.calm, motion.system]).toEqual([true, true]);
  const heard = vi.fn();
  motion.addEventListener('change', heard);
  system.matches = false;
  system.dispatchEvent(new Event('change'));
  expect(heard).toHaveBeenCalledOnce();
  expect(motion.calm).toBe(false);
});
