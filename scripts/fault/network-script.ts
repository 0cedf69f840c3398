import type { Fault } from './fault.ts';
import type { Link } from './links.ts';

/** The faults that the injector makes inside of a container's network. */
export type NetworkFault = Extract<Fault, { kind: 'latency' | 'reset' | 'cut' | 'partition' }>;

const chain = 'GOCOFFEE_FAULT';
const firstProxyPort = 20_000;

// Our chains by table and hook. The nft variant is the default; a kernel without nf_tables has the legacy one.
const hooks = [
  { table: 'nat', hook: 'PREROUTING' },
  { table: 'nat', hook: 'OUTPUT' },
  { table: 'filter', hook: 'INPUT' },
  { table: 'filter', hook: 'OUTPUT' },
] as const;
const nameOf = (hook: string): string => `${chain}_${hook}`;
const chooseVariant = 'ipt=iptables; $ipt -w -t nat -S >/dev/null 2>&1 || ipt=iptables-legacy';

/**
 * A shell script that sets the fault up, for the injector in the container's network namespace. Connections are led
 * through Toxiproxy by the packet filter, so that neither names nor addresses change; those that were open before are
 * reset once, and come back through the proxy.
 */
export function setUpScript(fault: NetworkFault, links: readonly Link[]): string {
  const lines = ['set -eu', chooseVariant];
  for (const { table, hook } of hooks) lines.push(`$ipt -w -t ${table} -N ${nameOf(hook)}`);
  if (fault.kind === 'partition') lines.push(...drop);
  else lines.push(...interpose(fault, links));
  return `${lines.join('\n')}\n`;
}

/**
 * Takes everything away that `setUpScript` may have made; may be repeated, and runs also where the proxy is gone. Fails
 * when something is left.
 */
export function undoScript(links: readonly Link[]): string {
  const lines = [
    'set -eu',
    chooseVariant,
    ...hooks.map(
      ({ table, hook }) => `while $ipt -w -t ${table} -D ${hook} -j ${nameOf(hook)} 2>/dev/null; do :; done`,
    ),
    // Before the redirections go: without them the proxy's goodbye no longer reaches its clients, who would hang.
    ...links.map(({ name }) => `toxiproxy-cli delete ${name} >/dev/null 2>&1 || true`),
    ...hooks.map(({ table, hook }) => {
      const ours = nameOf(hook);
      return `if $ipt -w -t ${table} -F ${ours} 2>/dev/null; then $ipt -w -t ${table} -X ${ours}; fi`;
    }),
    `for table in nat filter; do if $ipt -w -t $table -S | grep -q ${chain}; then echo "rules are left in $table" >&2; exit 1; fi; done`,
  ];
  return `${lines.join('\n')}\n`;
}

const jump = ({ table, hook }: { table: string; hook: string }): string =>
  `$ipt -w -t ${table} -I ${hook} -j ${nameOf(hook)}`;

// What stays inside of the container goes on: its health check, and the engine's name server.
const drop = [
  `$ipt -w -A ${nameOf('INPUT')} ! -i lo -j DROP`,
  `$ipt -w -A ${nameOf('OUTPUT')} ! -o lo -j DROP`,
  ...hooks.filter(({ table }) => table === 'filter').map(jump),
];

function interpose(fault: Exclude<NetworkFault, { kind: 'partition' }>, links: readonly Link[]): string[] {
  const proxies = links.map((link, index) => ({ ...link, proxyPort: firstProxyPort + index }));
  return [
    'tries=0; until toxiproxy-cli list >/dev/null 2>&1; do tries=$((tries + 1)); [ $tries -lt 100 ]; sleep 0.1; done',
    ...proxies.flatMap(({ name, upstream, proxyPort }) => [
      `toxiproxy-cli create -l 0.0.0.0:${proxyPort} -u ${upstream} ${name} >/dev/null`,
      `toxiproxy-cli toxic add ${toxicOptions(fault)} ${name} >/dev/null`,
    ]),
    ...proxies.map(redirect),
    ...hooks.filter(({ table }) => table === 'nat').map(jump),
    // Where the kernel can't destroy sockets, the rules below reset them at their next packet.
    ...proxies.map(
      ({ direction, port }) =>
        `ss -K -t "( ${direction === 'in' ? 'sport' : 'dport'} = :${port} )" >/dev/null || true`,
    ),
    ...proxies.map(resetStraight),
    ...hooks.filter(({ table }) => table === 'filter').map(jump),
  ];
}

/** https://github.com/Shopify/toxiproxy#toxics; all of them work on the answers. */
function toxicOptions(fault: Exclude<NetworkFault, { kind: 'partition' }>): string {
  switch (fault.kind) {
    case 'latency':
      return `-t latency -a latency=${fault.delayMs} -a jitter=${fault.jitterMs}`;
    case 'reset':
      return `-t reset_peer --toxicity=${fault.share} -a timeout=${fault.afterMs}`;
    case 'cut':
      return `-t limit_data -a bytes=${fault.bytes}`;
  }
}

// The proxy runs as root, the services do not: that is how its own connections are told from theirs.
const fromService = '-m owner ! --uid-owner 0';

const redirect = ({ direction, port, proxyPort }: Link & { proxyPort: number }): string =>
  direction === 'in'
    ? `$ipt -w -t nat -A ${nameOf('PREROUTING')} -p tcp --dport ${port} -j REDIRECT --to-ports ${proxyPort}`
    : `$ipt -w -t nat -A ${nameOf('OUTPUT')} ! -o lo -p tcp --dport ${port} ${fromService} -j REDIRECT --to-ports ${proxyPort}`;

/** After the redirection its packets have the proxy's port: what still has the link's came before. */
const resetStraight = ({ direction, port }: Link): string =>
  direction === 'in'
    ? `$ipt -w -A ${nameOf('INPUT')} ! -i lo -p tcp --dport ${port} --tcp-flags RST NONE -j REJECT --reject-with tcp-reset`
    : `$ipt -w -A ${nameOf('OUTPUT')} ! -o lo -p tcp --dport ${port} --tcp-flags RST NONE ${fromService} -j REJECT --reject-with tcp-reset`;
