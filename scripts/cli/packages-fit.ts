/**
 * Tells `coffee` whether node_modules already holds what package-lock.json asks for, for example after a developer's
 * own `npm install`: then nothing needs to be installed again. Runs before any package is there, so it imports none.
 * Exit code 0: fits, 1: does not.
 */
import { readFile } from 'node:fs/promises';
import { type Lockfile, packagesFit } from './lockfile.ts';

async function read(path: string): Promise<Lockfile | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Lockfile;
  } catch {
    // Missing or half written: then it does not fit, which is all that the caller wants to know.
    return undefined;
  }
}

const wanted = await read('package-lock.json');
// npm writes this one last, after all packages are in place, and removes it first.
const installed = await read('node_modules/.package-lock.json');
process.exitCode = wanted && installed && packagesFit(wanted, installed, process) ? 0 : 1;
