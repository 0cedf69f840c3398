import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploymentTag } from '../deploy/annotation.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { dashboardExpressions } from '../telemetry/expressions.ts';
import { buildDashboard } from './dashboard.ts';
import { dashboardFiles, dashboards } from './dashboards.ts';
import { datasources } from './panels.ts';

it('the files are those that are generated now: ./coffee sync', async () => {
  const files = dashboardFiles();
  const folder = 'observability/grafana/dashboards';
  const there = (await readdir(join(repositoryRoot, folder))).map((name) => `${folder}/${name}`);
  expect(there.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [path, content] of files)
    expect(await readFile(join(repositoryRoot, path), 'utf8'), path).toBe(content);
});

it('every file is mounted into Grafana', async () => {
  const compose = await readFile(join(repositoryRoot, 'compose.yaml'), 'utf8');
  for (const path of dashboardFiles().keys()) expect(compose).toContain(`"./${path}:/etc/go-coffee/grafana/`);
});

describe.each(dashboards)('$title', (description) => {
  const json = buildDashboard(description);

  it('has panels with titles of their own, each with something to ask', () => {
    const panels = (json.panels ?? []).filter(({ type }) => type !== 'row') as {
      title: string;
      targets?: unknown[];
    }[];
    expect(panels.length).toBeGreaterThan(2);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { title, targets } of panels) expect(targets?.length, title).toBeGreaterThan(0);
  });

  // Guard: whoever looks at a figure that has changed sees what was deployed then, and which alerts fired.
  it('marks deployments and firing alerts', () => {
    expect(json.annotations.list).toEqual([
      expect.objectContaining({
        name: 'Deployments',
        enable: true,
        datasource: { type: 'grafana', uid: '-- Grafana --' },
        target: expect.objectContaining({ type: 'tags', tags: [deploymentTag], matchAny: true }),
      }),
      expect.objectContaining({
        name: 'Firing alerts',
        enable: true,
        datasource: datasources.prometheus,
        target: expect.objectContaining({ expr: expect.stringContaining('ALERTS{alertstate="firing"}') }),
        tagKeys: 'severity',
      }),
    ]);
  });

  // Guard: an annotation's expression is asked by ./coffee telemetry check like all others, and may find nothing.
  it('has the expression of its annotations checked', () => {
    const marks = dashboardExpressions(json).filter(({ of }) => of.includes(': annotations '));
    expect(marks).toEqual([expect.objectContaining({ language: 'promql', expectData: false })]);
    expect(marks[0]?.text).toContain('ALERTS');
  });

  // Guard: rates and percentiles count every request, sampled or not (docs/adr/0033).
  it('reads what is made of spans for topology and exemplars only', () => {
    const ofSpans = dashboardExpressions(json).filter(
      ({ language, text }) => language === 'promql' && /traces_/.test(text),
    );
    expect(ofSpans.map(({ of }) => of)).toEqual(
      description.uid === 'order-journey' ? ['Order journey: Requests that were traced, by duration'] : [],
    );
  });
});
