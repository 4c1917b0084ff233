// One member at one game: what is known, what state the page is in, and what has to be done about it. It draws nothing;
// the element that shows it listens to `change` and lends it a stage.
import type { GameApi } from '../api/games';
import type { Pending, PendingPlays } from '../api/pending';
import { NoAnswer, Refusal } from '../api/refusal';
import type { GameAnswer, PlayBalances, Profile, Receipt } from '../api/shapes';
import type { Epochs } from '../epochs/epochs';
import { type FailedCheck, UntrueEpoch } from '../epochs/kept';
import type { OneResult } from '../verify/one';
import {
  type Event as Happening,
  isUnderWay,
  next,
  type Obstacle,
  type Outcome,
  type State,
} from './machine';
import type { SeenList } from './seen-list';

export const SLOW_MS = 6_000;
/** How often a play may find its epoch ended and open the next one, before that is told. */
const OPENINGS = 2;
/** What was opened so shortly before a view was read may not have been in it yet. */
const UNSURE_MS = 5_000;

/** Whether a refusal says that the epoch has to be opened anew, without anything to ask the member. */
const isStale = (fault: unknown): boolean =>
  fault instanceof Refusal &&
  (fault.code === 'seed_mismatch' || (fault.code === 'epoch_ended' && fault.fields.elsewhere !== true));

/** Where a play is seen: the wheel or the card. */
export interface Stage {
  /** The member tapped: something moves at once. */
  begin(): void;
  /** No result will come of it: everything comes to rest, and nothing is meant by where. */
  stop(): void;
  /** Shows the outcome; resolves once it has been seen. */
  land(outcome: Outcome, view: GameAnswer): Promise<void>;
}

export interface Parts {
  api: GameApi;
  epochs: Epochs;
  plays: PendingPlays;
  seen: SeenList;
  stage: Stage;
}

export interface Known {
  view: GameAnswer;
  profile: Profile;
  /** When the view was read, by the server's clock in milliseconds. */
  at: number;
}

export class Session extends EventTarget {
  state: State = { name: 'loading' };
  failed: FailedCheck[] = [];
  #known: Known;
  #isPending = false;
  #refreshing: Promise<void> | null = null;
  #settling: Promise<void> = Promise.resolve();
  /** Whether something happened since the view was read, while it could not be shown. */
  #isStale = false;

  constructor(
    known: Known,
    private readonly parts: Parts,
  ) {
    super();
    this.#known = known;
  }

  get view(): GameAnswer {
    return this.#known.view;
  }

  get profile(): Profile {
    return this.#known.profile;
  }

  set profile(profile: Profile) {
    this.#learn({ profile });
  }

  /** Start from what the server sent with the page. */
  async begin(): Promise<void> {
    const { epochs, plays } = this.parts;
    this.failed = epochs.failed;
    if (plays.areAny) this.#isPending = (await plays.findLeftBehind()) !== null;
    this.#send({ name: 'facts', facts: this.#facts });
  }

  /** What can be done before anybody taps: an epoch is opened, what was seen is told, ended epochs are checked. */
  async prepare(): Promise<void> {
    const { epochs, seen } = this.parts;
    await seen.tell();
    const over = this.#findOver();
    if (over !== null) await epochs.retire(over);
    if (this.state.name === 'ready' && (this.view.epoch === null || epochs.kept)) await this.#openAhead();
    if (this.view.unseen.length === 0) this.failed = await epochs.checkEnded();
    this.#changed();
  }

  /** The one button: spin, reveal, fetch, continue here, or try again, as the state says. */
  async tap(): Promise<void> {
    const before = this.state;
    this.#send({ name: 'tap' });
    if (this.state === before) return;
    if (this.state.name === 'loading') return this.refresh();
    this.parts.stage.begin();
    const slow = setTimeout(() => this.#send({ name: 'slow' }), SLOW_MS);
    try {
      const outcome = await this.#find(before).finally(() => clearTimeout(slow));
      if (outcome) await this.#show(outcome);
      else await this.#restart();
    } catch (fault) {
      this.#lose(fault);
      if (fault instanceof Refusal) await this.refresh();
    }
  }

  /** The result's sheet was closed. */
  async close(): Promise<void> {
    await this.#settling;
    if (this.#isStale) await this.refresh();
    this.#send({ name: 'closed', facts: this.#facts });
    await this.prepare();
  }

  /** Accept the rules that are shown; `adult` answers the age question. */
  async accept(adult: boolean): Promise<void> {
    try {
      await this.parts.api.accept({ rules_hash: this.view.rules_hash, adult });
    } catch (fault) {
      // There are newer rules: the view that is read next brings them.
      if (!(fault instanceof Refusal && fault.code === 'rules_not_accepted')) return this.#lose(fault);
    }
    await this.refresh();
    await this.prepare();
  }

  /** All there is to check a result by, as this device kept it since before the tap; null if another one opened it. */
  async proofOf(receipt: Receipt): Promise<OneResult | null> {
    const kept = this.parts.epochs.find(receipt.epoch);
    if (kept === null) return null;
    const proof = { receipt, rules: JSON.parse(kept.rules), keys: await this.parts.api.keys() };
    return { ...proof, answer: kept.answer, reveal: null } as unknown as OneResult;
  }

  /** The member ends an epoch to see its seeds. */
  async reveal(epoch: string): Promise<OneResult['reveal']> {
    const reveal = await this.parts.api.reveal(epoch);
    await this.parts.epochs.retire(epoch);
    return reveal as unknown as OneResult['reveal'];
  }

  /** Ask how things are. While it is asked nobody asks a second time. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Something happened to the member in this game, or to the game: how things stand has to be asked. */
  hear(): void {
    if (isUnderWay(this.state)) this.#isStale = true;
    else this.refresh();
  }

  learnBalances(balances: PlayBalances): void {
    this.profile = { ...this.profile, balances: { ...this.profile.balances, ...balances } };
  }

  /** News of the game that needs no asking, such as units left. */
  learn(view: Partial<GameAnswer>): void {
    this.#learn({ view: { ...this.view, ...view } });
  }

  online(): void {
    this.#send({ name: 'online' });
    if (!isUnderWay(this.state)) this.refresh();
  }

  /** The device is offline. A play that was sent goes on: its key asks again, so it is no page at rest. */
  offline(): void {
    if (this.#isPending || !isUnderWay(this.state)) this.#send({ name: 'offline' });
  }

  async #read(): Promise<void> {
    const { api } = this.parts;
    this.#isStale = false;
    try {
      const [view, profile] = await Promise.all([api.view(), api.profile()]);
      this.#learn({ view: view.document, profile, at: view.at ?? this.#known.at });
    } catch (fault) {
      if (!isUnderWay(this.state)) this.#lose(fault);
    }
  }

  /** The kept epoch if it had ended when the view was read. One that another tab opened around then is none of these. */
  #findOver(): string | null {
    const { kept } = this.parts.epochs;
    if (kept === null || this.view.epoch === kept.answer.epoch) return null;
    return Date.parse(kept.answer.opened_at) < this.#known.at - UNSURE_MS ? kept.answer.epoch : null;
  }

  async #openAhead(): Promise<void> {
    try {
      await this.parts.epochs.ready();
    } catch (fault) {
      // What refuses an epoch refuses the play as well, and is told when somebody plays.
      if (fault instanceof UntrueEpoch) this.#lose(fault);
    }
  }

