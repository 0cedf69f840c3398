import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { MetricSeries } from '#contracts/http/console.ts';
import { type FaultTime, useFaultTimes } from '../agent.ts';

const strokes = {
  light: ['#9c36b5', '#d9480f', '#1864ab', '#2b8a3e', '#862e9c', '#c92a2a', '#0b7285', '#5f3dc4'],
  dark: ['#e599f7', '#ffa94d', '#74c0fc', '#8ce99a', '#eebefa', '#ff8787', '#66d9e8', '#b197fc'],
};

export const seriesName = ({ labels }: MetricSeries): string => {
  const { __name__: name, ...rest } = labels;
  const values = Object.values(rest).join(' ');
  return values === '' ? (name ?? 'value') : values;
};

/** uPlot's table: the times, and a column for each series. */
function columnsOf(series: readonly MetricSeries[]): UPlot.AlignedData {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const columns = series.map(({ points }) => {
    const values = new Map(points);
    return times.map((at) => values.get(at) ?? null);
  });
  return [times.map((at) => at / 1_000), ...columns];
}

/** Marks the times of faults behind the lines. */
const faultMarks = (faults: readonly FaultTime[]): UPlot.Plugin => ({
  hooks: {
    drawClear: ({ ctx, bbox, valToPos }) => {
      ctx.save();
      ctx.fillStyle = 'rgba(224, 49, 49, 0.18)';
      for (const { fromMs, toMs } of faults) {
        const left = Math.max(bbox.left, valToPos(fromMs / 1_000, 'x', true));
        const right = Math.min(bbox.left + bbox.width, valToPos((toMs ?? Date.now()) / 1_000, 'x', true));
        if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
      }
      ctx.restore();
    },
  },
});

const height = 220;

/** Series over time, with the times at which something was broken on purpose. */
export function Chart({
  title,
  series,
  format,
}: {
  readonly title: string;
  readonly series: readonly MetricSeries[];
  readonly format: (value: number) => string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const faults = useFaultTimes();

  useEffect(() => {
    const element = place.current;
    if (!element || series.length === 0) return;
    const text = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const lines = scheme === 'dark' ? '#3b3b3b' : '#dee2e6';
    const axis = { stroke: text, grid: { stroke: lines }, ticks: { stroke: lines } };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height,
        plugins: [faultMarks(faults)],
        axes: [axis, { ...axis, size: 70, values: (_, values) => values.map(format) }],
        series: [
          {},
          ...series.map((one, index) => ({
            label: seriesName(one),
            stroke: strokes[scheme][index % strokes[scheme].length] as string,
            width: 1.5,
            points: { show: false },
            value: (_: UPlot, value: number | null) => (value === null ? '–' : format(value)),
          })),
        ],
      },
      columnsOf(series),
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [series, scheme, faults, format]);

  const latest = series.map((one) => {
    const value = one.points.at(-1)?.[1];
    return `${seriesName(one)} ${value === null || value === undefined ? 'unknown' : format(value)}`;
  });
  const marked = faults.length > 0 ? `; faults: ${faults.map(({ title: name }) => name).join(', ')}` : '';
  return (
    <figure style={{ margin: 0 }}>
      <figcaption>{title}</figcaption>
      {series.length === 0 ? (
        <p>There are no values in this time.</p>
      ) : (
        <div ref={place} role="img" aria-label={`${title}, now: ${latest.join(', ')}${marked}`} />
      )}
    </figure>
  );
}
