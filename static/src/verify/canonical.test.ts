// @vitest-environment node
import { expect, it } from 'vitest';
import { canonical, canonicalWithout, NotCanonical } from './canonical';

it.each([
  [{ b: 1, a: [true, null, 'x'], '': {} }, '{"":{},"a":[true,null,"x"],"b":1}'],
  [{ B: 1, a: 2, A: 3 }, '{"A":3,"B":1,"a":2}'],
  ['\u0000\b\t\n\f\r\u001f"\\\u007f/é\u2028😀', '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\\u007f/é\u2028😀"'],
  [2 ** 53 - 1, '9007199254740991'],
  [-0, '0'],
  [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
])('%j is written in one way', (value, text) => {
  expect(canonical(value)).toBe(text);
});

it.each([[1.5], [2 ** 53], [Number.NaN], ['\ud800'], [{ é: 1 }], [undefined], [['a', { b: '\udfff!' }]]])(
  '%j has no canonical form',
  (value) => {
    expect(() => canonical(value)).toThrow(NotCanonical);
  },
);

it('does not follow lists without end', () => {
  let deep: unknown = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => canonical(deep)).toThrow(NotCanonical);
});

it('leaves one key out', () => {
  expect(canonicalWithout({ b: 1, seal: 2, a: 3 }, 'seal')).toBe('{"a":3,"b":1}');
  expect(() => canonicalWithout([1], 'seal')).toThrow(NotCanonical);
});
