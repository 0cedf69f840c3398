import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';
import { type Backends, type Language, QueryError } from './backends.ts';
import type { Row } from './rows.ts';
import type { OptionalPart } from './schema.ts';

/** A question that somebody will ask a backend: a panel of a dashboard, or its annotations. */
export interface Expression {
  /** Of whom it is: `Service Overview: Requests`. */
  readonly of: string;
  readonly language: Language;
  readonly text: string;
  /** Whether it finds something while all is well. */
  readonly expectData: boolean;
}

/** In the title of a panel that shows something only when something is wrong. */
export const quietMark = 'quiet when all is well';

const target = z.object({ expr: z.string().optional(), query: z.string().optional() });
const panel = z.object({
  title: z.string().default(''),
  description: z.string().default(''),
  datasource: z.object({ type: z.string() }).optional(),
  targets: z.array(target.loose()).default([]),
});
const annotation = z.object({
  name: z.string(),
  datasource: z.object({ type: z.string() }).optional(),
  target: target.loose().optional(),
});
const dashboard = z.object({
  title: z.string(),
  annotations: z.object({ list: z.array(annotation).default([]) }).optional(),
  panels: z.array(z.object({ panels: z.array(panel).optional() }).and(panel)).default([]),
});

const languages: Readonly<Record<string, Language>> = {
  prometheus: 'promql',
  loki: 'logql',
  tempo: 'traceql',
};

/** Who is asked in a language, where it may be absent. */
const askedOf: Readonly<Partial<Record<Language, OptionalPart>>> = { logql: 'loki', traceql: 'tempo' };

/** Grafana's own variables, as it would fill them in for the last quarter of an hour. */
function filledIn(text: string): string {
  return text
    .replaceAll(/\$__(rate_)?interval|\$\{__(rate_)?interval\}/g, '1m')
    .replaceAll(/\$__range|\$\{__range\}/g, '15m')
    .replaceAll(/\$\{?service(:regex)?\}?/g, '.+');
}

export const dashboardsFolder = join(repositoryRoot, 'observability/grafana/dashboards');

/** All of one dashboard's generated JSON. Annotations mark what does not happen all the time: they may find nothing. */
export function dashboardExpressions(json: unknown): Expression[] {
  const { title, panels, annotations } = dashboard.parse(json);
  const marks = (annotations?.list ?? []).flatMap(({ name, datasource, target: asked }) => {
    const language = languages[datasource?.type ?? ''];
    const text = asked?.expr ?? asked?.query;
    if (!language || text === undefined) return [];
    return [{ of: `${title}: annotations ${name}`, language, text: filledIn(text), expectData: false }];
  });
  const drawn = panels
    .flatMap((one) => [one, ...(one.panels ?? [])])
    .flatMap((one) =>
      one.targets.flatMap(({ expr, query }) => {
        const language = languages[one.datasource?.type ?? ''];
        const text = expr ?? query;
        if (!language || text === undefined) return [];
        const expectData = !one.description.includes(quietMark);
        return [{ of: `${title}: ${one.title}`, language, text: filledIn(text), expectData }];
      }),
    );
  return [...drawn, ...marks];
}

/** Those of all dashboards. */
export async function readExpressions(): Promise<Expression[]> {
  const files = (await readdir(dashboardsFolder)).filter((name) => name.endsWith('.json')).sort();
  const dashboards = await Promise.all(
    files.map(async (name) =>
      dashboardExpressions(JSON.parse(await readFile(join(dashboardsFolder, name), 'utf8'))),
    ),
  );
  return dashboards.flat();
}

/** Each as a row: it must be understood, and find data unless it is quiet while all is well. */
export function expressionRows(expressions: readonly Expression[], backends: Backends): Row[] {
  return expressions.map(({ of, language, text, expectData }) => ({
    what: of,
    ...(askedOf[language] ? { part: askedOf[language] } : {}),
    ask: async () => {
      try {
        const count = await backends.count(language, text);
        return expectData && count === 0 ? `no data for ${text}` : undefined;
      } catch (error) {
        if (error instanceof QueryError) return `${error.message} (${text})`;
        throw error;
      }
    },
  }));
}
