// The part of the contract that the pages of a member’s home read and write. `shapes.test.ts` holds it as well.

/** What one rule made of an event: `counted`, or why it did not count. */
export interface VerdictAnswer {
  rule: string;
  verdict: string;
  data: Record<string, unknown>;
  at: string;
}

export interface EventAnswer {
  source: string;
  id: string;
  type: string;
  occurred_at: string;
  state: 'applied' | 'waits' | 'lapsed';
  rules: VerdictAnswer[];
}

export interface WhyNotBuy {
  code:
    | 'under_review'
    | 'not_eligible'
    | 'not_open'
    | 'limit_reached'
    | 'sold_out'
    | 'too_few_points'
    | 'held';
  detail: string;
  /** Why not eligible: `insider` or `audience`. Which limit: `member` or `day`. */
  reason?: string;
}

export interface BoughtAnswer {
  in_all: number;
  today: number;
}

/** Something that points buy. */
export interface ItemAnswer {
  item: string;
  campaign: string;
  kind: 'voucher' | 'goods';
  name: string;
  description: string;
  art: string;
  price: number;
  value_fen: number;
  units: number;
  units_left: number;
  per_member: number | null;
  per_day: number | null;
  bought: BoughtAnswer;
  use_by_days: number | null;
  where: string;
  conditions: string;
  cancel_minutes: number;
  opens_at: string;
  closes_at: string;
  state: 'upcoming' | 'open' | 'paused' | 'sold_out';
  can_buy: boolean;
  why_not: WhyNotBuy | null;
}

export interface ItemList {
  items: ItemAnswer[];
  points: number;
}

export interface RedemptionRequest {
  item: string;
  quantity: number;
}

export interface RedemptionAnswer {
  redemption: string;
  item: string;
  kind: 'voucher' | 'goods';
  name: string;
  art: string;
  quantity: number;
  points: number;
  state: 'held' | 'captured' | 'cancelled';
  at: string;
  since: string;
  cancel_until: string | null;
  grants: string[];
}

export interface TaskStep {
  title: string;
  value: number;
  target: number;
  /** `fen` where amounts are money. */
  unit: 'fen' | null;
}

export interface TaskProgress {
  value: number;
  target: number;
  unit: 'fen' | null;
  steps: TaskStep[];
}

export interface TaskCompletions {
  now: number;
  per_window: number;
}

export interface StreakDay {
  day: string;
  mark: 'done' | 'frozen' | 'restored' | 'paused' | 'missed';
}

export interface TaskStreak {
  length: number;
  today_done: boolean;
  freezes: number;
  restorable_until: string | null;
  month: string;
  days: StreakDay[];
}

export interface TaskReward {
  kind: 'points' | 'turns' | 'voucher' | 'badge';
  amount: number;
  game: string | null;
  badge: string | null;
  name: string | null;
  art: string | null;
  units_left: number | null;
}

export interface TaskAnswer {
  id: string;
  campaign: string;
  template: string | null;
  title: string;
  description: string;
  how: string;
  state:
    | 'open'
    | 'in_progress'
    | 'locked'
    | 'opted_out'
    | 'claimable'
    | 'completed'
    | 'reward_gone'
    | 'upcoming'
    | 'paused'
    | 'ended';
  progress: TaskProgress;
  window: 'once' | 'day' | 'week' | 'month' | 'campaign' | 'rolling';
  opens_at: string;
  until: string;
  completions: TaskCompletions;
  requires: string[];
  opt_in: boolean;
  claimable: number;
  streak: TaskStreak | null;
  questionnaire: string | null;
  reward: TaskReward;
}

export interface ChoiceAnswer {
  id: string;
  text: string;
}

export interface QuestionAnswer {
  id: string;
  kind: 'choice' | 'scale' | 'text';
  text: string;
  optional: boolean;
  choices: ChoiceAnswer[] | null;
  several: boolean | null;
  least: number | null;
  most: number | null;
  longest: number | null;
}

export interface QuestionnaireAnswer {
  id: string;
  title: string;
  questions: QuestionAnswer[];
  answered_at: string | null;
}

export interface Progress {
  value: number;
  target: number;
  /** `fen` where amounts are money. */
  unit: 'fen' | null;
  tier: string | null;
}

export interface Sharing {
  public: boolean;
  name: boolean;
  address: string | null;
}

export interface TierAnswer {
  id: string;
  name: string;
  at: number;
  held: boolean;
  award: string | null;
}

export interface BadgeAnswer {
  id: string;
  campaign: string;
  name: string;
  description: string;
  how: string;
  secret: boolean;
  state: 'held' | 'expired' | 'locked' | 'upcoming';
  tier: string | null;
  tiers: TierAnswer[];
  progress: Progress | null;
  art: string;
  award: string | null;
  awarded_at: string | null;
  expires_at: string | null;
  rarity_percent: number;
  sharing: Sharing | null;
}

/** A badge of a collection. Of a secret one that the member does not have, nothing is told. */
export interface PartAnswer {
  id: string | null;
  name: string;
  how: string;
  held: boolean;
  art: string | null;
}

export interface RewardAnswer {
  kind: 'points' | 'turns' | 'voucher';
  amount: number;
  game: string | null;
  name: string;
  art: string | null;
  units: number | null;
  left: number | null;
}

export interface CollectionAnswer {
  id: string;
  campaign: string;
  title: string;
  description: string;
  state: 'upcoming' | 'open' | 'claimable' | 'claimed' | 'gone' | 'paused' | 'missed' | 'ended';
  have: number;
  of: number;
  deadline: string;
  badges: PartAnswer[];
  reward: RewardAnswer;
  completed_at: string | null;
  claimed_at: string | null;
}
