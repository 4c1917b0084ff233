import { expect, test } from 'vitest';
import { Refusal } from '../api/refusal';
import { refusalInWords } from './refusals';

test('a limit of a day is told from one for good, after the tap as before it', () => {
  const said = ['day', 'member'].map((reason) =>
    refusalInWords(new Refusal(409, 'limit_reached', '', { reason })),
  );
  expect(said).toEqual([
    'No more today. Tomorrow there is another day.',
    'You have had as many as one may have.',
  ]);
});
