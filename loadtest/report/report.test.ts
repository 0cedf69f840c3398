import { expect, test } from 'vitest';
import { sampleResult, sampleSla } from '../sample-result.ts';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';

const before = {
  ...{
    date: '2026-11-24T22:00:00Z',
    commit: 'before',
    scenario: 'sla',
    through: 'edge',
    rate: 1_010,
    seconds: 60,
  },
  passed: false,
  figures: { acceptedPerSecond: 1_010, p50Ms: 8, p95Ms: 10, p99Ms: 40, processedP95Ms: 90 },
};

test('the summary says whether it held, under what circumstances, and how it was before', () => {
  const markdown = toMarkdown(sampleResult(), sampleSla, ['steady: too slow'], before);
  for (const part of [
    'FAILED',
    'broken:** steady: too slow',
    'a machine',
    '| TLS | on |',
    'As multiples of before of 2026-11-24, which did not pass',
    'p95Ms: 2.00',
    'seed 7',
    '| load generator | P95 2.0 ms late with sending; 0.4 cores at most |',
  ])
    expect(markdown).toContain(part);
  const first = toMarkdown(sampleResult(), sampleSla, [], undefined);
  expect(first).toContain('**Passed.**');
  expect(first).toContain('no earlier run is kept');
});

test('the largest step that held is the knee only when another one did not', () => {
  const result = { ...sampleResult(), steps: true };
  const knee = (p95Ms: number) => {
    const [step] = result.phases.filter(({ warmUp }) => !warmUp);
    const phases = step ? [step, { ...step, p95Ms }] : [];
    return toMarkdown({ ...result, phases }, sampleSla, [], undefined).match(/Knee: .*/)?.[0];
  };
  expect(knee(9_999)).toBe('Knee: 1010/s.');
  expect(knee(20)).toBe('Knee: 1010/s or more: every step held, begin with a higher --rate.');
});

const failures = ['5xx', 'refused (429)', 'no answer', 'never sent', 'other answers'];

test('a chart has no more lines than there are colours', () => {
  const names = Array.from({ length: 20 }, (_, index) => `container-${index}`);
  const containers = [
    { second: 1, containers: Object.fromEntries(names.map((name) => [name, { cores: 1, memoryBytes: 1 }])) },
  ];
  const charts = toHtml(sampleResult({ containers }), sampleSla, '').split('<figure>').slice(-2);
  expect(charts.map((chart) => chart.match(/<polyline/g)?.length)).toEqual([8, 8]);
  expect(charts.map((chart) => chart.match(/others \(\d+\)/)?.[0])).toEqual(['others (14)', 'others (13)']);
});

test('the page needs nothing from anywhere', () => {
  const page = toHtml(sampleResult(), sampleSla, toMarkdown(sampleResult(), sampleSla, [], before));
  expect(page).not.toMatch(/src=|href=|url\(|@import/);
  expect([...page.matchAll(/<svg/g)]).toHaveLength(6);
  for (const name of ['consumer', 'streams', 'producer', 'P99', 'load generator', ...failures])
    expect(page).toContain(`</span> ${name}`);
});
