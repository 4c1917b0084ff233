// How the page `/verify` lies, and its one drawing.
import { css, html, svg } from 'lit';

export const layout = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.5rem;
  }
  .take {
    display: grid;
    gap: 0.75rem;
    justify-items: center;
    padding: 1.5rem clamp(1rem, 4vw, 2rem);
    border: 2px dashed var(--line);
    border-radius: calc(var(--radius) * 1.5);
    background: var(--surface);
    text-align: center;
  }
  .take.over {
    border-color: var(--brand);
    border-style: solid;
  }
  .take svg {
    inline-size: 6.5rem;
    block-size: 6.5rem;
  }
  .take button {
    min-inline-size: min(100%, 18rem);
  }
  .take details {
    inline-size: 100%;
    text-align: start;
  }
  .take summary {
    justify-content: center;
  }
  .more {
    border-block: 1px solid var(--line);
  }
  .fields {
    display: grid;
    gap: 1.25rem;
    justify-items: start;
    padding-block: 0.5rem 1.25rem;
  }
  .field {
    display: grid;
    gap: 0.35rem;
    inline-size: 100%;
  }
  label,
  .label {
    font-weight: 600;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: center;
    overflow-wrap: anywhere;
  }
  textarea,
  #key {
    inline-size: 100%;
    min-block-size: var(--target);
    padding: 0.6rem 0.8rem;
    border: 1.5px solid var(--ink-soft);
    border-radius: 0.75rem;
    background: var(--surface);
    color: var(--ink);
    font: 1rem / 1.4 ui-monospace, Menlo, Consolas, monospace;
  }
  textarea {
    block-size: 7rem;
    resize: vertical;
  }
  .trouble {
    display: grid;
    gap: 0.25rem;
    padding: 1rem 1.25rem;
    border-radius: var(--radius);
    background: var(--tone-ground);
    color: var(--tone);
  }
  .busy {
    display: grid;
    gap: 0.75rem;
    justify-items: start;
  }
  progress {
    inline-size: 100%;
    block-size: 0.75rem;
    accent-color: var(--brand);
  }
`;

/** A sealed paper: what is checked was written and sealed before. */
export const sealedPaper = html`
  <svg viewBox="0 0 120 120" aria-hidden="true">
    ${svg`
      <path d="M28 14h46l20 20v72a6 6 0 0 1-6 6H28a6 6 0 0 1-6-6V20a6 6 0 0 1 6-6Z" fill="var(--surface-2)" stroke="var(--line)" stroke-width="2"/>
      <path d="M74 14v14a6 6 0 0 0 6 6h14" fill="var(--ground)" stroke="var(--line)" stroke-width="2"/>
      <path d="M36 46h44M36 58h44M36 70h24" fill="none" stroke="var(--ink-soft)" stroke-width="3" stroke-linecap="round" opacity=".5"/>
      <path d="m76 96-8 20 12-5 5 9 7-20Z" fill="var(--brand)" opacity=".7"/>
      <path d="m92 96 8 20-12-5-5 9-4-20Z" fill="var(--brand)" opacity=".85"/>
      <path d="m84 66 5 4 6-1 3 6 6 2v6l4 5-4 5v6l-6 2-3 6-6-1-5 4-5-4-6 1-3-6-6-2v-6l-4-5 4-5v-6l6-2 3-6 6 1Z" fill="var(--brand)"/>
      <path d="m75 88 6.500 6.500L93 82" fill="none" stroke="var(--brand-ink)" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>
    `}
  </svg>
`;
