import { describe, expect, test } from 'vitest';
import { judgeParity, readAllowedDifferences } from '../../scripts/kubernetes/allowed-differences.ts';
import { type ComposeConfig, renderCompose } from '../../scripts/kubernetes/compose-config.ts';
import { composeParts } from '../../scripts/kubernetes/compose-parts.ts';
import { manifestParts } from '../../scripts/kubernetes/manifest-parts.ts';
import { type Manifest, overlayPath, overlays, renderManifests } from '../../scripts/kubernetes/manifests.ts';
import { differences } from '../../scripts/kubernetes/parts.ts';

const [compose, allowed, ...rendered] = await Promise.all([
  renderCompose(),
  readAllowedDifferences(),
  ...overlays.map((overlay) => renderManifests(overlayPath(overlay))),
]);

async function problemsOf(config: ComposeConfig, manifests: readonly Manifest[], overlay = overlays[0]) {
  return judgeParity(overlay, differences(await composeParts(config), manifestParts(manifests)), allowed);
}

describe.each(overlays)('compose.yaml and overlays/%s', (overlay) => {
  test('agree, but for what k8s/allowed-differences.yaml says', async () => {
    const config = compose;
    const found = differences(
      await composeParts(config),
      manifestParts(rendered[overlays.indexOf(overlay)] ?? []),
    );
    expect(judgeParity(overlay, found, allowed)).toEqual([]);
  });
});

/** Renders with one text replaced, which must be there. */
function replaced<T>(value: T, from: string, to: string): T {
  const text = JSON.stringify(value);
  expect(text).toContain(from);
  return JSON.parse(text.replace(from, to)) as T;
}

/** The manifests with one object changed. */
function changed(kind: string, name: string, from: string, to: string): Manifest[] {
  const all = rendered[0] ?? [];
  const index = all.findIndex((one) => one.kind === kind && one.metadata.name.startsWith(name));
  expect(index, `${kind} ${name}`).toBeGreaterThanOrEqual(0);
  return all.map((one, at) => (at === index ? replaced(one, from, to) : one));
}

describe('a change of one side alone is named', () => {
  test.each<[string, string, string, string]>([
    [
      'an environment variable',
      '"HEALTH_CHECK_INTERVAL":"30s"',
      '"HEALTH_CHECK_INTERVAL":"31s"',
      'env.HEALTH_CHECK_INTERVAL is "31s" in compose.yaml and "30s" in Kubernetes',
    ],
    [
      'a new environment variable',
      '"LOG_LEVEL":"info"',
      '"LOG_LEVEL":"info","BRAND_NEW":"1"',
      'env.BRAND_NEW is "1" in compose.yaml and nothing in Kubernetes',
    ],
    [
      'an image',
      '"image":"redis:8.0-trixie"',
      '"image":"redis:8.2-trixie"',
      'redis: image is "redis:8.2-trixie" in compose.yaml and "redis:8.0-trixie" in Kubernetes',
    ],
    ['a health check', 'pg_isready', 'true', 'postgres: health is "true -q'],
    ['a memory limit', '"mem_limit":805306368', '"mem_limit":805306369', 'postgres: memory is "805306369"'],
    [
      'a writable root',
      '"read_only":true',
      '"read_only":false',
      'read-only root is "false" in compose.yaml and "true" in Kubernetes',
    ],
    [
      'a service',
      '"redis":{',
      '"valkey":{',
      'valkey: part is "there" in compose.yaml and nothing in Kubernetes',
    ],
  ])('%s in compose.yaml', async (_what, from, to, message) => {
    expect((await problemsOf(replaced(compose, from, to), rendered[0] ?? [])).join('\n')).toContain(message);
  });

  test.each<[string, Parameters<typeof changed>, string]>([
    [
      'an environment variable',
      ['ConfigMap', 'producer-environment', '"REDIS_HOST":"redis"', '"REDIS_HOST":"valkey"'],
      'producer: env.REDIS_HOST is "redis" in compose.yaml and "valkey" in Kubernetes',
    ],
    ['an image', ['Deployment', 'jaeger', 'jaegertracing/jaeger:', 'other/jaeger:'], 'jaeger: image is '],
    [
      'a probe',
      ['Deployment', 'consumer', '/readyz', '/livez'],
      'consumer: health is "GET https://:8080/readyz" in compose.yaml and "GET https://:8080/livez" in Kubernetes',
    ],
    [
      'a configuration file',
      ['ConfigMap', 'prometheus', 'scrape_interval: 15s', 'scrape_interval: 30s'],
      'prometheus: configuration./etc/prometheus/prometheus.yml is ',
    ],
    [
      'a limit',
      ['StatefulSet', 'kafka', '"memory":"1024Mi"', '"memory":"2Gi"'],
      'kafka: memory is "1073741824" in compose.yaml and "2147483648" in Kubernetes',
    ],
    [
      'a user',
      ['StatefulSet', 'redis', '"runAsUser":999', '"runAsUser":0'],
      'redis: user is "999" in compose.yaml and "0" in Kubernetes',
    ],
    [
      'a capability',
      ['Deployment', 'producer', '"drop":["ALL"]', '"drop":[]'],
      'producer: capabilities dropped is "ALL" in compose.yaml and "" in Kubernetes',
    ],
    [
      'an argument',
      ['Deployment', 'producer', 'services/producer/main.ts', 'services/consumer/main.ts'],
      'producer: args is ',
    ],
  ])('%s in Kubernetes', async (_what, change, message) => {
    expect((await problemsOf(compose, changed(...change))).join('\n')).toContain(message);
  });

  test('an allowance whose difference is gone', async () => {
    const manifests = changed(
      'Deployment',
      'producer',
      '"name":"HTTP_DRAIN_DELAY","value":"5s"',
      '"name":"LOG_LEVEL","value":"info"',
    );
    expect((await problemsOf(compose, manifests)).join('\n')).toContain(
      'producer: env.HTTP_DRAIN_DELAY is no such difference (any more)',
    );
  });
});
