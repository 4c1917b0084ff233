// What rules are called: tasks by their title, badges by their name.
import { NoAnswer, Refusal } from '../api/refusal';
import { http } from '../hub/start';

interface Named {
  id: string;
  title?: string;
  name?: string;
}

/** By the name that verdicts have for a rule; empty where it can't be had: the page can do without. */
export async function readTitles(): Promise<Record<string, string>> {
  const [tasks, badges] = await Promise.all([read('/v1/tasks'), read('/v1/badges')]);
  return Object.fromEntries([
    ...tasks.map(({ id, title = '' }) => [id, title]),
    ...badges.map(({ id, name = '' }) => [`badge:${id}`, name]),
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
