// The routes that a game's page uses.
import { randomHex } from './chance';
import { type Http, PATIENCE_MS, type Told } from './http';
import type { Pending } from './pending';
import type {
  Acceptance,
  AcceptanceRequest,
  EpochAnswer,
  EpochRequest,
  GameAnswer,
  PlayAnswer,
  PlayItem,
  Profile,
  ProfileChanges,
  Reveal,
} from './shapes';

const KEY_BYTES = 16;
/** What is asked beside a play does not keep anybody waiting for long. */
const SHORT_MS = 5_000;

export class GameApi {
  private readonly path: string;

  constructor(
    private readonly http: Http,
    readonly game: string,
  ) {
    this.path = `/v1/games/${encodeURIComponent(game)}`;
  }

  /** The game as this member sees it now. */
  view(): Promise<Told<GameAnswer>> {
    return this.http.ask<GameAnswer>('GET', this.path, { patience: SHORT_MS });
  }

  /** The rules in force; `text` is what `rules_hash` covers. */
  rules(): Promise<Told<unknown>> {
    return this.http.ask<unknown>('GET', `${this.path}/rules`);
  }

  async accept(body: AcceptanceRequest): Promise<Acceptance> {
    return this.post<Acceptance>(`${this.path}/acceptances`, body);
  }

  async openEpoch(body: EpochRequest): Promise<EpochAnswer> {
    return this.post<EpochAnswer>(`${this.path}/epochs`, body);
  }

  async reveal(epoch: string): Promise<Reveal> {
    return this.post<Reveal>(`/v1/epochs/${encodeURIComponent(epoch)}/reveal`, {});
  }

  /** Play, or get the answer of a play that was made with this key. */
  async play(pending: Pending): Promise<PlayAnswer> {
    return (await this.http.ask<PlayAnswer>('POST', `${this.path}/plays`, pending)).document;
  }

  /** The result of a play was seen, or is about to be: what came of it. */
  async see(play: string): Promise<PlayItem> {
    return this.post<PlayItem>(`/v1/plays/${encodeURIComponent(play)}/seen`, {}, SHORT_MS);
  }

  async profile(): Promise<Profile> {
    return (await this.http.ask<Profile>('GET', '/v1/me', { patience: SHORT_MS })).document;
  }

  async changeProfile(body: ProfileChanges): Promise<Profile> {
    return (await this.http.ask<Profile>('PATCH', '/v1/me', { body })).document;
  }

  /** The public keys that this deployment has signed with. */
  async keys(): Promise<unknown> {
    return (await this.http.ask<unknown>('GET', '/.well-known/jwks.json')).document;
  }

  private async post<T>(path: string, body: unknown, patience = PATIENCE_MS): Promise<T> {
    return (await this.http.ask<T>('POST', path, { body, patience, key: randomHex(KEY_BYTES) })).document;
  }
}
