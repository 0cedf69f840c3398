import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ToWatcher } from './warm-start.ts';
import { workFolder } from './watched-fixture.ts';

const folder = workFolder();

function writePackage(name: string, source: string): void {
  const to = join(folder.path, 'node_modules', name);
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(join(to, 'index.js'), source);
}

// Longer than the clock alone waits.
const slowly = `
import { createServer } from 'node:http';
import { open } from 'workflows';
import 'light';
setTimeout(() => {
  open();
  createServer().listen(0, '127.0.0.1');
}, 3_500);
`;

// Guard: on a slow machine a package has not yet loaded what telemetry has to see when the clock says that it has.
it('tells what a spare may load when the service serves, however long that takes', async () => {
  writePackage('pg', '');
  writePackage('workflows', "exports.open = () => require('pg');\n");
  writePackage('light', '');
  writeFileSync(join(folder.path, 'main.ts'), slowly);
  const child = fork(fileURLToPath(new URL('./warm-start.ts', import.meta.url)), ['main.ts'], {
    cwd: folder.path,
    env: { HTTP_PORT: '0' },
    stdio: 'inherit',
  });
  const told: ToWatcher[] = [];
  child.on('message', (message: ToWatcher) => {
    told.push(message);
    if (message.packages) child.kill();
  });
  child.send({ start: true });
  await once(child, 'exit');
  const [packages] = told.flatMap((message) => message.packages ?? []);
  expect(packages).toContain('/node_modules/light/');
  expect(told.flatMap((message) => message.packages ?? [])).toHaveLength(1);
  expect(told.findIndex(({ serves }) => serves)).toBe(told.length - 2);
});
