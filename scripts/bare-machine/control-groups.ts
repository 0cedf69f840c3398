import { existsSync } from 'node:fs';
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Mount points of all cgroup hierarchies, of either version, in mountinfo(5). */
export function hierarchies(mountinfo: string): string[] {
  return [...mountinfo.matchAll(/^(?:\S+ ){4}(\S+) .* - cgroup2? /gm)].map(([, folder = '']) => folder);
}

async function allHierarchies(): Promise<string[]> {
  return hierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
}

/**
 * Moves a process out of the group `name` itself into its leaf, where boot.sh made one: in version 2 a group that
 * holds processes may not hand its controllers down, which the machine's Docker has to.
 */
export async function moveToLeaf(name: string, pid: number): Promise<void> {
  const leaves = (await allHierarchies()).map((folder) => join(folder, name, 'init/cgroup.procs'));
  for (const leaf of leaves) if (existsSync(leaf)) await writeFile(leaf, String(pid));
}

async function removeTree(group: string): Promise<void> {
  const children = await readdir(group, { withFileTypes: true });
  for (const child of children) if (child.isDirectory()) await removeTree(join(group, child.name));
  await rmdir(group);
}

/** A group can be removed once the kernel has buried its last process, shortly after that was killed. */
async function removeWhenEmpty(group: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await removeTree(group);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** Removes the groups that join-cgroups.sh made under `name`, with all below them. */
export async function removeControlGroups(name: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (const folder of await allHierarchies()) await removeWhenEmpty(join(folder, name), deadline);
}
