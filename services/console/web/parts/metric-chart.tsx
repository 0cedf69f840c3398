import { Paper } from '@mantine/core';
import type { MetricSeries } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { useAnswer } from '../use-answer.ts';
import { Answered } from './answered.tsx';
import { Chart } from './chart.tsx';

export const plain = (value: number): string =>
  Math.abs(value) >= 1_000
    ? value.toLocaleString(undefined, { maximumFractionDigits: 0 })
    : Number(value.toPrecision(3)).toString();

const everyMs = 10_000;

/** An expression over the last minutes. */
export function MetricChart({
  title,
  expression,
  minutes,
  format = plain,
}: {
  readonly title: string;
  readonly expression: string;
  readonly minutes: number;
  readonly format?: (value: number) => string;
}) {
  const answer = useAnswer<{ series: MetricSeries[] }>(
    consolePath('metrics', { expression, minutes }),
    everyMs,
  );
  return (
    <Paper withBorder p="sm">
      <Answered answer={answer} what={title}>
        {({ series }) => <Chart title={title} series={series} minutes={minutes} format={format} />}
      </Answered>
    </Paper>
  );
}
