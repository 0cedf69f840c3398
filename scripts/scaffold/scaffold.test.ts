import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { quantity } from '../kubernetes/pods.ts';
import { applyEdit } from './edit.ts';
import { freePort, planService, writeChanges } from './scaffold.ts';
import { serviceName } from './service-name.ts';

describe('a name', () => {
  it('has the forms in which it is written', () => {
    expect(serviceName('loyalty-points', [])).toEqual({
      kebab: 'loyalty-points',
      pascal: 'LoyaltyPoints',
      camel: 'loyaltyPoints',
      upper: 'LOYALTY_POINTS',
    });
  });

  it.each(['Loyalty', '2nd', 'a--b', '-a', 'a-', 'a_b', 'a/b', '..', '', 'x'.repeat(31)])(
    '"%s" is none',
    (name) => {
      expect(() => serviceName(name, [])).toThrow(UserError);
    },
  );

  it.each(['producer', 'kafka', 'renewal', 'host'])('%s is of something else', (name) => {
    expect(() => planService(repositoryRoot, name)).toThrow(`There is a "${name}" already.`);
  });
});

it('takes the first port that nobody has', () => {
  expect(freePort('A_PORT=8080\nB_PORT=8081\nC_PORT=8083\n')).toBe(8082);
  expect(() =>
    freePort(Array.from({ length: 120 }, (_, at) => `P${at}_PORT=${8080 + at}`).join('\n')),
  ).toThrow('taken');
});

describe('an edit', () => {
  const edit = { path: 'list.ts', find: /'b',\n/, how: 'after', text: "'c',\n" } as const;

  it('comes behind, before or in the place of what it looks for', () => {
    expect(applyEdit("'a',\n'b',\n", edit)).toBe("'a',\n'b',\n'c',\n");
    expect(applyEdit("'a',\n'b',\n", { ...edit, how: 'before' })).toBe("'a',\n'c',\n'b',\n");
    expect(applyEdit("'b',\n", { ...edit, how: 'instead', text: (found) => found.toUpperCase() })).toBe(
      "'B',\n",
    );
    expect(applyEdit('a.c abc', { ...edit, find: 'a.c', text: '!' })).toBe('a.c! abc');
  });

  it('says when a file is not what it was', () => {
    expect(() => applyEdit("'a',\n", edit)).toThrow('list.ts: 0 places');
    expect(() => applyEdit("'b',\n'b',\n", edit)).toThrow('list.ts: 2 places');
  });
});

const bound = /^( +[\w.]+: )"?(\d+\w*)"?$/;

/** Whether a bound of a quota stands there, higher. */
function isHigher(line: string, lines: readonly string[]): boolean {
  const [, name, amount] = bound.exec(line) ?? [];
  if (name === undefined || amount === undefined) return false;
  const other = lines.map((one) => bound.exec(one)).find((found) => found?.[1] === name)?.[2];
  return other !== undefined && quantity(other) > quantity(amount);
}

/**
 * Whether a line stands there with something in its midst that has the name, with a count that is one higher, or as a higher
 * bound.
 */
function grew(line: string, lines: readonly string[], name: string): boolean {
  const counted = line.replace(/\d+/, (count) => String(Number(count) + 1));
  if (counted !== line && lines.includes(counted)) return true;
  if (isHigher(line, lines)) return true;
  return lines.some(
    (longer) =>
      longer.includes(name) &&
      [...line, ''].some((_, at) => longer.startsWith(line.slice(0, at)) && longer.endsWith(line.slice(at))),
  );
}

it('a line that grew is told from one that is gone', () => {
  expect(grew('[a, b]', ['[a, b, new]'], 'new')).toBe(true);
  expect(grew('toHaveLength(9)', ['toHaveLength(10)'], 'new')).toBe(true);
  expect(grew('  cpu: "11"', ['  pods: "5"', '  cpu: "11080m"'], 'new')).toBe(true);
  expect(grew('  cpu: 33Gi', ['  cpu: 33000Mi'], 'new')).toBe(false);
  expect(grew('[a, b]', ['[a, new]', '[a, b, c]'], 'new')).toBe(false);
});

