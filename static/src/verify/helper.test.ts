// @vitest-environment node
import { afterEach, expect, it } from 'vitest';
import text from '../../../tests/vectors/fairness.json?raw';
import { type Checked, check, type Job } from './check';
import { Helper } from './helper';
import { Unreadable } from './reading';
import { serve } from './serving';
import type { News, Order, Port } from './wire';

const { sets } = JSON.parse(text) as {
  sets: { export: Record<string, unknown>; tampered: unknown[] }[];
};
const QUIET = new AbortController().signal;
const jobOf = (document: unknown, more: Partial<Job> = {}): Job => ({
  file: new Blob([typeof document === 'string' ? document : JSON.stringify(document)]),
  bundle: null,
  key: '',
  ...more,
});

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) [port1, port2].map((port) => port.close());
});

/** A page and its worker; `heard` is what the worker said. */
async function pair() {
  const channel = new MessageChannel();
  channels.push(channel);
  const heard: News[] = [];
  const page = channel.port1;
  page.addEventListener('message', ({ data }) => heard.push(data as News));
  const helper = await new Promise<Helper>((resolve) => {
    const waiting = new Helper(page as unknown as Port<News>, () => resolve(waiting));
    page.start();
    serve(channel.port2 as unknown as Port<Order>);
    channel.port2.start();
  });
  return { helper, heard };
}

it.each(sets.map((set, i) => [i, set] as const))('says of vector %i what the page says', async (_, set) => {
  const { helper } = await pair();
  for (const job of [jobOf(set.export), jobOf(set.export, { key: '00'.repeat(32) })]) {
    const [there, here] = await Promise.all([
      helper.check(job, () => {}, QUIET),
      check(job, () => {}, QUIET),
    ]);
    expect(there.report).toEqual(here.report);
    expect(shown(there)).toEqual(shown(here));
  }
});

/** What a page shows of a document. */
function shown({ document }: Checked) {
  const { receipts, epochs, rules, decks } = document as Record<string, unknown[]>;
  return { receipts, epochs, rules, decks: decks?.map((deck) => (deck as { id: string }).id) };
}

it('hands over many results in parts, each of which is soon taken in', async () => {
  const { helper, heard } = await pair();
  const document = {
    ...sets[0]?.export,
    receipts: Array.from({ length: 1_001 }, (_, i) => ({ play: `p${i}` })),
  };
  const { report } = await helper.check(jobOf(document), () => {}, QUIET);
  expect(report.results.map(({ receipt }) => receipt)).toContain(1_000);
  const sizes = heard.map((news) => (news.name === 'part' ? news.items.length : 0));
  expect(Math.max(...sizes)).toBe(200);
});

it('compares with a bundle', async () => {
  const { helper } = await pair();
  const bundle = jobOf(sets[0]?.export).file;
  const { report } = await helper.check(jobOf(sets[0]?.export, { bundle }), () => {}, QUIET);
  expect(report).toEqual((await check(jobOf(sets[0]?.export, { bundle }), () => {}, QUIET)).report);
});

it('tells what can not be read in the same words', async () => {
  const { helper } = await pair();
  for (const broken of ['', '<html>', '{"keys": [']) {
    const why = await check(jobOf(broken), () => {}, QUIET).catch((fault: Unreadable) => fault);
    const said = await helper.check(jobOf(broken), () => {}, QUIET).catch((fault: Unreadable) => fault);
    expect(said).toBeInstanceOf(Unreadable);
    expect([said, (said as Unreadable).advice]).toEqual([why, (why as Unreadable).advice]);
  }
});

it('stops when it is told to, and then does the next thing', async () => {
  const { helper } = await pair();
  const stop = new AbortController();
  const first = helper.check(jobOf(sets[0]?.export), () => {}, stop.signal);
  stop.abort();
  await expect(first).rejects.toBe(stop.signal.reason);
  const next = jobOf(sets[1]?.export);
  const { report } = await helper.check(next, () => {}, QUIET);
  expect(report).toEqual((await check(next, () => {}, QUIET)).report);
});

it('fails where the worker is gone', async () => {
  const { helper } = await pair();
  const lost = helper.check(jobOf(sets[0]?.export), () => {}, QUIET);
  helper.break();
  await expect(lost).rejects.toThrow('broke off');
});
