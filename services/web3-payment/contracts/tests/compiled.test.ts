import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artifacts } from '../../../../scripts/solidity/artifacts.ts';

const folder = new URL('..', import.meta.url).pathname;

it('has in compiled/ what the contracts compile to', { timeout: 120_000 }, async () => {
  const files = artifacts();
  const kept = (await readdir(join(folder, 'compiled'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(kept.sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) {
    const same = (await readFile(join(folder, 'compiled', name), 'utf8')) === text;
    expect(same, `${name} is stale: ./coffee contracts --solidity writes it`).toBe(true);
  }
});

it('names one version of the compiler, exactly', async () => {
  const { devDependencies } = JSON.parse(
    await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
  );
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.sol'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const source = await readFile(join(folder, name), 'utf8');
    expect(source, name).toContain(`\npragma solidity ${devDependencies.solc};\n`);
  }
});