  /** What the play that was tapped for has come to; null if another page has dealt with it. */
  async #find(before: State): Promise<Outcome | null> {
    if (before.name === 'unseen') return this.#see(before.play);
    if (before.name === 'unanswered') {
      const pending = await this.parts.plays.findLeftBehind();
      return pending && this.#ask(pending);
    }
    const { kept } = this.parts.epochs;
    if (before.name === 'elsewhere' && kept) await this.parts.epochs.retire(kept.answer.epoch);
    return this.#play();
  }

  async #see(play: string): Promise<Outcome | null> {
    const { receipt, prize, show } = await this.parts.api.see(play);
    return receipt && show && { play, receipt, prize, show };
  }

  async #play(): Promise<Outcome> {
    for (let left = OPENINGS; ; left--) {
      const epoch = await this.parts.epochs.ready();
      try {
        return await this.#ask(
          this.parts.plays.begin({ epoch: epoch.answer.epoch, client_seed: epoch.seed }),
        );
      } catch (fault) {
        if (!(left > 0 && isStale(fault))) throw fault;
        await this.parts.epochs.retire(epoch.answer.epoch);
      }
    }
  }

  async #ask(pending: Pending): Promise<Outcome> {
    const { api, epochs, plays } = this.parts;
    this.#isPending = true;
    try {
      const answer = await plays.during(pending, () => api.play(pending));
      this.#settle(pending);
      epochs.record(answer.receipt);
      return answer;
    } catch (fault) {
      if (fault instanceof Refusal && fault.code !== 'unauthenticated') this.#settle(pending);
      throw fault;
    }
  }

  #settle(pending: Pending): void {
    this.parts.plays.end(pending);
    this.#isPending = false;
  }

  async #show(outcome: Outcome): Promise<void> {
    this.#send({ name: 'answered', outcome });
    await this.parts.stage.land(outcome, this.view);
    this.#send({ name: 'landed' });
    this.#settling = this.parts.seen.add(outcome.play).then(() => this.refresh());
  }

  async #restart(): Promise<void> {
    this.#isPending = false;
    this.parts.stage.stop();
    this.state = { name: 'loading' };
    await this.refresh();
  }

  #lose(fault: unknown): void {
    this.parts.stage.stop();
    if (fault instanceof UntrueEpoch) {
      this.failed = this.parts.epochs.failed;
      this.#send({ name: 'lost', to: 'untrue' });
    } else if (fault instanceof Refusal) {
      this.#refuse(fault);
    } else if (this.#isPending) {
      this.#send({ name: 'unanswered' });
    } else {
      this.#send({ name: 'lost', to: navigator.onLine === false ? 'offline' : 'error' });
      if (!(fault instanceof NoAnswer)) throw fault;
    }
  }

  #refuse(refusal: Refusal): void {
    if (refusal.fields.changed) this.dispatchEvent(new Event('stranger'));
    if (refusal.code === 'unauthenticated') this.#send({ name: 'lost', to: 'signed_out' });
    else if (isUnderWay(this.state)) {
      const obstacle: Obstacle = { ...refusal.fields, code: refusal.code, detail: refusal.detail };
      this.#send({ name: 'refused', obstacle });
    } else this.#send({ name: 'lost', to: 'error' });
  }

  get #facts(): { view: GameAnswer; isPending: boolean } {
    return { view: this.view, isPending: this.#isPending };
  }

  #learn(known: Partial<Known>): void {
    this.#known = { ...this.#known, ...known };
    this.#send({ name: 'facts', facts: this.#facts });
  }

  #send(event: Happening): void {
    this.state = next(this.state, event);
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
