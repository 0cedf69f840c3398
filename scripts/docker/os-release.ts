import { readFile } from 'node:fs/promises';

/** The fields of os-release(5) that decide how packages are installed. */
export interface OsRelease {
  id: string;
  codename: string;
}

/** Reads KEY=value lines, values quoted or not. */
export function parseOsRelease(content: string): OsRelease {
  const field = (name: string): string =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(content)?.[1] ?? '';
  return { id: field('ID'), codename: field('VERSION_CODENAME') };
}

/** The running distribution; undefined where there is no /etc/os-release (macOS). */
export async function readOsRelease(): Promise<OsRelease | undefined> {
  try {
    return parseOsRelease(await readFile('/etc/os-release', 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
