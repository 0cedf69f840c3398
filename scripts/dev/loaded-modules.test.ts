import { expect, it } from 'vitest';
import { LoadedModules } from './loaded-modules.ts';

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
