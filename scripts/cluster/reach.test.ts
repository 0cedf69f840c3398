import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../stack/settings.ts';
import { Cluster } from './cluster.ts';
import { reachCluster } from './reach.ts';

const { signal } = new AbortController();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A cluster whose kubectl is a program that does what the test says. */
function clusterOf(program: string): {
  cluster: Pick<Cluster, 'get' | 'start'>;
  asked: string[][];
  running: () => number;
} {
  const asked: string[][] = [];
  const children: ReturnType<Cluster['start']>[] = [];
  const real = new Cluster({ kubeconfig: undefined, path: undefined, context: undefined });
  const get = (args: readonly string[]): Promise<never> => {
    const data = args.includes('host-tls')
      ? { 'ca.crt': base64('authority'), 'tls.crt': base64('certificate'), 'tls.key': base64('key') }
      : { 'jwt-secret': base64('secret'), 'postgres-password': base64('password') };
    return Promise.resolve({ data } as never);
  };
  return {
    asked,
    running: () =>
      children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).length,
    cluster: Object.assign(Object.create(real), {
      get,
      start: (args: readonly string[]) => {
        asked.push([...args]);
        const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'pipe'] });
        children.push(child);
        return child;
      },
    }),
  };
}

const forwards = "console.log('Forwarding from 127.0.0.1:41234 -> 8443'); setInterval(() => {}, 1000);";

test('commands that ask the stack ask the cluster, for as long as it is reached', async () => {
  const { cluster, asked, running } = clusterOf(forwards);
  let directory: string;
  {
    await using reached = await reachCluster(cluster, signal);
    const settings = await readSettings(reached.env);
    directory = settings.secretsDirectory ?? '';
    expect(settings.edgeUrl.href).toBe('https://127.0.0.1:41234/');
    expect(settings.jaegerUrl.port).toBe('41234');
    expect(readFileSync(join(directory, 'jwt-secret'), 'utf8')).toBe('secret');
    expect(statSync(join(directory, 'tls.key')).mode & 0o777).toBe(0o600);
    expect(asked.map(([, , namespace, service, port]) => `${namespace} ${service} ${port}`)).toContain(
      'go-coffee-monitoring service/jaeger-query :16686',
    );
    expect(running()).toBe(asked.length);
  }
  // Guard: secrets of a cluster do not stay on this machine.
  expect(existsSync(directory)).toBe(false);
  expect(running()).toBe(0);
});

test('says what kubectl says when it does not get there, and leaves nothing', async () => {
  const { cluster, running } = clusterOf(
    'console.error(\'services "edge" not found\'); process.exitCode = 1;',
  );
  await expect(reachCluster(cluster, signal)).rejects.toThrow('services "edge" not found');
  expect(running()).toBe(0);
});
