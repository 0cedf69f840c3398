import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { check } from '../docker/run.ts';

const docs = join(repositoryRoot, 'docs');
/** What was installed last. */
const stampFile = join(docs, 'node_modules', '.coffee-stamp');

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The generator of the site has packages of its own: nobody who does not write documents has to install them. */
async function ensurePackages(signal: AbortSignal, note: (line: string) => void): Promise<void> {
  const lockfile = await readFile(join(docs, 'package-lock.json'), 'utf8');
  if ((await textOf(stampFile)) === lockfile) return;
  await check('npm', ['ci'], { cwd: docs, signal, onLine: note });
  await mkdir(join(docs, 'node_modules'), { recursive: true });
  await writeFile(stampFile, lockfile);
}

const vitepress = (...args: string[]): string[] => ['node_modules/vitepress/bin/vitepress.js', ...args];

/** Builds the site. @returns its folder. @throws RunError naming links that lead nowhere */
export async function buildSite(signal: AbortSignal, note: (line: string) => void): Promise<string> {
  await ensurePackages(signal, note);
  const folder = join(repositoryRoot, '.coffee', 'docs');
  await check(process.execPath, vitepress('build', '--outDir', folder), { cwd: docs, signal, onLine: note });
  return folder;
}

/** Serves the site until the signal is aborted, with every edit. */
export async function serveSite(signal: AbortSignal, show: (line: string) => void): Promise<void> {
  await ensurePackages(signal, show);
  const options = { cwd: docs, signal, onLine: show, keepOutput: false };
  await check(process.execPath, vitepress('dev', '--port', '5173', '--strictPort'), options);
}
