/** A TCP port whose connections a network fault is about, as seen from the container that the fault is for. */
export interface Link {
  readonly name: string;
  /** `in`: clients connect to the container. `out`: the container connects to a server. */
  readonly direction: 'in' | 'out';
  readonly port: number;
  /** Where the proxy, which is in the container's own network, finds the server. */
  readonly upstream: string;
}

const serverPorts: Readonly<Record<string, number>> = { kafka: 9092, postgres: 5432, redis: 6379 };
// What only one service connects to.
const chainPort = 8545;
const httpPort = 8080;
// Behind the edge, whose connections to the producer are told from those to the console by it.
const consolePort = 8090;
const edgePort = 8443;

const incoming = (name: string, port: number): Link => ({
  name,
  direction: 'in',
  port,
  upstream: `127.0.0.1:${port}`,
});

/**
 * The connections of a service of the stack: for a server those of its clients, for all others those to their HTTP
 * port and those to the servers.
 */
export function linksOf(service: string): readonly Link[] {
  if (service === 'edge') {
    return [
      incoming('https', edgePort),
      { name: 'producer', direction: 'out', port: httpPort, upstream: `producer:${httpPort}` },
    ];
  }
  if (service === 'anvil') return [incoming('anvil', chainPort)];
  const port = serverPorts[service];
  if (port !== undefined) return [incoming(service, port)];
  const outgoing = Object.entries(serverPorts).map(
    ([name, serverPort]): Link => ({
      name,
      direction: 'out',
      port: serverPort,
      upstream: `${name}:${serverPort}`,
    }),
  );
  const chain: Link = { name: 'anvil', direction: 'out', port: chainPort, upstream: `anvil:${chainPort}` };
  return [
    incoming('http', service === 'console' ? consolePort : httpPort),
    ...outgoing,
    ...(service === 'web3-payment' ? [chain] : []),
  ];
}
