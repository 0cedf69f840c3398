import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { instrumented, LoadedModules } from './loaded-modules.ts';

const main = 'file:///app/main.ts';
const at = (path: string): string => `file:///app/node_modules/${path}`;

it('names each source once, without what loaders append', () => {
  const loaded = new LoadedModules();
  expect(loaded.add(`${main}?iitm=true`, undefined)).toBe(main);
  expect(loaded.add(main, undefined)).toBeUndefined();
  expect(loaded.add('node:fs', main)).toBeUndefined();
});

it('names the modules by which sources bring packages in, in the order of loading', () => {
  const loaded = new LoadedModules();
  loaded.add(at('koa/index.js'), main);
  loaded.add(at('koa/request.js'), at('koa/index.js'));
  loaded.add(at('koa/package.json'), main);
  loaded.add(at('zod/index.js'), main);
  expect(loaded.packages).toEqual([at('koa/index.js'), at('zod/index.js')]);
});

it('leaves out what brings in a package that telemetry instruments', () => {
  const loaded = new LoadedModules();
  loaded.add(at('pg/index.js'), main);
  loaded.add(at('workflows/index.js'), main);
  loaded.add(at('workflows/database.js'), at('workflows/index.js'));
  loaded.add(at('pg/index.js'), at('workflows/database.js'));
  loaded.add(at('zod/index.js'), main);
  expect(loaded.packages).toEqual([at('zod/index.js')]);
});

// Guard: the first to bring in a package is not the only one that has it loaded.
it('leaves out everything that brings in such a package, by whatever way', () => {
  const loaded = new LoadedModules();
  loaded.add(at('a/index.js'), main);
  loaded.add(at('x/index.js'), at('a/index.js'));
  loaded.add(at('x/lib/database.js'), at('x/index.js'));
  loaded.add(at('b/index.js'), main);
  loaded.add(at('x/index.js'), at('b/index.js'));
  // Loaded last, and they require each other.
  loaded.add(at('pg/index.js'), at('x/lib/database.js'));
  loaded.add(at('x/index.js'), at('x/lib/database.js'));
  loaded.add(at('zod/index.js'), main);
  expect(loaded.packages).toEqual([at('zod/index.js')]);
});

it('leaves out a module whose neighbour in the same folder was the one that Node asked for', () => {
  const loaded = new LoadedModules();
  loaded.add(at('x/reader.js'), main);
  loaded.add(at('pg/index.js'), at('x/reader.js'));
  loaded.add(at('x/writer.js'), main);
  expect(loaded.packages).toEqual([]);
});

interface Instrumentation {
  // Private to OpenTelemetry's base class, and all that tells it.
  readonly _modules?: readonly { readonly name: string }[];
}

// Guard: an instrumentation that is added to telemetry would see nothing of what spares have loaded before it.
it('knows every package that telemetry instruments', async () => {
  const source = readFileSync(join(repositoryRoot, 'platform/telemetry/register.ts'), 'utf8');
  const imports = [
    ...source.matchAll(/^import \{ (\w+) \} from '(@opentelemetry\/instrumentation-[^']+)'/gm),
  ];
  expect(imports.length).toBe(source.match(/new \w+Instrumentation\(/g)?.length);
  const patched = new Set<string>();
  for (const [, name = '', from = ''] of imports) {
    const { [name]: Type } = (await import(from)) as Record<string, new (options: object) => Instrumentation>;
    if (!Type) throw new Error(`${from} has no ${name}`);
    for (const module of new Type({ enabled: false })._modules ?? []) patched.add(module.name);
  }
  expect([...patched].filter((name) => !isBuiltin(name)).toSorted()).toEqual(instrumented.toSorted());
});
