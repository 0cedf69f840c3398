import { check, run } from '../docker/run.ts';

interface Route {
  dst: string;
  dev: string;
}

interface Link {
  mtu: number;
}

async function json<T>(args: string[]): Promise<T> {
  return JSON.parse((await check('ip', ['-json', ...args])).stdout) as T;
}

/** The first /24 of 10.213.0.0/16 that no route of the host mentions, as its first three numbers. */
export function freePrefix(routes: readonly Pick<Route, 'dst'>[]): string {
  const taken = new Set(routes.map(({ dst }) => dst.split('.').slice(0, 3).join('.')));
  for (let third = 0; third < 256; third += 1) {
    const prefix = `10.213.${third}`;
    if (!taken.has(prefix)) return prefix;
  }
  throw new Error('all networks of 10.213.0.0/16 are taken: delete those left over (ip route)');
}

/**
 * NAT, and both directions let through: Docker sets the FORWARD policy to DROP. Inserted before Docker's rules, which
 * stay as they are; the comment tells ours apart when they are removed.
 */
function rules(name: string, cable: string, prefix: string, uplink: string): string[][] {
  const mine = ['-m', 'comment', '--comment', name];
  return [
    ['-t', 'nat', '-I', 'POSTROUTING', '-s', `${prefix}.0/24`, '-o', uplink, ...mine, '-j', 'MASQUERADE'],
    ['-I', 'FORWARD', '-i', cable, '-o', uplink, ...mine, '-j', 'ACCEPT'],
    [
      '-I',
      'FORWARD',
      '-o',
      cable,
      '-m',
      'conntrack',
      '--ctstate',
      'RELATED,ESTABLISHED',
      ...mine,
      '-j',
      'ACCEPT',
    ],
  ];
}

/** The rules in `iptables -S` output that carry our comment, each as the arguments that delete it. */
export function deletions(listing: string, name: string): string[][] {
  return listing
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[0] === '-A' && words[words.indexOf('--comment') + 1] === name)
    .map(([, ...words]) => ['-D', ...words]);
}

const iptables = (...args: string[]) => check('iptables', ['--wait', '10', ...args]);

async function removeRules(name: string): Promise<void> {
  for (const tableName of ['nat', 'filter']) {
    const { stdout } = await iptables('-t', tableName, '-S');
    for (const rule of deletions(stdout, name)) await iptables('-t', tableName, ...rule);
  }
}

const cableOf = (name: string): string => `${name}h`;

/** Removes what createNetwork made under this name, as far as it is there. */
export async function removeNetwork(name: string): Promise<void> {
  await removeRules(name);
  // Failures mean that they are not there: each was made after the one that is removed next.
  await run('ip', ['link', 'delete', cableOf(name)]);
  await run('ip', ['netns', 'delete', name]);
}

/**
 * Makes a network namespace that reaches the outside through the host by NAT; its own ports and bridges are invisible
 * to the host. All names start with `name` (at most 13 characters). Undone by removeNetwork, also when this throws.
 * @returns the namespace's path
 */
export async function createNetwork(name: string): Promise<string> {
  const routes = await json<Route[]>(['route']);
  const uplink = routes.find(({ dst }) => dst === 'default')?.dev;
  if (uplink === undefined) throw new Error('this machine has no default route');
  const mtu = String((await json<Link[]>(['link', 'show', uplink]))[0]?.mtu ?? 1500);
  const prefix = freePrefix(routes);
  const [cable, inside] = [cableOf(name), `${name}m`];
  const ip = (...args: string[]) => check('ip', args);
  const ipInside = (...args: string[]) => check('ip', ['-netns', name, ...args]);

  await ip('netns', 'add', name);
  await ip('link', 'add', cable, 'mtu', mtu, 'type', 'veth', 'peer', 'name', inside);
  await ip('link', 'set', inside, 'mtu', mtu, 'netns', name);
  await ip('address', 'add', `${prefix}.1/24`, 'dev', cable);
  await ip('link', 'set', cable, 'up');
  await ipInside('address', 'add', `${prefix}.2/24`, 'dev', inside);
  await ipInside('link', 'set', inside, 'up');
  await ipInside('link', 'set', 'lo', 'up');
  await ipInside('route', 'add', 'default', 'via', `${prefix}.1`);
  for (const rule of rules(name, cable, prefix, uplink)) await iptables(...rule);
  return `/run/netns/${name}`;
}
