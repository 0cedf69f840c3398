import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { reachProgram } from './reach-program.ts';

const run = promisify(execFile);

// In the cluster's tests all of it at once starved one of 24 processes: every door of its pod looked shut.
test('what answered while the process had no processor is not taken for dropped', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const starved = `${reachProgram};Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);`;
  const { stdout } = await run(process.execPath, ['-e', starved, target]);
  expect(JSON.parse(stdout)).toEqual({ [target]: 'open' });
  server.close();
});
