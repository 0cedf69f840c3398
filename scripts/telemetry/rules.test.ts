import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from '../docker/repository.ts';
import { isAlert, readRules } from './rules.ts';

const rules = await readRules();
const alerts = rules.filter(isAlert);
const names = alerts.map(({ alert }) => alert);
const runbooks = 'observability/runbooks';

async function testedNames(): Promise<string[]> {
  const folder = join(repositoryRoot, 'observability/prometheus/tests');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) =>
    (parse(text) as { tests: { name: string }[] }).tests.map(({ name }) => name),
  );
}

it('finds the alerts, each once', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
});

// Guard: nobody is woken by an alert that says neither how urgent it is nor what to do.
describe.each(alerts)('$alert', ({ alert, labels, annotations }) => {
  it('says how urgent it is, whose, what is wrong and what to do', () => {
    expect(['page', 'ticket', 'info']).toContain(labels.severity);
    expect(['orders', 'payments', 'platform', 'security']).toContain(labels.team);
    expect(annotations.summary).toMatch(/\S/);
    expect(annotations.description).toMatch(/\S/);
    expect(annotations.runbook).toBe(`${runbooks}/${alert}.md`);
  });

  it('has a runbook that says what it means, how to see it and what to do', async () => {
    const text = await readFile(join(repositoryRoot, runbooks, `${alert}.md`), 'utf8');
    expect(text).toMatch(new RegExp(`^# ${alert}\\n`));
    for (const part of ['What it means', 'How to see', 'What to do']) expect(text).toContain(`**${part}.**`);
    expect(text).toMatch(/^- \S/m);
  });

  it('has a fault that it must find, and figures that it must not', async () => {
    const tested = await testedNames();
    expect(tested.filter((name) => name.startsWith(`${alert} fires`)).length).toBeGreaterThan(0);
    expect(tested.filter((name) => name.startsWith(`${alert} is quiet`)).length).toBeGreaterThan(0);
  });
});

// Guard: an alert that was renamed still keeps others quiet.
it.each(['alertmanager.yml', 'receivers.example.yml'])('%s is about alerts that there are', async (file) => {
  const text = await readFile(join(repositoryRoot, 'observability/alertmanager', file), 'utf8');
  const named = [...text.matchAll(/alertname[=!]~?"([^"]+)"/g)].flatMap(([, list = '']) => list.split('|'));
  expect(named.length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(named));
});

// Guard: what was mended in one of them stays broken in the other.
it('the example with receivers has the inhibitions of alertmanager.yml', async () => {
  const inhibitions = async (file: string): Promise<unknown> => {
    const text = await readFile(join(repositoryRoot, 'observability/alertmanager', file), 'utf8');
    return (parse(text) as { inhibit_rules: unknown }).inhibit_rules;
  };
  expect(await inhibitions('receivers.example.yml')).toEqual(await inhibitions('alertmanager.yml'));
});

it('no runbook is of an alert that is gone', async () => {
  const files = (await readdir(join(repositoryRoot, runbooks))).filter((name) => name !== 'README.md');
  expect(files.map((name) => name.replace('.md', '')).toSorted()).toEqual(names.toSorted());
});

// Guard: rates and objectives count everything, sampled or not (docs/adr/0033).
it('no rule reads what is made of spans', () => {
  expect(rules.filter(({ expr }) => /traces_|span/.test(expr.replaceAll(/otelcol_\w+/g, '')))).toEqual([]);
});

it('backends have the same configuration with TLS and without, but for certificates', async () => {
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(([name]) => !/^(http_tls_config|tls)$/.test(name));
    return Object.fromEntries(entries.map(([name, inner]) => [name, without(inner)]));
  };
  for (const part of ['tempo', 'loki']) {
    const file = (tls: string): string => join(repositoryRoot, 'observability', part, tls, `${part}.yaml`);
    const read = async (tls: string): Promise<unknown> =>
      parse(await readFile(file(tls), 'utf8'), { merge: true });
    expect(existsSync(file('tls-on'))).toBe(true);
    expect(without(await read('tls-off')), part).toEqual(without(await read('tls-on')));
    expect(JSON.stringify(await read('tls-off')), part).not.toContain('tls.crt');
  }
});
