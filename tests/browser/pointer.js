// What the pointer of a wheel really points at: the element that is drawn under its tip, and what is written there.
(wheel) => {
  const root = wheel.shadowRoot;
  const body = root.querySelector('.pointer-body');
  const tip = new DOMPoint(0, 50).matrixTransform(body.getScreenCTM());
  const slice = root.elementFromPoint(tip.x, tip.y)?.closest('.slice');
  if (!slice) return null;
  const { slot, prize } = slice.dataset;
  const face = root.querySelector(`.face[data-slot="${slot}"]`);
  const text = face.querySelector('text').getBoundingClientRect();
  const under = root.elementFromPoint(text.x + text.width / 2, text.y + text.height / 2);
  return {
    slot,
    prize,
    name: face.querySelector('title').textContent,
    label: [...face.querySelectorAll('tspan, text:not(:has(tspan))')]
      .map((line) => line.textContent)
      .join(' '),
    labelLiesOn: under?.dataset?.slot,
    prizeOfLabel: face.dataset.prize,
    said: root.querySelector('[role=img]').getAttribute('aria-label'),
  };
};
