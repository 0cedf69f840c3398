import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLocal } from './existing-provider.ts';
import { pipe } from './pipe.ts';
import { clusterScript, parseExports, scriptProvider } from './script-provider.ts';

test.each([
  ['https://127.0.0.1:6443', true],
  ['https://localhost:6443', true],
  ['https://kubernetes.docker.internal.localhost:6443', true],
  ['https://[::1]:6443', true],
  ['https://10.0.0.7:6443', true],
  ['https://10.0.0.8:6443', false],
  ['https://prod.example.com', false],
  ['https://127.0.0.1.example.com', false],
  ['not an address', false],
])('a cluster at %s is on this machine: %s', (server, local) => {
  expect(isLocal(server, ['10.0.0.7'])).toBe(local);
});

test('reads what the script prints for a shell', () => {
  const line = 'export KUBECONFIG=/root/a\\ b/admin.conf PATH=/root/bin:$PATH\n';
  expect(parseExports(line)).toEqual({
    kubeconfig: '/root/a b/admin.conf',
    path: '/root/bin',
    context: undefined,
  });
});

test('takes the script that is named, if it is there', () => {
  expect(clusterScript({ COFFEE_CLUSTER_SCRIPT: process.execPath })).toBe(process.execPath);
  expect(clusterScript({ COFFEE_CLUSTER_SCRIPT: '/nowhere/cluster' })).toBeUndefined();
});

const { signal } = new AbortController();

/** A script that can't start over what an earlier cluster left (the file "stale"), and logs how it was called. */
async function startOver(
  left: string,
  start: string,
): Promise<{ calls: string[]; outcome: string | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'go-coffee-cluster-'));
  try {
    const script = join(folder, 'cluster');
    const lines = [
      '#!/bin/sh',
      `cd ${folder} && echo "$*" >>calls`,
      'case "$*" in',
      `up) ${start} ;;`,
      '"down wipe") rm -f stale ;;',
      'env) echo "export KUBECONFIG=/run/admin.conf PATH=/bin:\\$PATH" ;;',
      'esac',
    ];
    writeFileSync(script, lines.join('\n'), { mode: 0o755 });
    if (left) writeFileSync(join(folder, left), '');
    const outcome = await scriptProvider(script)
      .up(signal, () => undefined)
      .then(
        (access) => access.kubeconfig,
        (error: unknown) => String(error),
      );
    return { calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'), outcome };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['starts at once', '', 'true', ['up', 'env']],
  [
    'starts over what an earlier cluster left behind',
    'stale',
    'test ! -e stale',
    ['up', 'down wipe', 'up', 'env'],
  ],
])('a cluster %s', async (_how, left, start, calls) => {
  expect(await startOver(left, start)).toEqual({ calls, outcome: '/run/admin.conf' });
});

test('a cluster that does not start either way says why', async () => {
  const { calls, outcome } = await startOver('', 'echo no runc >&2; exit 3');
  expect(calls).toEqual(['up', 'down wipe', 'up']);
  expect(outcome).toMatch(/exit code 3:\s+no runc/);
});

const node = (program: string): ['node', '-e', string] => ['node', '-e', program];

test('pipes bytes as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'go-coffee-pipe-'));
  try {
    const file = join(folder, 'out');
    const write = `process.stdout.write(Buffer.alloc(3e6, Buffer.from([0, 255, 10, 13])))`;
    const read = `process.stdin.pipe(require('node:fs').createWriteStream(${JSON.stringify(file)}))`;
    await pipe(node(write), node(read), process.env, signal);
    expect(readFileSync(file).equals(Buffer.alloc(3e6, Buffer.from([0, 255, 10, 13])))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [
    'the writer',
    `console.error('no such file'); process.exit(3)`,
    'process.stdin.resume()',
    /ended with 3: no such file/,
  ],
  [
    'the reader',
    `process.stdout.write('x'.repeat(1e6))`,
    `console.error('no role'); process.exit(4)`,
    /ended with 4: no role/,
  ],
])('says what %s complained of', async (_who, from, to, message) => {
  await expect(pipe(node(from), node(to), process.env, signal)).rejects.toThrow(message);
});
