// Whoever goes by keyboard stays where they were: what had the focus and is gone gives it to what it belonged to.
const LABELLED = '[aria-labelledby]';

/** Watch over a page's focus, for as long as the page is there. What lies over it in a dialog looks after its own. */
export function keepPlace(root: HTMLElement): void {
  let place: Place | null = null;
  root.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && !target.closest('dialog')) place = placeOf(target);
  });
  root.addEventListener('focusout', ({ target }) =>
    requestAnimationFrame(() => {
      const wasLeft = target === place?.last && place?.last.isConnected && !place.last.matches(':disabled');
      if (wasLeft && isNowhere() && !isUnderDialog(root)) place = null;
    }),
  );
  new MutationObserver(() => {
    if (place && isNowhere() && !isUnderDialog(root)) take(place);
  }).observe(root, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'open'],
  });
}

interface Place {
  last: HTMLElement;
  /** Ids of the headings over it, the nearest first. */
  headings: string[];
  /** Whether the focus was seen: who taps is not moved about. */
  isSeen: boolean;
}

function placeOf(last: HTMLElement): Place {
  const headings: string[] = [];
  for (let part = last.closest(LABELLED); part; part = part.parentElement?.closest(LABELLED) ?? null)
    headings.push(part.getAttribute('aria-labelledby') ?? '');
  return { last, headings, isSeen: last.matches(':focus-visible') };
}

function take({ last, headings, isSeen }: Place): void {
  if (last.isConnected && last.matches(':disabled')) return;
  const heading = headings.map((id) => document.getElementById(id)).find((found) => found !== null);
  const next = last.isConnected ? last : (heading ?? document.querySelector<HTMLElement>('h1'));
  if (next && next !== last) next.tabIndex = -1;
  next?.focus({ preventScroll: !isSeen });
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function isUnderDialog(root: HTMLElement): boolean {
  return root.querySelector('dialog[open]') !== null;
}
