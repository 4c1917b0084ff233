// The page's side of a check that does not hold it up: a worker reads, parses and checks.
import { language } from '../words/words';
import type { Checked, Job } from './check';
import type { Tell } from './pace';
import { Unreadable } from './reading';
import type { Result } from './report';
import type { List, News, Port } from './wire';

interface Policy {
  createScriptURL(address: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}

/** The worker at an address, once it has everything that it needs. Rejects if it can't be had. */
export function openHelper(address: string): Promise<Helper> {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const rules = { createScriptURL: (trusted: string) => trusted };
  const policy = trustedTypes?.createPolicy('engage-verify', rules) ?? rules;
  // A worker knows no page whose language it could ask for, so it is called by it.
  const worker = new Worker(policy.createScriptURL(address), { type: 'module', name: language() });
  return new Promise((resolve, reject) => {
    const helper = new Helper(worker, () => resolve(helper));
    worker.addEventListener('error', () => {
      reject(new Error('no worker'));
      helper.break();
    });
  });
}

/** Checks elsewhere, one thing at a time. */
export class Helper {
  private number = 0;
  private hear: (news: News) => void = () => {};

  constructor(
    private readonly port: Port<News>,
    ready: () => void = () => {},
  ) {
    port.addEventListener('message', ({ data }) => (data.name === 'ready' ? ready() : this.hear(data)));
  }

  /** As `check`; the document has only what a page shows of it. */
  check(job: Job, tell: Tell, stop: AbortSignal): Promise<Checked> {
    const number = ++this.number;
    return new Promise((resolve, reject) => {
      stop.addEventListener('abort', () => {
        if (number === this.number) this.port.postMessage({ name: 'stop' });
        reject(stop.reason);
      });
      const lists: Record<List, unknown[]> = { receipts: [], epochs: [], rules: [], decks: [], results: [] };
      this.hear = (news) => {
        if (news.name === 'ready' || news.number !== this.number) return;
        if (news.name === 'progress') tell(news.done, news.of);
        else if (news.name === 'part') for (const item of news.items) lists[news.list].push(item);
        else if (news.name === 'unreadable') reject(new Unreadable(news.why, news.advice));
        else if (news.name === 'broken') reject(new Error('the check broke off'));
        else resolve(whole(news, lists));
      };
      this.port.postMessage({ name: 'check', number, job });
    });
  }

  /** The worker is gone: what it was doing has failed. */
  break(): void {
    this.hear({ name: 'broken', number: this.number });
  }
}

function whole({ report }: News & { name: 'done' }, lists: Record<List, unknown[]>): Checked {
  const { results, ...document } = lists;
  return { document, report: { ...report, results: results as Result[] } };
}
