import { once } from 'node:events';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { chartFolder } from './chart-files.ts';
import { runHelm } from './run-helm.ts';

/** What a repository of charts consists of. */
export interface Packaged {
  readonly folder: string;
  readonly index: string;
  /** The chart's archive, a file name. */
  readonly archive: string;
}

/**
 * Packages the chart into a folder that any web server can serve as a repository. What was there is replaced.
 * @param url where it will be served
 */
export async function packageChart(url: string, signal: AbortSignal): Promise<Packaged> {
  const folder = join(repositoryRoot, '.coffee', 'helm');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Helm sees this folder only.
  await cp(join(repositoryRoot, chartFolder), join(folder, 'chart'), { recursive: true });
  const { stdout } = await runHelm(['package', 'chart'], folder, signal);
  await rm(join(folder, 'chart'), { recursive: true });
  const [, archive] = /([\w.-]+\.tgz)\s*$/.exec(stdout) ?? [];
  if (!archive) throw new Error(`helm package did not name its archive: ${stdout}`);
  await runHelm(['repo', 'index', '.', '--url', url], folder, signal);
  return { folder, archive, index: 'index.yaml' };
}

/**
 * Serves a packaged chart on the loopback until aborted. Charts hold no secrets; nobody but this machine reaches it.
 * @param onListening is told the port
 */
export async function serveChart(
  { folder, archive, index }: Packaged,
  port: number,
  signal: AbortSignal,
  onListening: (port: number) => void,
): Promise<void> {
  const files = new Map([
    [`/${index}`, 'application/yaml'],
    [`/${archive}`, 'application/gzip'],
  ]);
  const contents = new Map<string, Buffer>();
  for (const path of files.keys()) contents.set(path, await readFile(join(folder, path)));
  const server = createServer(({ method, url = '' }, response) => {
    const content = contents.get(url);
    if (method !== 'GET' || !content) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': files.get(url) }).end(content);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening', { signal });
  onListening((server.address() as AddressInfo).port);
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
}
