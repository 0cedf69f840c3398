import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { MetricSeries } from '#contracts/http/console.ts';
import { type FaultTime, useFaultTimes } from '../agent.ts';
import { faultsWithin, markOf, type TimeWindow } from './fault-marks.ts';

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

/** Up to now: where values are missing, nothing is drawn, and faults are marked all the same. */
const windowOf = (minutes: number): TimeWindow => {
  const toMs = Date.now();
  return { fromMs: toMs - minutes * 60_000, toMs };
};

/** All of that time, until a part of it is dragged over. */
const timeRange =
  (minutes: number): UPlot.Range.Function =>
  ({ data: [times] }, from, to) => {
    if (from > (times[0] ?? from) || to < (times.at(-1) ?? to)) return [from, to];
    const { fromMs, toMs } = windowOf(minutes);
    return [fromMs / 1_000, toMs / 1_000];
  };

/** Marks the times of faults behind the lines. */
const faultMarks = (faults: readonly FaultTime[]): UPlot.Plugin => ({
  hooks: {
    drawClear: ({ ctx, bbox, scales, valToPos }) => {
      ctx.save();
      ctx.fillStyle = 'rgba(224, 49, 49, 0.18)';
      const shown = { fromMs: (scales.x?.min ?? 0) * 1_000, toMs: (scales.x?.max ?? 0) * 1_000 };
      for (const { fromMs, toMs } of faultsWithin(faults, shown)) {
        const ends = [fromMs, toMs ?? shown.toMs].map((ms) => valToPos(ms / 1_000, 'x', true));
        const { left, width } = markOf(ends as [number, number], bbox, UPlot.pxRatio);
        ctx.fillRect(left, bbox.top, width, bbox.height);
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
  minutes,
  format,
}: {
  readonly title: string;
  readonly series: readonly MetricSeries[];
  /** How far back it goes. */
  readonly minutes: number;
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
        scales: { x: { range: timeRange(minutes) } },
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
  }, [series, scheme, faults, minutes, format]);

  const latest = series.map((one) => {
    const value = one.points.at(-1)?.[1];
    return `${seriesName(one)} ${value === null || value === undefined ? 'unknown' : format(value)}`;
  });
  const seen = faultsWithin(faults, windowOf(minutes)).map(({ title: name }) => name);
  const marked = seen.length > 0 ? `; faults: ${seen.join(', ')}` : '';
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
