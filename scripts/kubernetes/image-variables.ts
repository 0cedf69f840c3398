/** The variables of `.env` that manifests use in the place of an image. */
export const imageVariables = [
  'SERVICE_IMAGE',
  'TOOLS_IMAGE',
  'KAFKA_IMAGE',
  'POSTGRES_IMAGE',
  'REDIS_IMAGE',
  'EDGE_IMAGE',
  'ANVIL_IMAGE',
  'OTEL_COLLECTOR_IMAGE',
  'JAEGER_IMAGE',
  'TEMPO_IMAGE',
  'LOKI_IMAGE',
  'PROMETHEUS_IMAGE',
  'ALERTMANAGER_IMAGE',
  'GRAFANA_IMAGE',
] as const;
