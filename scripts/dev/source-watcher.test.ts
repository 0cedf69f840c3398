import { mkdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { SourceWatcher, type SourceWatcherOptions } from './source-watcher.ts';
import { workFolder } from './watched-fixture.ts';

const folder = workFolder();
afterEach(() => vi.useRealTimers());

let changes = 0;
const troubles: string[] = [];
const watcherOf = (options: Partial<SourceWatcherOptions> = {}): SourceWatcher => {
  changes = 0;
  troubles.length = 0;
  return new SourceWatcher({
    onChange: () => {
      changes += 1;
    },
    onTrouble: (line) => troubles.push(line),
    ...options,
  });
};

function save(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'export {};\n');
}

/** Does what is a change; resolves when it was told. */
async function untilTold(change: () => void): Promise<void> {
  const before = changes;
  change();
  await vi.waitFor(() => expect(changes).toBeGreaterThan(before), { timeout: 5_000, interval: 5 });
}

// Guard: git checkout, stash and rebase take folders away and put others in their place.
it('sees what is saved in a folder that went and came back', async () => {
  const file = join(folder.path, 'routes/orders/place.ts');
  save(file);
  using watcher = watcherOf();
  watcher.add([file], Number.POSITIVE_INFINITY);
  await untilTold(() => rmSync(join(folder.path, 'routes'), { recursive: true }));
  // The whole of it at once, as Git does.
  await untilTold(() => save(file));
  await untilTold(() => save(file));
});

it('looks again at folders that have others in their place by the next start', async () => {
  const file = join(folder.path, 'routes/place.ts');
  save(file);
  using watcher = watcherOf();
  watcher.add([file], Number.POSITIVE_INFINITY);
  renameSync(join(folder.path, 'routes'), join(folder.path, 'before'));
  save(file);
  watcher.lookAgain();
  await untilTold(() => save(file));
});

it('waits for a file that is not there, in a folder that is not there either', async () => {
  const file = join(folder.path, 'domain/prices/price.ts');
  using watcher = watcherOf();
  watcher.add([file], 0);
  await untilTold(() => save(file));
  await untilTold(() => save(file));
});

// Guard: who imports what is missing would start again and again.
it('calls it no change that a file is missing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const file = join(folder.path, 'missing.ts');
  using watcher = watcherOf();
  watcher.add([file], 0);
  for (let looked = 0; looked < 10; looked += 1) await stat(file).catch(() => undefined);
  vi.advanceTimersByTime(1_000);
  expect(changes).toBe(0);
});

it('tells once what to do when the system has no watchers left, and takes them when there are some', async () => {
  const files = ['one/a.ts', 'two/b.ts'].map((name) => join(folder.path, name));
  for (const file of files) save(file);
  let isFull = true;
  const system = (...args: Parameters<typeof watch>): ReturnType<typeof watch> => {
    if (isFull)
      throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
        code: 'ENOSPC',
      });
    return watch(...args);
  };
  using watcher = watcherOf({ watch: system as typeof watch });
  watcher.add(files, Number.POSITIVE_INFINITY);
  expect(troubles).toEqual([expect.stringContaining('fs.inotify.max_user_watches')]);
  isFull = false;
  watcher.add(files, Number.POSITIVE_INFINITY);
  for (const file of files) await untilTold(() => save(file));
});
