import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Program } from './program.ts';
import { workFolder } from './watched-fixture.ts';

const folder = workFolder();

// Guard: nobody waits for a spare, and what is rejected then ends ./coffee dev.
it('ends with the reason when there can be no process', async () => {
  const program = new Program(
    {
      cwd: join(folder.path, 'gone'),
      environment: {},
      arguments: ['main.ts'],
      inspectorPort: 0,
      compileCache: folder.path,
      onLine: () => undefined,
    },
    [],
    () => undefined,
  );
  program.start();
  expect(await program.ended()).toContain('ENOENT');
  expect(program.isAlive).toBe(false);
  await program.stop();
});
