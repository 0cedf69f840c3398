/** Doors: what listens where. */
export const doors = {
  edge: [8443, 9145],
  producer: [8080],
  consumer: [8080],
  streams: [8080],
  'ai-orchestrator': [8080],
  'web3-payment': [8080],
  console: [8090],
  anvil: [8545],
  kafka: [9092, 9093],
  postgres: [5432],
  redis: [6379],
  'otel-collector': [4317, 4318],
  jaeger: [4317, 4318, 13133, 16686],
  prometheus: [9090],
  alertmanager: [9093],
  'alert-inbox': [8080],
} as const satisfies Record<string, readonly number[]>;

export type Component = keyof typeof doors;

/**
 * Every connection that may be made, and no other: `from` → `to:port`. Pods of two kinds besides the components:
 * `bootstrap`, `renewal` and `postgres-backup`, whose Jobs have ended; `stranger`, a pod without our labels in the same namespace;
 * `outsider`, one in another namespace.
 */
export const edges: Readonly<Record<string, readonly string[]>> = {
  edge: ['producer:8080', 'console:8090'],
  producer: ['kafka:9092', 'postgres:5432', 'redis:6379', 'otel-collector:4317'],
  consumer: ['kafka:9092', 'postgres:5432', 'redis:6379', 'otel-collector:4317'],
  streams: ['kafka:9092', 'postgres:5432', 'redis:6379', 'otel-collector:4317'],
  'ai-orchestrator': ['kafka:9092', 'postgres:5432', 'redis:6379', 'otel-collector:4317'],
  'web3-payment': ['kafka:9092', 'postgres:5432', 'redis:6379', 'anvil:8545', 'otel-collector:4317'],
  console: [
    ...['kafka:9092', 'streams:8080', 'web3-payment:8080', 'ai-orchestrator:8080'],
    ...['prometheus:9090', 'jaeger:16686', 'alert-inbox:8080', 'otel-collector:4317'],
  ],
  kafka: ['kafka:9092', 'kafka:9093'],
  postgres: [],
  redis: [],
  anvil: [],
  'otel-collector': [
    ...['jaeger:4318', 'jaeger:13133', 'prometheus:9090'],
    // Whose certificates it looks at.
    ...['otel-collector:4318', 'alertmanager:9093', 'alert-inbox:8080'],
    // What it measures.
    ...['kafka:9092', 'postgres:5432', 'redis:6379', 'edge:9145'],
    ...['producer:8080', 'consumer:8080', 'streams:8080', 'web3-payment:8080', 'ai-orchestrator:8080'],
    'console:8090',
  ],
  jaeger: [],
  prometheus: ['edge:9145', 'alertmanager:9093', 'api-server:443'],
  alertmanager: ['alert-inbox:8080'],
  'alert-inbox': [],
  bootstrap: ['api-server:443'],
  renewal: ['api-server:443'],
  stranger: [],
  // Nothing keeps a pod of a namespace without policies from the API server; it has no rights there. The edge is for all.
  outsider: ['api-server:443', 'edge:8443'],
};

/** With components/backup. */
export const backupEdges = { 'postgres-backup': ['postgres:5432'] } as const;
