/** The parts of package-lock.json (lockfileVersion 3) that say what has to be installed. */
export interface Lockfile {
  packages?: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** npm's rule for `os` and `cpu`: a list of names, or of excluded names that start with `!`. */
function supports(list: string[] | undefined, value: string): boolean {
  if (!list?.length) return true;
  if (list.includes(`!${value}`)) return false;
  const allowed = list.filter((name) => !name.startsWith('!'));
  return allowed.length === 0 || allowed.includes(value) || allowed.includes('any');
}

/**
 * npm leaves out optional packages of other machines, and what only those need. A native one for exactly this machine
 * must be there; where libc matters as well, npm knows better than we do.
 */
function mayBeMissing(entry: LockedPackage, machine: { platform: string; arch: string }): boolean {
  if (!entry.optional) return false;
  const native = Boolean(entry.os ?? entry.cpu) && !entry.libc;
  return !native || !supports(entry.os, machine.platform) || !supports(entry.cpu, machine.arch);
}

/** Whether `installed` (node_modules/.package-lock.json) is exactly what `wanted` asks for on this machine. */
export function packagesFit(
  wanted: Lockfile,
  installed: Lockfile,
  machine: { platform: string; arch: string },
): boolean {
  const { '': _project, ...wantedPackages } = wanted.packages ?? {};
  const installedPackages = installed.packages ?? {};
  const surplus = Object.keys(installedPackages).some((path) => !wantedPackages[path]);
  if (surplus) return false;
  return Object.entries(wantedPackages).every(([path, entry]) => {
    const there = installedPackages[path];
    if (!there) return mayBeMissing(entry, machine);
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}
