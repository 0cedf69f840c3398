import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { hasTest } from '../mutations/test-titles.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

interface Mitigation {
  /** One of STRIDE. */
  readonly kind: string;
  readonly threat: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** The rows below a heading: `| S | threat | what is done | [file](../path): title<br>… |` */
function mitigationsOf(section: string): Mitigation[] {
  return [...section.matchAll(/^\| ([A-Z]) \| (.+?) \| .+ \| (.+) \|$/gm)].map(
    ([, kind = '', threat = '', tests = '']) => ({ kind, threat, tests: testsIn(tests) }),
  );
}

const testsIn = (cell: string): Mitigation['tests'] =>
  cell.split('<br>').map((link) => {
    const [, file = '', title = ''] = /^\[[\w.-]+\]\(\.\.\/([\w./-]+)\): (.+)$/.exec(link) ?? [];
    // Outside of code, Markdown takes `__` for its own.
    return { file, title: title.replaceAll(String.raw`\_`, '_') };
  });

function expectTests(tests: Mitigation['tests']): void {
  for (const { file, title } of tests) {
    expect(existsSync(join(repositoryRoot, file)), `${file} is there`).toBe(true);
    expect(hasTest(textOf(file), title), `"${title}" in ${file}`).toBe(true);
  }
}

const [, ...sections] = textOf('docs/threat-model.md').split(/^## /m);
const tried = sections.pop() ?? '';
const flows = sections.map((section) => ({
  flow: section.split('\n')[0] ?? '',
  mitigations: mitigationsOf(section),
}));

describe('the threat model', () => {
  it.each(flows)('has an answer to each of STRIDE for: $flow', ({ mitigations }) => {
    expect([...new Set(mitigations.map(({ kind }) => kind))].join('')).toBe('STRIDE');
  });

  // Guard: a mitigation whose test is gone, or was renamed, is a claim.
  it.each(flows.flatMap(({ flow, mitigations }) => mitigations.map((one) => ({ flow, ...one }))))(
    '$flow, $kind: $threat',
    ({ tests }) => expectTests(tests),
  );

  it('names a test that is not there', () => {
    const [one] = mitigationsOf(
      '| S | somebody | something | [a.test.ts](../a.test.ts): a title<br>nothing |',
    );
    expect(one?.tests).toEqual([
      { file: 'a.test.ts', title: 'a title' },
      { file: '', title: '' },
    ]);
    expect(hasTest("it('another title', () => {})", 'a title')).toBe(false);
  });

  const kinds = [...tried.matchAll(/^\| (?!kind|-)(.+) \| (.+) \|$/gm)].map(([, kind = '', cell = '']) => ({
    kind,
    tests: testsIn(cell),
  }));
  it.each(kinds)('tries: $kind', ({ tests }) => expectTests(tests));

  // Guard: a kind of attack that is no longer tried does not just go out of the list.
  it.each([
    ...['another role', 'forged', 'prototype pollution', 'SQL', 'models', 'request forgery', 'traversal'],
    ...['smuggling', 'ReDoS', 'decompression', 'too many requests', 'streams', 'TLS', 'headers', 'policy'],
    ...['secrets', 'packages'],
  ])('has the kind: %s', (kind) => {
    expect(kinds.filter((tried) => tried.kind.includes(kind))).toHaveLength(1);
  });

  // Guard: a way that is no longer looked at does not just go.
  it('has every way of data', () => {
    expect(flows.map(({ flow }) => flow)).toEqual([
      'Client to edge to producer',
      'Operators and partners to the other services',
      "Operators' browser to console and agent",
      'Services and Kafka',
      'Services and PostgreSQL',
      'Services and Redis',
      'web3-payment and chains',
      'Agents and the outside',
      'Region to region',
      'Telemetry',
      'People to dashboards and alerts',
      'Bootstrap, secrets and the machine',
      'From a commit to the cluster',
    ]);
  });
});
