/**
 * Runs a service that has loaded its packages before it is told to start: two thirds of a start are spent on them, and an
 * edit changes none. A process that waits like this is the spare of a service under ./coffee dev (watched-service.ts).
 *
 * `node warm-start.ts [--import preload]… main.ts`, forked. It takes `FromWatcher`, and says `ToWatcher`.
 */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { LoadedModules } from './loaded-modules.ts';

export interface FromWatcher {
  /** What to load already: addresses of modules, as a `ToWatcher` of the one before said. */
  readonly packages?: readonly string[];
  readonly start?: true;
}
export interface ToWatcher {
  /** Paths of sources that the service has loaded, each once and as soon as it is known. */
  readonly sources?: readonly string[];
  /** Packages that it has loaded and that a spare may load ahead of it, a while after the start. */
  readonly packages?: readonly string[];
}

// When the service has loaded all it needs, and serves.
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
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const source = loaded.add(resolved.url, context.parentURL);
    if (source) tell({ sources: [fileURLToPath(source)] });
    return resolved;
  },
});

async function load(packages: readonly string[]): Promise<void> {
  for (const url of packages) {
    if (started) return;
    // One that can't be loaded is loaded again by the service, which says so.
    await import(url).catch(() => undefined);
  }
}

async function start(service: string): Promise<void> {
  started = true;
  setTimeout(() => tell({ packages: loaded.packages }), tellPackagesAfterMs).unref();
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
