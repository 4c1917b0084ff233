// From what the server sent with the page to a session that can be played.
import { GameApi } from '../api/games';
import { browser, Http } from '../api/http';
import { Keep } from '../api/keep';
import { webLocks } from '../api/locks';
import { PendingPlays } from '../api/pending';
import type { GameAnswer, Profile } from '../api/shapes';
import { makeChecks } from '../epochs/checks';
import { Epochs } from '../epochs/epochs';
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
  http: Http;
  api: GameApi;
  session: Session;
  settings: Settings;
}

export function openPlay({ game, profile, now }: Start, stage: Stage): Opened {
  const http = new Http(browser, profile.member);
  const api = new GameApi(http, game.id);
  const keep = new Keep(profile.member);
  const epochs = new Epochs(
    profile.member,
    game.id,
    api,
    keep,
    webLocks,
    makeChecks(() => api.keys()),
  );
  const plays = new PendingPlays(game.id, keep, webLocks);
  const seen = new SeenList(game.id, api, keep);
  const session = new Session({ view: game, profile, at: now }, { api, epochs, plays, seen, stage });
  return { http, api, session, settings: new Settings(keep) };
}
