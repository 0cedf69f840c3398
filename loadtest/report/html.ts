import type { RunResult } from '../result.ts';
import type { Sla } from '../sla.ts';
import { largest } from './largest.ts';
import { type Chart, escaped, lineChart, mostSeries, type Series } from './line-chart.ts';

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:900px;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0;font-size:13px;display:block;overflow-x:auto}td,th{border:1px solid #ccc;padding:2px 8px;text-align:left}
figure{margin:2rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}polyline{fill:none;stroke-width:1.5}
.grid{stroke:#e4e4e4}.limit{stroke:#a00;color:#a00;stroke-dasharray:6 4}.x,.y{font-size:11px;fill:#666}.x{text-anchor:middle}
.y{text-anchor:end;dominant-baseline:middle}.legend{margin:0;font-size:13px}`;

type Second = RunResult['seconds'][number];
const perSecond = (result: RunResult, name: string, of: (second: Second) => number): Series => ({
  name,
  points: result.seconds.map((second) => [second.second, of(second)] as const),
});

/** One series for each name that any of the samples has. */
function byName<S extends { readonly second: number }>(
  samples: readonly S[],
  valuesOf: (sample: S) => Readonly<Record<string, number>>,
): Series[] {
  const names = new Set(samples.flatMap((sample) => Object.keys(valuesOf(sample))));
  return [...names].sort().map((name) => ({
    name,
    points: samples.flatMap((sample) => {
      const value = valuesOf(sample)[name];
      return value === undefined ? [] : [[sample.second, value] as const];
    }),
  }));
}

/** Each failure is in one of them. */
const failuresOf = (result: RunResult): Series[] => [
  perSecond(result, '5xx', ({ serverErrors }) => serverErrors),
  perSecond(result, 'refused (429)', ({ refused }) => refused),
  perSecond(result, 'no answer', ({ unanswered }) => unanswered),
  perSecond(result, 'never sent', ({ unsent }) => unsent),
  perSecond(
    result,
    'other answers',
    ({ failed, serverErrors, refused, unanswered, unsent }) =>
      failed - serverErrors - refused - unanswered - unsent,
  ),
];

function chartsOf(result: RunResult, sla: Sla): Chart[] {
  const { containers, generator, lag } = result;
  const of = <T>(record: Readonly<Record<string, T>>, value: (entry: T) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(record).map(([name, entry]) => [name, value(entry)]));
  return [
    {
      title: 'Latency from when a request was due',
      unit: 'ms',
      series: [
        perSecond(result, 'P50', ({ p50Ms }) => p50Ms),
        perSecond(result, 'P95', ({ p95Ms }) => p95Ms),
        perSecond(result, 'P99', ({ p99Ms }) => p99Ms),
      ],
      limit: { name: 'P95 that is promised', y: sla.acceptance.p95Ms },
    },
    {
      title: 'Requests',
      unit: 'a second',
      series: [
        perSecond(result, 'due', ({ due }) => due),
        perSecond(result, 'succeeded', ({ succeeded }) => succeeded),
      ],
    },
    { title: 'Failures', unit: 'a second', series: failuresOf(result) },
    { title: 'Lag', unit: 'messages', series: byName(lag, ({ byService }) => byService) },
    {
      title: 'Processor by container, and of the load generator',
      unit: 'cores',
      series: [
        {
          name: 'load generator',
          points: generator.load.map(({ second, cores }) => [second, cores] as const),
        },
        ...largest(
          byName(containers, (sample) => of(sample.containers, ({ cores }) => cores)),
          mostSeries - 1,
        ),
      ],
    },
    {
      title: 'Memory by container',
      unit: 'MiB',
      series: largest(
        byName(containers, (sample) => of(sample.containers, ({ memoryBytes }) => memoryBytes / 2 ** 20)),
        mostSeries,
      ),
    },
  ];
}

/** The tables of the Markdown; its other lines as paragraphs. As much of Markdown as the summary has. */
function bodyOf(markdown: string): string {
  const inline = (text: string): string => escaped(text).replace(/\*\*(.+?)\*\*/g, '<b>$1</b>');
  const html: string[] = [];
  for (const block of markdown.trim().split('\n\n')) {
    const lines = block.split('\n');
    if (block.startsWith('# ')) html.push(`<h1>${inline(block.slice(2))}</h1>`);
    else if (block.startsWith('|')) {
      const rows = lines
        .filter((line) => !/^\|[\s|:-]+\|$/.test(line))
        .map((line) =>
          line
            .slice(1, -1)
            .split(/(?<!\\)\|/)
            .map((text) => `<td>${inline(text.trim())}</td>`)
            .join(''),
        );
      html.push(`<table>${rows.map((cells) => `<tr>${cells}</tr>`).join('')}</table>`);
    } else html.push(...lines.map((line) => `<p>${inline(line.replace(/^- /, '• '))}</p>`));
  }
  return html.join('\n');
}

/** A page that needs nothing but itself: the summary and charts. */
export const toHtml = (result: RunResult, sla: Sla, markdown: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Load test: ${escaped(result.scenario)}</title><style>${style}</style></head>
<body>${bodyOf(markdown)}
${chartsOf(result, sla).map(lineChart).join('\n')}
</body></html>
`;
