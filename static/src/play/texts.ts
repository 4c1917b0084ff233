// What people read in each state. Every state has a title; most say what to do next, some when it goes on by itself.
import type { GameAnswer, Profile, ShownPrize } from '../api/shapes';
import type { Face } from '../faces/face';
import { formatDate, formatDateTime, t, tn } from '../words/words';
import type { Obstacle, State } from './machine';

export const NO_PRIZE = 'none';

export interface Notice {
  title: string;
  line?: string;
  /** The words of the button, where there is something to do. */
  button?: string;
  /** When it goes on by itself. */
  until?: string | null;
  /** Where to read more. */
  link?: { to: Place; text: string };
}

export interface Scene {
  view: GameAnswer;
  profile: Profile;
}

/** Where one can go from a game's page. */
export type Place = 'rules' | 'fairness' | 'prizes' | 'history' | 'statement' | 'winners' | 'leave';

const OF_GAME: ReadonlySet<Place> = new Set(['rules', 'fairness', 'winners']);

/** The address of a place; some belong to a game. */
export function hrefOf(place: Place, view?: GameAnswer): string {
  const game = `/g/${view?.id ?? ''}`;
  if (place === 'leave') return `/sign-in?${new URLSearchParams({ switch: '1', return: game })}`;
  return OF_GAME.has(place) ? `${game}/${place}` : `/${place}`;
}

/** What a state says. */
export function noticeOf(state: State, scene: Scene): Notice {
  if ('obstacle' in state) {
    const notice = OBSTACLES[state.name](state.obstacle, scene);
    return state.notCounted ? notCounted(notice) : notice;
  }
  return STATES[state.name](scene, 'again' in state && state.again);
}

/** Under a refused play everything says first that it cost nothing. */
function notCounted(notice: Notice): Notice {
  const line = notice.line ? `${notice.title} ${notice.line}` : notice.title;
  return { ...notice, title: t('Not counted: your turn was not used.'), line };
}

const isCard = ({ view }: Scene): boolean => view.mechanic === 'scratch';

type Plain = Exclude<State, { obstacle: Obstacle }>['name'];

const STATES: Readonly<Record<Plain, (scene: Scene, again: boolean) => Notice>> = {
  loading: () => ({ title: t('One moment…') }),
  signed_out: () => ({
    title: t('You have been signed out'),
    line: t('Sign in again and go on where you were. Nothing is lost.'),
    button: t('Sign in'),
  }),
  offline: () => ({
    title: t('You are offline'),
    line: t('Your turns are kept. The game goes on as soon as you are back.'),
    button: t('Try again'),
  }),
  error: () => ({
    title: t('The game can’t be reached'),
    line: t('Nothing was counted. Please try again in a moment.'),
    button: t('Try again'),
  }),
  untrue: () => ({
    title: t('A check failed, so nothing is played'),
    line: t('What the server answered is not what it had promised. The proof is kept on this device.'),
    button: t('Try again'),
  }),
  ready: (scene) => ({
    title: tn('{n} turn left', '{n} turns left', scene.view.turns.left),
    button: isCard(scene) ? t('Reveal') : t('Spin'),
  }),
  unseen: (scene) =>
    isCard(scene)
      ? {
          title: t('Your card is waiting'),
          line: t('It is the same card, still covered. It costs no further turn.'),
          button: t('Reveal'),
        }
      : {
          title: t('Your last spin is waiting'),
          line: t('You left before the wheel stopped. It costs no further turn.'),
          button: t('See where it stops'),
        },
  unanswered: () => ({
    title: t('No answer yet'),
    line: t('You can’t lose a turn; tap to fetch it.'),
    button: t('Fetch the result'),
  }),
  elsewhere: () => ({
    title: t('You are playing on another screen'),
    line: t('Continue here? Nothing was counted, and no turn is lost.'),
    button: t('Continue here'),
  }),
  asked: (scene, again) => ({ title: underWay(scene, again) }),
  slow: () => ({
    title: t('Still waiting for the answer'),
    line: t('The turn counts once, however long it takes.'),
  }),
  cut: () => ({
    title: t('You are offline, and your play is on its way'),
    line: t('Its result is kept, and comes as soon as you are back.'),
  }),
  landing: (scene) => ({ title: isCard(scene) ? t('Scratch the card') : underWay(scene, false) }),
  shown: () => ({ title: t('One moment…') }),
};

function underWay(scene: Scene, again: boolean): string {
  if (again) return t('Fetching your result');
  return isCard(scene) ? t('Your card is being drawn') : t('The wheel is turning');
}

