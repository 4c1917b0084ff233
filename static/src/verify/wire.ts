// What the page `/verify` and the worker that checks for it say to each other. Each check has a number.
import type { Job } from './check';
import type { Report } from './report';

export type Order = { name: 'check'; number: number; job: Job } | { name: 'stop' };

export type List = 'receipts' | 'epochs' | 'rules' | 'decks' | 'results';

/** `part` is the next items of a list; those of `results` belong to the report of `done`, which comes last. */
export type News =
  | { name: 'ready' }
  | { name: 'progress'; number: number; done: number; of: number }
  | { name: 'part'; number: number; list: List; items: unknown[] }
  | { name: 'done'; number: number; report: Report }
  | { name: 'unreadable'; number: number; why: string; advice: string }
  | { name: 'broken'; number: number };

/** Either end: a worker, or the worker's own scope. */
export interface Port<Heard> {
  postMessage(message: unknown): void;
  addEventListener(name: 'message', listen: (event: { data: Heard }) => void): void;
}
