// The worker's side of a check that does not hold up the page. What was found goes over in parts, since the page stands
// still while it takes one in.
import { type Checked, check } from './check';
import { Unreadable } from './reading';
import { field } from './shapes';
import type { News, Order, Port } from './wire';

const PART = 200;
const TELL_MS = 50;
const LISTS = ['receipts', 'epochs', 'rules'] as const;

/** Do what the page orders, one thing at a time: a new order ends the one before. */
export function serve(port: Port<Order>): void {
  let stop = new AbortController();
  port.addEventListener('message', ({ data: order }) => {
    stop.abort();
    stop = new AbortController();
    if (order.name === 'check') void answer(order, port, stop.signal);
  });
  port.postMessage({ name: 'ready' } satisfies News);
}

async function answer(order: Order & { name: 'check' }, port: Port<Order>, stop: AbortSignal): Promise<void> {
  const { number, job } = order;
  const say = (news: News) => {
    if (!stop.aborted) port.postMessage(news);
  };
  let told = 0;
  const tell = (done: number, of: number) => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    say({ name: 'progress', number, done, of });
  };
  try {
    for (const news of partsOf(await check(job, tell, stop), number)) say(news);
  } catch (fault) {
    if (fault instanceof Unreadable)
      say({ name: 'unreadable', number, why: fault.message, advice: fault.advice });
    else say({ name: 'broken', number });
  }
}

/** A page shows receipts, epochs and rules; of a deck it has to know only that it is there. */
function* partsOf({ document, report }: Checked, number: number): Generator<News> {
  for (const list of LISTS) {
    for (const items of slices(field(document, list))) yield { name: 'part', number, list, items };
  }
  for (const decks of slices(field(document, 'decks'))) {
    yield { name: 'part', number, list: 'decks', items: decks.map((deck) => ({ id: field(deck, 'id') })) };
  }
  for (const items of slices(report.results)) yield { name: 'part', number, list: 'results', items };
  yield { name: 'done', number, report: { ...report, results: [] } };
}

function* slices(items: unknown): Generator<unknown[]> {
  if (!Array.isArray(items)) return;
  for (let begin = 0; begin < items.length; begin += PART) yield items.slice(begin, begin + PART);
}
