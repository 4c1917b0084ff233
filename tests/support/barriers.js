// Laws of our own on what is in somebody's way. Gives a sentence for each place that breaks one.
(least) => {
  const ROUNDING_PX = 0.5;
  const AIMED_AT = 'button, select, summary, input, textarea, [role=button], [role=switch], [role=tab], a[href]';

  // The page as the eye has it: what is inside of custom elements belongs to it.
  function* walk(root) {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* walk(element.shadowRoot);
    }
  }

  // A tick is as large as the label that ticks it; a field is as large as itself.
  const shortSide = (element) => Math.min(element.getBoundingClientRect().width, element.getBoundingClientRect().height);
  const box = (element) => {
    const label = element.closest('label') ?? element.labels?.[0];
    return (label && shortSide(label) > shortSide(element) ? label : element).getBoundingClientRect();
  };
  const name = (element) => (element.ariaLabel || element.innerText || element.id || '').trim().slice(0, 40);
  const isHidden = (element) =>
    !element.checkVisibility({ visibilityProperty: true }) || element.closest('[aria-hidden=true], [inert]');
  // A link within a sentence may be as small as its text (WCAG 2.5.8).
  const isInline = (element) => element.matches('a') && getComputedStyle(element).display === 'inline';
  // What is shown to screen readers only is one pixel wide.
  const isSmall = ({ width, height }) => width > 1 && Math.min(width, height) < least - ROUNDING_PX;

  const found = [];
  for (const element of walk(document)) {
    if (!element.matches(AIMED_AT) || isHidden(element) || isInline(element) || !isSmall(box(element))) continue;
    const { width, height } = box(element);
    const size = `${Math.round(width)} × ${Math.round(height)} px`;
    found.push(`${element.localName} “${name(element)}” is ${size}, less than ${least}`);
  }
  // A word of a few letters fits into any line, so one that is cut in two has not been given its place.
  const WORD = /(?<![\w.@/:-])\p{Script=Latin}{2,12}(?![\w.@/:-])/gu;
  const span = document.createRange();
  const isTorn = (text, { index, 0: word }) => {
    span.setStart(text, index);
    span.setEnd(text, index + word.length);
    return new Set([...span.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  };
  for (const element of [document.body, ...walk(document.body)]) {
    if (element.matches('code, script, style, svg *') || isHidden(element)) continue;
    for (const text of element.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE) continue;
      const torn = [...text.data.matchAll(WORD)].find((word) => isTorn(text, word));
      if (torn) found.push(`the word “${torn[0]}” is torn in two`);
    }
  }
  // Chinese may be broken anywhere, but not so that one character is left for the last line, if lines are not short.
  const SHORT = 0.3;
  const LEFT_OVER = /\p{Script=Han}(\p{Script=Han}\p{P}{0,2}\s*)$/u;
  const boxOf = (text, from, to) => {
    span.setStart(text, from);
    span.setEnd(text, to);
    return span.getBoundingClientRect();
  };
  const around = (element) => element.parentElement ?? element.getRootNode().host;
  const blockOf = (element) => (getComputedStyle(element).display === 'inline' ? blockOf(around(element)) : element);
  const isLeftAlone = (text, { index, 1: left }) => {
    const block = blockOf(around(text));
    const { paddingLeft, paddingRight } = getComputedStyle(block);
    const line = block.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const [before, rest] = [boxOf(text, index, index + 1), boxOf(text, index + 1, index + 1 + left.trimEnd().length)];
    return (
      rest.top > before.top + before.height / 2 &&
      rest.width < line * SHORT &&
      block.innerText.trimEnd().endsWith(text.data.trimEnd())
    );
  };
  for (const element of walk(document.body)) {
    if (element.matches('script, style, svg *') || isHidden(element)) continue;
    for (const text of element.childNodes) {
      const left = text.nodeType === Node.TEXT_NODE && LEFT_OVER.exec(text.data);
      if (!left || !isLeftAlone(text, left)) continue;
      found.push(`“${left[1].trimEnd()}” is left alone in the last line of “${text.data.trim().slice(0, 40)}”`);
    }
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page scrolls sideways by ${scrollWidth - clientWidth} px`);
  return found;
}
