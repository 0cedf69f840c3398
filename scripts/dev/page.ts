import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aborted } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { pageConfig } from '../suites/console-specs.ts';

/** What a page is made of and where it is then, as absolute paths. */
export interface PageSources {
  /** Of Vite; its `outDir` is the folder. */
  readonly config: string;
  readonly folder: string;
}

/** The service that has a page. */
const pageService = 'console';

export const consolePage: PageSources = {
  config: join(repositoryRoot, pageConfig),
  folder: join(repositoryRoot, 'services', pageService, 'page'),
};

export const hasPage = (services: readonly string[]): boolean => services.includes(pageService);

/** What makes a service look at its page again, when it has one. */
export const pageEnvironment = (service: string): Record<string, string> =>
  service === pageService ? { CONSOLE_PAGE_WATCHED: 'true' } : {};

/** How page-watcher.ts begins the line by which it tells. */
export const pageIsMade = 'the page is made';

const program = fileURLToPath(new URL('./page-watcher.ts', import.meta.url));

/**
 * Makes a page, and makes it anew on every edit until disposal. Resolves when the first one is there; what was in the folder
 * before is gone.
 *
 * @throws UserError when it can't be made as it is
 */
export async function watchPage(
  { config, folder }: PageSources,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await rm(folder, { recursive: true, force: true });
  const ending = new AbortController();
  const made = new AbortController();
  const running = run(process.execPath, [program, config], {
    cwd: repositoryRoot,
    keepOutput: false,
    signal: AbortSignal.any([ending.signal, signal]),
    onLine: (line) => {
      onLine(line);
      if (line.startsWith(pageIsMade)) made.abort();
    },
  });
  const ended = running.then(
    ({ code }) =>
      onLine(`what makes the page has ended with code ${code}: edits of it are not served any more`),
    // It was stopped.
    () => undefined,
  );
  await Promise.race([aborted(made.signal), ended]);
  signal.throwIfAborted();
  if (!made.signal.aborted) {
    await ended;
    throw new UserError(`The page of ${pageService} can't be made.`, 'Its log above says why.');
  }
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };
}
