// From what the server sent with the page to a session that can be played.
import { GameApi } from '../api/games';
import { Http } from '../api/http';
import { Keep } from '../api/keep';
import { webLocks } from '../api/locks';
import { PendingPlays } from '../api/pending';
import type { GameAnswer, Profile } from '../api/shapes';
import { Epochs } from '../epochs/epochs';
import type { Checks } from '../epochs/kept';
import { SeenList } from './seen-list';
import { Session, type Stage } from './session';
import { Settings } from './settings';

/** What the server sends with the page. `now` is its clock in milliseconds. */
export interface Start {
  game: GameAnswer;
  profile: Profile;
  organiser: string;
  now: number;
}

export interface Opened {
  api: GameApi;
  session: Session;
  settings: Settings;
}

export function openPlay({ game, profile }: Start, stage: Stage): Opened {
  const api = new GameApi(new Http(), game.id);
  const keep = new Keep(profile.member);
  const epochs = new Epochs(profile.member, game.id, api, keep, webLocks, lateChecks(api));
  const plays = new PendingPlays(game.id, keep, webLocks);
  const seen = new SeenList(game.id, api, keep);
  const session = new Session({ view: game, profile }, { api, epochs, plays, seen, stage });
  return { api, session, settings: new Settings(keep) };
}

/** The verifier is loaded when it is first needed, which is after the page was painted. */
function lateChecks(api: GameApi): Checks {
  let loading: Promise<Checks> | null = null;
  const load = (): Promise<Checks> => {
    loading ??= import('../epochs/checks').then(({ makeChecks }) => makeChecks(() => api.keys()));
    return loading;
  };
  return {
    commit: async (seed) => (await load()).commit(seed),
    opening: async (answer, expected) => (await load()).opening(answer, expected),
    mark: async (receipt) => (await load()).mark(receipt),
    ending: async (kept, reveal) => (await load()).ending(kept, reveal),
  };
}
