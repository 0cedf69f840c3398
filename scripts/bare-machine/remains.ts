import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeControlGroups } from './control-groups.ts';
import { removeNetwork } from './network.ts';

/** Docker's overlay2 needs a disk's file system, and /tmp may be a tmpfs. */
const parent = '/var/tmp';
const prefix = 'go-coffee-bare-';

const folderOf = (pid: number): string => join(parent, `${prefix}${pid}`);

/** The name of everything else that belongs to the machine of this process: network, control groups. */
export const nameOf = (pid: number): string => `cb${pid}`;

/** Makes the folder that marks this process' machine; what else belongs to it can be found from its name. */
export async function claimFolder(pid: number): Promise<string> {
  await mkdir(folderOf(pid), { mode: 0o755 });
  return folderOf(pid);
}

/** Nothing of the host may be mounted below a folder that is about to be deleted. */
async function removeFolder(folder: string): Promise<void> {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
  if (mountinfo.includes(` ${folder}/`)) throw new Error(`${folder} has mounts below it: not removed`);
  await rm(folder, { recursive: true, force: true });
}

/** Removes all traces of a machine whose processes are gone. */
export async function removeRemains(pid: number): Promise<void> {
  await removeNetwork(nameOf(pid));
  await removeControlGroups(nameOf(pid));
  await removeFolder(folderOf(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes the machines of earlier runs that were killed before they could do it. */
export async function removeOldRemains(): Promise<void> {
  const owners = (await readdir(parent))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)));
  for (const pid of owners) if (Number.isInteger(pid) && !isAlive(pid)) await removeRemains(pid);
}