// Whether what it makes passes every check: ./coffee nightly scaffold.
describe('a new service', () => {
  // A name that nobody gives to a service: the same test runs when loyalty-points is there.
  const { port, changes } = planService(repositoryRoot, 'made-by-test');

  it('is in everything that knows services', () => {
    const named = [...changes].filter(([path]) => !path.endsWith('-quota.yaml'));
    for (const [path, content] of named)
      expect(content, path).toMatch(/made-by-test|MADE_BY_TEST|madeByTest|MadeByTest/);
    expect([...changes.keys()]).toEqual(
      expect.arrayContaining([
        'services/made-by-test/main.ts',
        'services/made-by-test/app.test.ts',
        'compose.yaml',
        'k8s/base/made-by-test/deployment.yaml',
        'k8s/components/network-policies/made-by-test.yaml',
        'k8s/components/pdb/made-by-test.yaml',
        'observability/telemetry-schema.yaml',
        'scripts/contracts/route-access.ts',
        'services/bootstrap/parts.ts',
      ]),
    );
    expect(changes.get('.env')).toContain(`\nMADE_BY_TEST_PORT=${port}\n`);
  });

  it('leaves what is there as it is', () => {
    for (const [path, content] of changes) {
      if (!existsSync(join(repositoryRoot, path))) continue;
      const before = readFileSync(join(repositoryRoot, path), 'utf8').split('\n');
      const after = content.split('\n');
      const gone = before.filter((line) => !after.includes(line) && !grew(line, after, 'made-by-test'));
      expect(gone, path).toEqual([]);
    }
  });

  // Guard: manifests' tests know every service, and a quota has room for each (./coffee nightly scaffold runs them).
  it('is known as a service of two colours, with room for its pods', () => {
    const services = /const services = \[([^\]]+)\]/.exec(
      changes.get('k8s/tests/colours.test.ts') ?? '',
    )?.[1];
    const names = services?.split(',').map((name) => name.trim());
    expect(names).toContain("'made-by-test'");
    expect(names).toEqual(names?.toSorted());
    const quotaPath = 'k8s/base/platform-namespace/platform-quota.yaml';
    const boundsOf = (text: string): Record<string, string> => parse(text).spec.hard;
    const before = boundsOf(readFileSync(join(repositoryRoot, quotaPath), 'utf8'));
    const after = boundsOf(changes.get(quotaPath) ?? '');
    expect(Number(after.pods) - Number(before.pods)).toBe(4);
    for (const resource of ['requests.cpu', 'requests.memory', 'limits.memory'])
      expect(quantity(after[resource] ?? 0), resource).toBeGreaterThan(quantity(before[resource] ?? 0));
  });

  it('asks Kubernetes for less than its model', () => {
    const deployment = changes.get('k8s/base/made-by-test/deployment.yaml') ?? '';
    expect(deployment).toMatch(/cpu: 20m\n +memory: 96Mi/);
    expect(deployment).not.toContain('ai-orchestrator');
  });

  it('is written where it belongs, and another one after it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'go-coffee-new-'));
    try {
      for (const models of ['k8s/base', 'k8s/components/pdb'])
        cpSync(join(repositoryRoot, models), join(folder, models), { recursive: true });
      for (const path of changes.keys()) {
        const from = join(repositoryRoot, path);
        if (existsSync(from)) cpSync(from, join(folder, path));
      }
      writeChanges(folder, changes);
      const second = planService(folder, 'made-after-it');
      expect(second.port).toBeGreaterThan(port);
      expect([...second.changes.keys()]).toHaveLength(changes.size);
      for (const path of ['compose.yaml', 'images/service/Dockerfile', '.vscode/launch.json'])
        for (const name of ['made-by-test', 'made-after-it'])
          expect(second.changes.get(path), path).toContain(name);
      expect(readFileSync(join(folder, 'services/made-by-test/app.ts'), 'utf8')).toContain(
        'createMadeByTestApp',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
