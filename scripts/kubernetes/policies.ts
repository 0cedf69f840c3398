import type { Manifest } from './manifests.ts';

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number | string }[];
}

interface PolicySpec {
  readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

const nameLabel = 'app.kubernetes.io/name';

/** The edges `from → to:port` between components that NetworkPolicies name on one side. */
function edgesOf(manifests: readonly Manifest[], side: 'ingress' | 'egress'): Set<string> {
  const edges = new Set<string>();
  for (const { kind, spec } of manifests) {
    if (kind !== 'NetworkPolicy') continue;
    const policy = spec as PolicySpec;
    const own = policy.podSelector.matchLabels?.[nameLabel];
    for (const { from = [], to = [], ports = [] } of policy[side] ?? []) {
      for (const peer of side === 'ingress' ? from : to) {
        const other = peer.podSelector?.matchLabels?.[nameLabel];
        if (own === undefined || other === undefined) continue;
        for (const { port } of ports) {
          edges.add(side === 'ingress' ? `${other} → ${own}:${port}` : `${own} → ${other}:${port}`);
        }
      }
    }
  }
  return edges;
}

/** A connection needs leave on both ends. */
export const egressEdges = (manifests: readonly Manifest[]): Set<string> => edgesOf(manifests, 'egress');
export const ingressEdges = (manifests: readonly Manifest[]): Set<string> => edgesOf(manifests, 'ingress');

interface Chain {
  readonly internal?: boolean;
  readonly rpcUrls: readonly string[];
}

/** Variables with the address of a part whose API is asked. */
const askedAddresses = [
  'STREAMS_URL',
  'WEB3_PAYMENT_URL',
  'AI_ORCHESTRATOR_URL',
  'PROMETHEUS_URL',
  'JAEGER_URL',
  'LOKI_URL',
  'ALERT_INBOX_URL',
] as const;

/** What a service's environment says that it connects to, as `component:port`. */
export function connectionsOf(environment: Readonly<Record<string, string>>): string[] {
  const {
    KAFKA_BROKERS,
    DATABASE_HOST,
    DATABASE_PORT,
    REDIS_HOST,
    REDIS_PORT,
    OTEL_EXPORTER_OTLP_ENDPOINT,
    CHAINS,
  } = environment;
  const found: string[] = [];
  for (const broker of KAFKA_BROKERS?.split(',') ?? []) found.push(broker.trim());
  if (DATABASE_HOST) found.push(`${DATABASE_HOST}:${DATABASE_PORT ?? 5432}`);
  if (REDIS_HOST) found.push(`${REDIS_HOST}:${REDIS_PORT ?? 6379}`);
  if (OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { hostname, port } = new URL(OTEL_EXPORTER_OTLP_ENDPOINT);
    found.push(`${hostname.split('.')[0]}:${port}`);
  }
  for (const name of askedAddresses) {
    const url = environment[name];
    if (!url) continue;
    const { hostname, port } = new URL(url);
    // Jaeger's queries have a Service of their own.
    found.push(`${(hostname.split('.')[0] ?? '').replace(/-query$/, '')}:${port}`);
  }
  for (const { internal, rpcUrls } of JSON.parse(CHAINS ?? '[]') as Chain[])
    if (internal) found.push(...rpcUrls.map((url) => new URL(url).host));
  return found;
}
