// The mark of a tone, drawn, since not every font has such signs.
import { html, svg } from 'lit';
import type { Tone } from './telling';

const MARKS = {
  good: svg`<path d="m7 12.500 3.500 3.500L17 9"/>`,
  early: svg`<path d="M12 7v5.500l3 2"/>`,
  doubt: svg`<path d="M12 6.5v7m0 3.500v.100"/>`,
  bad: svg`<path d="m8.500 8.500 7 7m0-7-7 7"/>`,
  none: svg`<path d="M8 12h8"/>`,
};

/** The mark of a tone, beside a sentence that says the same. */
export const markOf = (tone: Tone) => html`
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="12" r="11" fill="currentcolor" />
    <g fill="none" stroke="var(--tone-ground)" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">
      ${MARKS[tone]}
    </g>
  </svg>
`;
