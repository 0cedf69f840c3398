import { expect, it } from 'vitest';
import { selectorsIn, selectorText } from './selectors.ts';

// As Prometheus 3.5.3 answers `/api/v1/parse_query?query=sum(rate(up{a="b"}[5m])) / scalar(down) > 0`, shortened.
const named = (value: string) => ({ name: '__name__', type: '=', value });
const tree = {
  type: 'binaryExpr',
  op: '>',
  lhs: {
    type: 'binaryExpr',
    op: '/',
    lhs: {
      type: 'aggregation',
      op: 'sum',
      grouping: [],
      param: null,
      expr: {
        type: 'call',
        func: { name: 'rate', argTypes: ['matrix'], returnType: 'vector', variadic: 0 },
        args: [
          {
            type: 'matrixSelector',
            name: 'up',
            range: 300_000,
            matchers: [{ name: 'a', type: '=~', value: 'b|"c"' }, named('up')],
          },
        ],
      },
    },
    rhs: { type: 'call', args: [{ type: 'vectorSelector', name: 'down', matchers: [named('down')] }] },
  },
  rhs: { type: 'numberLiteral', val: '0' },
};

it('finds the selectors of an expression, however deep', () => {
  expect(selectorsIn(tree)).toEqual([
    { metric: 'up', matchers: [{ name: 'a', type: '=~', value: 'b|"c"' }] },
    { metric: 'down', matchers: [] },
  ]);
});

it('finds one that goes by labels alone', () => {
  const [selector] = selectorsIn({
    type: 'vectorSelector',
    matchers: [{ name: 'a', type: '=', value: 'b' }],
  });
  expect(selector && selectorText(selector)).toBe('{a="b"}');
});

it('writes them as PromQL does', () => {
  expect(selectorsIn(tree).map(selectorText)).toEqual(['up{a=~"b|\\"c\\""}', 'down']);
});

// Guard: a newer Prometheus that says it in another way is no alert without selectors.
it('refuses a selector that it does not understand', () => {
  expect(() => selectorsIn({ type: 'vectorSelector', labels: [] })).toThrow();
});