type Say = (obstacle: Obstacle, scene: Scene) => Notice;
const OBSTACLES: Readonly<Record<Extract<State, { obstacle: Obstacle }>['name'], Say>> = {
  upcoming: (_, { view }) => ({
    title: t('Not started yet'),
    line: t('It begins on {when}.', { when: formatDateTime(view.opens_at) }),
    until: view.opens_at,
  }),
  paused: () => ({
    title: t('Paused for the moment'),
    line: t('Your turns are kept, and last longer by the length of the pause.'),
  }),
  ended: (_, { view }) => ({
    title: t('This game is over'),
    line: isEarly(view)
      ? t('The organiser ended it on {day}. What you have won stays yours.', { day: lastDay(view) })
      : t('It ended on {day}. What you have won stays yours.', { day: lastDay(view) }),
    link: { to: 'prizes', text: t('My prizes') },
  }),
  sold_out: () => ({
    title: t('Everything has been won'),
    line: t('The last prize is gone, so the game has ended as its rules say. What you have won stays yours.'),
    link: { to: 'prizes', text: t('My prizes') },
  }),
  under_review: () => ({
    title: t('The books are being checked'),
    line: t('Nothing is lost. The game goes on as soon as the check is done.'),
  }),
  insider: () => ({
    title: t('You may look, but not play'),
    line: t('Staff, suppliers and test accounts never win here, so that everybody else can trust the draw.'),
  }),
  age_question: ({ minimum_age }) => ({
    title: t('One question first'),
    line: t('This game is for people of {n} or older.', { n: minimum_age ?? 0 }),
    button: t('Answer and accept the rules'),
  }),
  too_young: ({ minimum_age }) => ({
    title: t('This game is for people of {n} or older', { n: minimum_age ?? 0 }),
    line: t('If your birth date is wrong, the organiser can correct it.'),
    link: { to: 'rules', text: t('How to reach them') },
  }),
  audience: () => ({
    title: t('This game is not open to you'),
    line: t('The rules say who may take part.'),
    link: { to: 'rules', text: t('Read the rules') },
  }),
  rules: () => ({
    title: t('Please accept the rules first'),
    line: t('They say what you can win, how likely it is, and what applies.'),
    button: t('Read and accept'),
  }),
  own_limit: ({ retry_at }, { profile }) => ({
    title: t('You have reached your own limit'),
    line: tn(
      'You wanted to play at most {n} time a day.',
      'You wanted to play at most {n} times a day.',
      profile.play_limits.per_day ?? 0,
    ),
    until: retry_at ?? null,
  }),
  limit: ({ retry_at }) => ({
    title: retry_at ? t('That was all for today') : t('You have played as often as the rules allow'),
    line: retry_at
      ? t('The rules limit how often one person may play in a day.')
      : t('What you have won stays yours.'),
    until: retry_at ?? null,
    ...(retry_at ? {} : { link: { to: 'prizes', text: t('My prizes') } }),
  }),
  won: () => ({
    title: t('You have won all that this game can give you'),
    line: t('Each prize can be won only so often by one person.'),
    link: { to: 'prizes', text: t('My prizes') },
  }),
  out_of_turns: ({ next_at }) => ({
    title: t('No turns left'),
    line: next_at ? t('Your next free turn comes by itself.') : t('The rules say how to get more.'),
    until: next_at ?? null,
    ...(next_at ? {} : { link: { to: 'rules', text: t('How to get more turns') } }),
  }),
  refused: ({ code, retry_at }) => ({
    title: code === 'too_fast' ? t('That was too fast') : t('The server refused this play'),
    line: retry_at
      ? t('Please try again after {when}.', { when: formatDateTime(retry_at) })
      : t('Please try again in a moment.'),
    button: t('Try again'),
  }),
};

/** Whether it was over before the end that its rules name. */
const isEarly = ({ ended_at, closes_at }: GameAnswer): boolean => ended_at !== null && ended_at < closes_at;

/** The day on which people would say that it ended: what closes at midnight ends on the day before. */
const lastDay = (view: GameAnswer): string =>
  formatDate(isEarly(view) ? Date.parse(view.ended_at ?? '') : Date.parse(view.closes_at) - 1);

/** Until when it can be played, or since when no more. */
export function periodInWords(view: GameAnswer): string {
  return view.ended_at === null
    ? t('Until {when}', { when: formatDateTime(view.closes_at) })
    : t('Ended on {day}', { day: lastDay(view) });
}

/** What a prize is called; no prize has a name as well. */
export function nameOf(view: GameAnswer, id: string): string {
  return findPrize(view, id)?.name ?? t('No prize');
}

/** A prize of the game; null for no prize. */
export function findPrize(view: GameAnswer, id: string): ShownPrize | null {
  return id === NO_PRIZE ? null : (view.prizes.find((prize) => prize.id === id) ?? null);
}

/** By when a better prize is certain; null where there is no guarantee. */
export function guaranteeInWords(view: GameAnswer): string | null {
  const { guarantee } = view;
  if (guarantee === null) return null;
  const better = view.prizes.filter((prize) => prize.class >= guarantee.class);
  const prizes = better.map((prize) => prize.name ?? '').join(t(', '));
  return guarantee.left === 0
    ? t('Your next play certainly wins one of these: {prizes}', { prizes })
    : t('At the latest on play {n} from now you certainly win one of these: {prizes}', {
        n: guarantee.left + 1,
        prizes,
      });
}

/** What came of a play, for the one region that is read out. */
export function resultInWords({ kind, name }: Face): string {
  return kind === NO_PRIZE ? t('No prize this time') : t('You won: {prize}', { prize: name });
}

/** Why a slot paid another prize than its first one, in one line; null if it did not. */
export function passedInWords(
  view: GameAnswer,
  passed: readonly { prize: string; why: 'out' | 'limit' }[],
): string | null {
  const out = passed.filter((one) => one.why === 'out').map((one) => nameOf(view, one.prize));
  const limit = passed.filter((one) => one.why === 'limit').map((one) => nameOf(view, one.prize));
  const said = [
    ...(out.length ? [t('Gone by now: {prizes}.', { prizes: out.join(t(', ')) })] : []),
    ...(limit.length
      ? [t('You have won this as often as the rules allow: {prizes}.', { prizes: limit.join(t(', ')) })]
      : []),
  ];
  return said.length ? [...said, t('So this slice pays what its rules name next.')].join(' ') : null;
}
