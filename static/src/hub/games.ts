// The games as this member sees them, asked for once a page, or anew: what a play or a winner won is told by their prizes.
import { NoAnswer, Refusal } from '../api/refusal';
import type { GameAnswer } from '../api/shapes';
import { http } from './start';

let asked: Promise<GameAnswer[]> | null = null;

/** None where they can't be had: no page depends on them. `anew`: ask again, since something has happened. */
export function readGames(anew = false): Promise<GameAnswer[]> {
  if (anew) asked = null;
  asked ??= ask();
  return asked;
}

async function ask(): Promise<GameAnswer[]> {
  try {
    return (await http.ask<{ items: GameAnswer[] }>('GET', '/v1/games')).document.items;
  } catch (fault) {
    if (fault instanceof NoAnswer || fault instanceof Refusal) return [];
    throw fault;
  }
}
