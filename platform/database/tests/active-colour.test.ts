import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { activateColour, deploymentSchema, readActiveColour } from '../active-colour.ts';
import { createDatabase } from '../database.ts';
import { migrate } from '../migrations.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('postgres'));
});
afterAll(() => test[Symbol.asyncDispose]());

it('is blue until somebody deploys another, which any service may read and none may say', async () => {
  await expect(readActiveColour(test.database)).rejects.toThrow('does not exist');
  await migrate(test.database, deploymentSchema);
  expect(await readActiveColour(test.database)).toBe('blue');
  await activateColour(test.database, 'green');
  await activateColour(test.database, 'green');

  const role = `reader_${test.options.name}`;
  await test.database.raw(`create role ?? login password 'of a test'`, [role]);
  const pool = createDatabase({ ...test.options, user: role, password: 'of a test', poolSize: 1 });
  try {
    expect(await readActiveColour(pool)).toBe('green');
    await expect(activateColour(pool, 'blue')).rejects.toThrow('permission denied');
  } finally {
    await pool.destroy();
    await test.database.raw('drop owned by ??', [role]);
    await test.database.raw('drop role ??', [role]);
  }
});
