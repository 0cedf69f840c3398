import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../../docker/repository.ts';
import { cell, code, page, table } from './markdown.ts';

const metric = z.object({
  name: z.string(),
  unit: z.string(),
  type: z.string(),
  sometimes: z.boolean().default(false),
  attributes: z.array(z.string()).default([]),
});
const metrics = z.object({ metrics: z.array(metric).default([]) });
const schema = z.object({
  'every service': metrics,
  services: z.record(z.string(), metrics),
  edges: z.array(z.object({ from: z.string(), to: z.string(), sometimes: z.boolean().default(false) })),
  infrastructure: z.array(z.object({ what: z.string(), expression: z.string() })),
});

const row = ({ name, unit, type, sometimes, attributes }: z.infer<typeof metric>): string[] => [
  code(name),
  type,
  code(unit),
  attributes.map(code).join(', '),
  sometimes ? 'when it happens' : 'always',
];
const head = ['metric', 'kind', 'unit', 'attributes', 'there'];

/** What the services and the infrastructure tell of themselves, of the telemetry's schema. */
export function metricsReference(): string {
  const text = readFileSync(join(repositoryRoot, 'observability/telemetry-schema.yaml'), 'utf8');
  const known = schema.parse(parse(text));
  const own = Object.entries(known.services).map(
    ([service, { metrics }]) => `## ${service}\n\n${table(head, metrics.map(row))}`,
  );
  const edges = known.edges.map(({ from, to, sometimes }) => [
    from,
    to,
    sometimes ? 'when it happens' : 'always',
  ]);
  return page(
    'Metrics and edges',
    'observability/telemetry-schema.yaml',
    '`./coffee telemetry check` holds the running stack against this, both ways. Prometheus writes names with underscores, units and `_total` behind: `orders.accepted` is `orders_accepted_total`.',
    `## Every service\n\n${table(head, known['every service'].metrics.map(row))}`,
    ...own,
    `## Who calls whom\n\n${table(['from', 'to', 'there'], edges)}`,
    `## Infrastructure\n\nOne series each stands for the way it comes.\n\n${table(
      ['what', 'expression'],
      known.infrastructure.map(({ what, expression }) => [cell(what), code(expression)]),
    )}`,
  );
}
