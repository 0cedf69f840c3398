import { expect, test } from 'vitest';
import { lineChart, stepFor } from './line-chart.ts';

test('axes go in steps that people count in', () => {
  expect([1, 7, 130, 999, 4_000].map(stepFor)).toEqual([0.5, 2, 50, 500, 1_000]);
});

test('a chart draws each series from left to right, and the limit across', () => {
  const svg = lineChart({
    title: 'Latency <all>',
    unit: 'ms',
    series: [
      {
        name: 'P50',
        points: [
          [0, 10],
          [1, 20],
          [2, 10],
        ],
      },
      {
        name: 'P95',
        points: [
          [0, 30],
          [2, 40],
        ],
      },
    ],
    limit: { name: 'promised', y: 80 },
  });
  const lines = [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );
  expect(lines.map((points) => points.length)).toEqual([3, 2]);
  const [first = [], second = []] = lines;
  // Upwards is smaller in SVG.
  expect(first[1]?.[1]).toBeLessThan(first[0]?.[1] ?? 0);
  expect(second[1]?.[0]).toBe(848);
  expect(svg).toContain('class="limit"');
  expect(svg).toContain('Latency &#60;all&#62;');
});
