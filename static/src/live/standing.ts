// How a member stands, and what one item of the feed (or one push, which is the same) makes of it.

export interface UnseenPlay {
  play: string;
  game: string;
  until: string;
  until_position: number;
}

/** What the snapshot of a socket says, and `GET /v1/me` to a page. */
export interface Standing {
  position: number;
  points: number;
  held: number;
  turns: Record<string, number>;
  unseen: UnseenPlay[];
}

/** What an item says, as far as a standing follows from it. */
export interface Data {
  play?: unknown;
  until?: unknown;
  until_position?: unknown;
  turns?: unknown;
  points?: unknown;
  held?: unknown;
  [more: string]: unknown;
}

/** Something that happened to the member. `unseen`: the play that it would give away, in place of what happened. */
export interface Item {
  name: string;
  position: number;
  game: string | null;
  data: Data;
  at: string;
  unseen?: string;
}

/** The standing after an item that follows it. */
export function apply(before: Standing, item: Item): Standing {
  const { data, unseen } = item;
  const { play, until, until_position, turns, points, held } = data;
  const after: Standing = { ...before, position: item.position };
  if (item.game !== null && typeof turns === 'number') after.turns = { ...before.turns, [item.game]: turns };
  if (typeof points === 'number') after.points = points;
  if (typeof held === 'number') after.held = held;
  if (unseen === undefined) {
    after.unseen = before.unseen.filter((each) => each.play !== play);
  } else if (item.game !== null && typeof until === 'string' && typeof until_position === 'number') {
    after.unseen = [...before.unseen, { play: unseen, game: item.game, until, until_position }];
  }
  return after;
}

/** Whether an unseen play counts as seen by now, which nobody pushes: the member stands differently from then on. */
export function hasLapsed(standing: Standing, now: number): boolean {
  return standing.unseen.some(
    (each) => standing.position >= each.until_position || now >= Date.parse(each.until),
  );
}
