/**
 * Runs a service that has loaded its packages before it is told to start: two thirds of a start are spent on them, and an
 * edit changes none. A process that waits like this is the spare of a service under ./coffee dev (watched-service.ts).
 *
 * `node warm-start.ts [--import preload]… main.ts`, forked. It takes `FromWatcher`, and says `ToWatcher`.
 */
import { subscribe } from 'node:diagnostics_channel';
import { registerHooks } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { LoadedModules } from './loaded-modules.ts';

export interface FromWatcher {
  /** What to load already: addresses of modules, as a `ToWatcher` of the one before said. */
  readonly packages?: readonly string[];
  readonly start?: true;
}
export interface ToWatcher {
  /** Paths of sources that the service has loaded or misses, each once and as soon as it is known. */
  readonly sources?: readonly string[];
  /** It listens on HTTP_PORT. */
  readonly serves?: true;
  /** Packages that it has loaded and that a spare may load ahead of it. Not before it serves: then it has loaded all. */
  readonly packages?: readonly string[];
}

// Until then a service that has started joins its groups, and shall have the processor.
const tellPackagesAfterMs = 3_000;

const { values, positionals } = parseArgs({
  options: { import: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
const [main] = positionals;
if (!main || !process.send) throw new Error('Fork it: node warm-start.ts [--import preload]… main.ts');
// To a watcher that has ended nothing can be said, and then this ends as well.
const tell = (message: ToWatcher): void => void (process.connected && process.send?.(message));

let started = false;
const loaded = new LoadedModules();
const tellSource = (url: string, loadedBy: string | undefined): void => {
  const source = loaded.add(url, loadedBy);
  if (source) tell({ sources: [fileURLToPath(source)] });
};

/** The address of a source that is not there; undefined for other errors, and for what belongs to packages. */
function missing(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'url' in error)) return undefined;
  const url = String(error.url);
  return error.code === 'ERR_MODULE_NOT_FOUND' && !url.includes('/node_modules/') ? url : undefined;
}

registerHooks({
  resolve(specifier, context, next) {
    try {
      const resolved = next(specifier, context);
      tellSource(resolved.url, context.parentURL);
      return resolved;
    } catch (error) {
      // Who saves the file that imports it first makes it now.
      const url = missing(error);
      if (url) tellSource(url, context.parentURL);
      throw error;
    }
  },
});

const listening = Promise.withResolvers<void>();
subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const address = (message as { readonly server: Server }).server.address() as AddressInfo | null;
  const wanted = Number(process.env.HTTP_PORT);
  if (started && (wanted === 0 || address?.port === wanted)) listening.resolve();
});

async function load(packages: readonly string[]): Promise<void> {
  for (const url of packages) {
    if (started) return;
    // One that can't be loaded is loaded again by the service, which says so.
    await import(url).catch(() => undefined);
  }
}

async function tellServing(): Promise<void> {
  const settled = setTimeout(tellPackagesAfterMs, undefined, { ref: false });
  await listening.promise;
  tell({ serves: true });
  await settled;
  tell({ packages: loaded.packages });
}

async function start(service: string): Promise<void> {
  started = true;
  void tellServing();
  process.argv.splice(1, process.argv.length, resolve(service));
  for (const file of [...values.import, service]) await import(pathToFileURL(resolve(file)).href);
}

process.on('message', async ({ packages, start: now }: FromWatcher) => {
  if (packages) await load(packages);
  if (!now) return;
  // From now on it ends by itself, when nothing but the watcher could still say something.
  process.channel?.unref();
  await start(main);
});
// Nobody would stop it any more.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
