import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';
import { chartFolder } from './chart-files.ts';
import { helmProgram } from './helm-program.ts';

/** A folder that any web server can serve as a repository of charts. */
export interface ChartRepository {
  readonly folder: string;
  /** Its files by name: the index and the chart's archive. */
  readonly files: readonly string[];
}

const contentTypes: Readonly<Record<string, string>> = { yaml: 'application/yaml', tgz: 'application/gzip' };

/** Packages the chart into a repository; what was there is replaced. Its index has relative addresses: it can be anywhere. */
export async function packageChart(
  signal: AbortSignal,
  folder = join(repositoryRoot, '.coffee', 'helm', 'repository'),
): Promise<ChartRepository> {
  const helm = await helmProgram(signal);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const chart = join(repositoryRoot, chartFolder);
  await check(helm, ['package', chart, '--destination', folder], { signal });
  await check(helm, ['repo', 'index', folder], { signal });
  return { folder, files: (await readdir(folder)).toSorted() };
}

/**
 * Serves a repository on the loopback until aborted. Charts hold no secrets; nobody but this machine reaches it.
 * @param onListening is told the port
 */
export async function serveCharts(
  { folder, files }: ChartRepository,
  port: number,
  signal: AbortSignal,
  onListening: (port: number) => void,
): Promise<void> {
  const contents = new Map<string, Buffer>();
  for (const file of files) contents.set(`/${file}`, await readFile(join(folder, file)));
  const server = createServer(({ method, url = '' }, response) => {
    const content = contents.get(url);
    const type = contentTypes[url.slice(url.lastIndexOf('.') + 1)];
    if (method !== 'GET' || !content) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': type }).end(content);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening', { signal });
  onListening((server.address() as AddressInfo).port);
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
}
