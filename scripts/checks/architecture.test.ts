import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: root, encoding: 'utf8' });

/** Everything that Git tracks or would track, as paths from the root. */
const files = run('git', 'ls-files', '--cached', '--others', '--exclude-standard')
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = files.filter((path) =>
  /^(contracts|platform|services|scripts|e2e|loadtest)\/.*\.ts$/.test(path),
);
const isTest = (path: string): boolean =>
  /\.test\.ts$|\/tests\//.test(path) || path.startsWith('platform/testing/') || path.startsWith('e2e/');
const product = sources.filter((path) => /^(contracts|platform|services)\//.test(path) && !isTest(path));

/** What a file imports: paths from the root for our own files, names for packages. */
function importsOf(path: string): string[] {
  const specifiers = [...textOf(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(
    ([, name]) => name ?? '',
  );
  return specifiers.map((specifier) => {
    if (specifier.startsWith('#')) return specifier.slice(1);
    return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier;
  });
}

/** `path → import` for each import that breaks a rule. */
const breaking = (paths: readonly string[], rule: (path: string, imported: string) => boolean): string[] =>
  paths.flatMap((path) =>
    importsOf(path).flatMap((imported) => (rule(path, imported) ? [`${path} → ${imported}`] : [])),
  );
const containing = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.filter((path) => pattern.test(textOf(path)));

it('sees imports of every form', () => {
  expect(importsOf('scripts/checks/architecture.test.ts')).toContain('node:path');
  expect(importsOf('services/producer/main.ts')).toEqual(
    expect.arrayContaining(['platform/service/serve-api.ts', 'services/producer/app.ts']),
  );
});

describe('who may import whom', () => {
  // services/migrate loads the schemas of services by name at run time: that is no import of code that it knows.
  it('services never import each other', () => {
    const service = (path: string): string | undefined => /^services\/([^/]+)\//.exec(path)?.[1];
    const other = (path: string, imported: string): boolean =>
      service(imported) !== undefined && service(imported) !== service(path);
    expect(
      breaking(
        sources.filter((path) => path.startsWith('services/')),
        other,
      ),
    ).toEqual([]);
  });

  it('platform knows no service', () => {
    const platform = sources.filter((path) => path.startsWith('platform/'));
    expect(breaking(platform, (_, imported) => imported.startsWith('services/'))).toEqual([]);
  });

  it('contracts import nothing but zod and themselves', () => {
    const contracts = product.filter((path) => path.startsWith('contracts/'));
    expect(contracts.length).toBeGreaterThan(0);
    const foreign = (_: string, imported: string): boolean =>
      imported !== 'zod' && !imported.startsWith('contracts/');
    expect(breaking(contracts, foreign)).toEqual([]);
  });

  it('nothing of the product imports test code', () => {
    expect(breaking(product, (_, imported) => isTest(imported) || imported === 'vitest')).toEqual([]);
  });

  it('services use the API of OpenTelemetry, never its SDK', () => {
    const services = product.filter((path) => path.startsWith('services/'));
    const sdk = (_: string, imported: string): boolean => /^@opentelemetry\/(?!api$)/.test(imported);
    expect(breaking(services, sdk)).toEqual([]);
  });
});

describe('who may touch the process', () => {
  it('only config.ts and main.ts read the environment', () => {
    const named = new Set(['platform/telemetry/register.ts', 'platform/lifecycle/healthcheck.ts']);
    const others = product.filter((path) => !/\/(config|main)\.ts$/.test(path) && !named.has(path));
    expect(containing(others, /process\.env|\benv\b.*from 'node:process'/)).toEqual([]);
  });

  it('only main.ts ends it', () => {
    const others = product.filter((path) => !path.endsWith('/main.ts'));
    expect(containing(others, /process\.(exit|abort)\(/)).toEqual([]);
  });
});

it('no source is longer than 300 lines', () => {
  expect(sources.filter((path) => textOf(path).split('\n').length > 301)).toEqual([]);
});

it.each(['package-lock.json', 'docs/package-lock.json'])(
  '%s says nothing of where packages came from',
  (path) => {
    expect(textOf(path)).not.toContain('"resolved"');
    // npm reads the settings beside the package.json only.
    expect(textOf(path.replace('package-lock.json', '.npmrc'))).toBe(textOf('.npmrc'));
  },
);

/** Names of this machine and of the registries that it is set up with: found out here, so that they stand nowhere. */
function localNames(): string[] {
  const ask = (program: string, ...args: string[]): string => {
    try {
      return execFileSync(program, args, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      // A machine without Go has no proxy of Go that could have slipped in.
      return '';
    }
  };
  const configured = [
    ask('npm', 'config', 'get', 'registry'),
    ...ask('go', 'env', 'GOPROXY').split(/[,|]/),
    process.env.PIP_INDEX_URL ?? '',
  ];
  const publicHosts = /(^|\.)(npmjs\.org|golang\.org|pypi\.org|debian\.org|maven\.org)$/;
  const hosts = configured
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address).hostname)
    .filter((host) => host !== '' && host !== 'localhost' && !publicHosts.test(host));
  const paths = [root.replace(/\/$/, ''), homedir()].filter((path) => path.split('/').length > 2);
  // A short host name, such as "vm", is a word.
  return [...hosts, ...paths, ...(hostname().length > 8 ? [hostname()] : [])];
}

it('no file names a registry or a path of the machine that it was written on', () => {
  const names = localNames();
  const text = files.filter((path) => !/\.(png|jpg|ico|woff2?)$/.test(path));
  const found = text.flatMap((path) =>
    names.filter((name) => textOf(path).includes(name)).map((name) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});
