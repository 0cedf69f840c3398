/**
 * Adds to package-lock.json the optional packages of other platforms that npm could not see when it wrote the file
 * (`npm run lock`). Some closed networks withhold them; npm leaves them out without a word and `npm ci` then refuses
 * the lockfile everywhere. Without their integrity hash, but with version and platform, it works on all of them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export type Packages = Record<string, LockedPackage>;

const systems = ['android', 'darwin', 'freebsd', 'linux', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'x64'];

/** The optional packages that are named but not locked, each with an entry made from its name. */
export function missingOptional(packages: Packages): Packages {
  const missing: Packages = {};
  for (const parent of Object.values(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const locked = Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
      if (!locked) missing[`node_modules/${name}`] = entry(name, version, parent.dev === true);
    }
  }
  return missing;
}

function entry(name: string, version: string, dev: boolean): LockedPackage {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1)
    throw new Error(`${name}: its platform can't be told from its name`);
  const libc = words.includes('musl') ? { libc: ['musl'] } : {};
  return { version, cpu, ...(dev ? { dev } : {}), ...libc, optional: true, os };
}

if (import.meta.main) {
  const path = resolve(process.argv[2] ?? 'package-lock.json');
  const lockfile: { packages: Packages } = JSON.parse(await readFile(path, 'utf8'));
  const added = missingOptional(lockfile.packages);
  lockfile.packages = Object.fromEntries(
    Object.entries({ ...lockfile.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  await writeFile(path, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`${Object.keys(added).length} optional packages added to ${path}`);
}
