// A prize for unit tests.
import type { PrizeAnswer } from '../api/shapes';

export function prizeOf(changes: Partial<PrizeAnswer> = {}): PrizeAnswer {
  return {
    grant: 'grt_1',
    game: 'gam_w',
    campaign: 'cmp_spring',
    prize: 'prz_meal',
    kind: 'voucher',
    name: 'Dinner for two',
    art: 'meal',
    where: 'In every shop',
    conditions: '',
    state: 'won',
    won_at: '2026-12-01T04:00:00.000Z',
    since: '2026-12-01T04:00:00.000Z',
    use_by: '2026-12-31T04:00:00.000Z',
    claim_by: null,
    needs_address: true,
    how: 'Show it',
    organiser: 'Pine Lane',
    contact: 'Telephone 400',
    tax_note: '',
    note: null,
    used: null,
    points_back: null,
    ...changes,
  };
}

export function goodsOf(changes: Partial<PrizeAnswer> = {}): PrizeAnswer {
  return prizeOf({ kind: 'goods', use_by: null, claim_by: '2026-12-31T04:00:00.000Z', ...changes });
}
