import { describe, expect, it } from 'vitest';
import type { PrizeAnswer } from '../api/shapes';
import './engage-about';
import type { EngageAbout } from './engage-about';
import { prizeOf } from './prize.fixture';

async function linksOf(prize: PrizeAnswer): Promise<string[]> {
  const about = document.createElement('engage-about') as EngageAbout;
  about.prize = prize;
  document.body.append(about);
  await about.updateComplete;
  return [...about.querySelectorAll('.about-links a')].map((link) => link.getAttribute('href') ?? '');
}

describe('the links of a prize', () => {
  it('lead to the game that it was won in, and to the rules of that', async () => {
    expect(await linksOf(prizeOf())).toEqual(['/g/gam_w/rules', '/g/gam_w']);
  });

  it('lead to the rules of its campaign where there is no game', async () => {
    for (const game of ['itm_meal', 'tsk_meal', 'col_year'])
      expect(await linksOf(prizeOf({ game }))).toEqual(['/c/cmp_spring/rules']);
  });
});
