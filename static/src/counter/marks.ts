// Yes and no, drawn.
import { html } from 'lit';

export const CROSS = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <circle cx="12" cy="12" r="10"></circle><path d="m8.500 8.500 7 7m0-7-7 7"></path>
</svg>`;
export const TICK = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <circle cx="12" cy="12" r="10"></circle><path d="m7.500 12.300 3 3 6-6.500"></path>
</svg>`;
export const BACK = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <circle cx="12" cy="12" r="10"></circle><path d="M8 10.500h5.500a3 3 0 0 1 0 6H11M10.500 8 8 10.500l2.500 2.500"></path>
</svg>`;
