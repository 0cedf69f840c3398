import type { Usage } from '#platform/tls/certificates.ts';

/**
 * Passwords that are made at random, each under its name. `jwt-secret` is what access tokens are signed and checked with:
 * whoever holds it can be anybody, so only those have it that check tokens. `outbound-signing-secret` is what calls of
 * others are signed with.
 */
export const passwords = [
  'postgres-password',
  'consumer-database-password',
  'producer-database-password',
  'streams-database-password',
  'ai-orchestrator-database-password',
  'identity-database-password',
  'web3-payment-database-password',
  'redis-password',
  'consumer-redis-password',
  'producer-redis-password',
  'streams-redis-password',
  'web3-payment-redis-password',
  'ai-orchestrator-redis-password',
  'otel-collector-database-password',
  'otel-collector-redis-password',
  'grafana-password',
  'jwt-secret',
  'outbound-signing-secret',
  // Private keys on chains: any 32 random bytes are one.
  'chain-owner-key',
  'merchant-key',
  'operator-key',
  'demo-wallet-key',
] as const;

export type Password = (typeof passwords)[number];

/** Where a part runs on Kubernetes. */
export type Place = 'platform' | 'monitoring';

/** Somebody on the network: what its certificate says, and which passwords it holds. Nobody holds more than it uses. */
export interface Part {
  readonly name: string;
  readonly place: Place;
  /** Its Services on Kubernetes, of which the first is its name under Compose. None: nobody calls it. */
  readonly services: readonly string[];
  /** Names beside those. */
  readonly hosts: readonly string[];
  readonly usages: readonly Usage[];
  readonly passwords: readonly Password[];
  /** Not there under Compose. */
  readonly onlyOn?: 'kubernetes';
}

// Every server also answers on the machine that it runs on: to health checks, published ports and port-forwards.
const thisMachine = ['localhost', '127.0.0.1'];
const server = (name: string, place: Place, ...services: string[]): Omit<Part, 'passwords' | 'usages'> => ({
  name,
  place,
  services: [name, ...services],
  hosts: thisMachine,
});
const client = (name: string): Omit<Part, 'passwords'> => ({
  name,
  place: 'platform',
  services: [],
  hosts: [],
  usages: ['client'],
});

/** Each part that takes part, with everything that it needs and nothing else. */
export const parts: readonly Part[] = [
  {
    ...server('kafka', 'platform', ...[1, 2, 3].map((id) => `kafka-${id}.kafka-brokers`)),
    // Brokers call each other.
    usages: ['server', 'client'],
    passwords: [],
  },
  { ...server('postgres', 'platform'), usages: ['server'], passwords: ['postgres-password'] },
  { ...server('redis', 'platform'), usages: ['server'], passwords: ['redis-password'] },
  {
    ...server('producer', 'platform'),
    usages: ['server', 'client'],
    passwords: [
      'producer-database-password',
      'identity-database-password',
      'producer-redis-password',
      'jwt-secret',
    ],
  },
  {
    ...server('consumer', 'platform'),
    usages: ['server', 'client'],
    passwords: ['consumer-database-password', 'consumer-redis-password'],
  },
  {
    ...server('streams', 'platform'),
    usages: ['server', 'client'],
    passwords: ['streams-database-password', 'streams-redis-password', 'jwt-secret'],
  },
  {
    ...server('ai-orchestrator', 'platform'),
    usages: ['server', 'client'],
    passwords: [
      'ai-orchestrator-database-password',
      'ai-orchestrator-redis-password',
      'jwt-secret',
      'outbound-signing-secret',
    ],
  },
  {
    ...server('web3-payment', 'platform'),
    usages: ['server', 'client'],
    passwords: [
      'web3-payment-database-password',
      'web3-payment-redis-password',
      'merchant-key',
      'operator-key',
      'demo-wallet-key',
      'jwt-secret',
    ],
  },
  { ...server('console', 'platform'), usages: ['server', 'client'], passwords: ['jwt-secret'] },
  { ...server('anvil', 'platform'), usages: ['server'], passwords: [] },
  // The contract's owner is nobody that runs all the time.
  {
    ...client('chain-setup'),
    passwords: ['chain-owner-key', 'merchant-key', 'operator-key', 'demo-wallet-key'],
  },
  {
    ...client('migrate'),
    passwords: [
      'postgres-password',
      'consumer-database-password',
      'producer-database-password',
      'streams-database-password',
      'ai-orchestrator-database-password',
      'identity-database-password',
      'web3-payment-database-password',
      'otel-collector-database-password',
    ],
  },
  { ...server('edge', 'platform'), usages: ['server', 'client'], passwords: [] },
  // The command line on the developer's machine, and the tools' pod in a cluster.
  { ...client('host'), passwords: ['postgres-password', 'jwt-secret'] },
  // Where there is another region: it reads that one's Kafka, and writes here (docs/multi-region.md).
  { ...client('mirror-maker'), passwords: [], onlyOn: 'kubernetes' },
  { ...client('postgres-backup'), passwords: ['postgres-password'], onlyOn: 'kubernetes' },
  {
    ...server('otel-collector', 'monitoring'),
    usages: ['server', 'client'],
    // It reads PostgreSQL's and Redis' own figures.
    passwords: ['otel-collector-database-password', 'otel-collector-redis-password'],
  },
  { ...server('jaeger', 'monitoring', 'jaeger-query'), usages: ['server'], passwords: [] },
  { ...server('prometheus', 'monitoring'), usages: ['server', 'client'], passwords: [] },
  { ...server('tempo', 'monitoring'), usages: ['server'], passwords: [] },
  { ...server('loki', 'monitoring'), usages: ['server'], passwords: [] },
  { ...server('alertmanager', 'monitoring'), usages: ['server', 'client'], passwords: [] },
  { ...server('alert-inbox', 'monitoring'), usages: ['server'], passwords: [] },
  { ...server('grafana', 'monitoring'), usages: ['server', 'client'], passwords: ['grafana-password'] },
];

/** Every name that a part is called by. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function hostsOf({ services, place, hosts }: Part): string[] {
  const namespace = `go-coffee-${place}`;
  const names = services.flatMap((service) => [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ]);
  return [...names, ...hosts];
}
