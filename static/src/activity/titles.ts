// What rules are called: tasks by their title, badges by their name; and which of them add up money.
import { NoAnswer, Refusal } from '../api/refusal';
import { http } from '../hub/start';

interface Named {
  id: string;
  title?: string;
  name?: string;
  template?: string | null;
}

export interface Called {
  title: string;
  isMoney: boolean;
}

/** By the name that verdicts have for a rule; empty where it can't be had: the page can do without. */
export async function readTitles(): Promise<Record<string, Called>> {
  const [tasks, badges] = await Promise.all([read('/v1/tasks'), read('/v1/badges')]);
  return Object.fromEntries([
    ...tasks.map(({ id, title = '', template }) => [id, { title, isMoney: template === 'spend' }]),
    ...badges.map(({ id, name = '' }) => [`badge:${id}`, { title: name, isMoney: false }]),
  ]);
}

async function read(path: string): Promise<Named[]> {
  try {
    return (await http.ask<{ items: Named[] }>('GET', path)).document.items;
  } catch (fault) {
    if (fault instanceof NoAnswer || fault instanceof Refusal) return [];
    throw fault;
  }
}
