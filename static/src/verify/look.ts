// The looks that the elements of the check share. Only the tokens of the page come in from outside.
import { css } from 'lit';

export const look = css`
  :host {
    display: block;
    overflow-wrap: anywhere;
    --bad: #a3121a;
    --bad-ground: #fdebea;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --bad: #ffa39c;
      --bad-ground: #431613;
    }
  }
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 3px solid #ffffff;
    outline-offset: 2px;
    box-shadow: 0 0 0 6px #14181f;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  button {
    min-block-size: var(--target);
    padding: 0.5rem 1.25rem;
    border: 1px solid var(--line);
    border-radius: 999px;
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  button.first {
    border-color: transparent;
    background: var(--brand);
    color: var(--brand-ink);
  }
  summary {
    min-block-size: var(--target);
    display: flex;
    align-items: center;
    gap: 0.75rem;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: "";
    flex: none;
    inline-size: 0.5rem;
    block-size: 0.5rem;
    margin-inline: 0.2rem;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    transform: rotate(45deg) translate(-2px, -2px);
  }
  details[open] > summary::before {
    transform: rotate(225deg);
  }
  code {
    font: 0.8125rem / 1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
    overflow-wrap: anywhere;
  }
  .soft {
    color: var(--ink-soft);
  }
  .told {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.35rem 0.9rem;
    align-items: center;
    padding: min(1.25rem, 5vw);
    border-radius: var(--radius);
    background: var(--tone-ground);
    color: var(--tone);
  }
  .told > p:not(.sentence) {
    grid-column: -2;
  }
  @media (max-width: 16rem) {
    .told {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  .mark {
    inline-size: 2.25rem;
    block-size: 2.25rem;
  }
  .good,
  .early {
    --tone: var(--good);
    --tone-ground: var(--good-ground);
  }
  .doubt {
    --tone: var(--warn);
    --tone-ground: var(--warn-ground);
  }
  .bad {
    --tone: var(--bad);
    --tone-ground: var(--bad-ground);
  }
  .none {
    --tone: var(--ink);
    --tone-ground: var(--surface-2);
  }
`;
