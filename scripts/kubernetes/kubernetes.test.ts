import { describe, expect, test } from 'vitest';
import { parseAptSources } from '../docker/apt-sources.ts';
import { kubectlPlan } from '../docker/install-plan.ts';
import { combinations } from './combinations.ts';
import { healthOf, seconds } from './compose-parts.ts';
import { quantity } from './pods.ts';
import { connectionsOf } from './policies.ts';
import { reduceOpenApi, schemasText } from './schemas.ts';

test.each([
  ['100m', 0.1],
  ['2', 2],
  [2, 2],
  ['512Mi', 536_870_912],
  ['1Gi', 1_073_741_824],
])('the quantity %s is %d', (text, value) => {
  expect(quantity(text)).toBe(value);
});

test('refuses what is no quantity', () => {
  expect(() => quantity('much')).toThrow('"much" is no quantity');
});

test.each([
  ['30s', '30'],
  ['1m0s', '60'],
  ['1m30s', '90'],
])("Compose's duration %s is %s seconds", (text, value) => {
  expect(seconds(text)).toBe(value);
});

test.each([
  [['CMD', 'pg_isready', '-q'], {}, 'pg_isready -q'],
  [['CMD-SHELL', 'test -e ready | grep -q 1'], {}, '/bin/sh -c test -e ready | grep -q 1'],
  [
    ['CMD', '/nodejs/bin/node', 'platform/lifecycle/healthcheck.ts'],
    { HTTP_PORT: '8081' },
    'GET https://:8081/readyz',
  ],
  [
    ['CMD', '/nodejs/bin/node', 'platform/lifecycle/healthcheck.ts'],
    { COFFEE_TLS: 'off' },
    'GET http://:8080/readyz',
  ],
])('the health check %j', (check, environment, expected) => {
  expect(healthOf(check, environment)).toBe(expected);
});

test("a service's environment says what it connects to", () => {
  const environment = {
    KAFKA_BROKERS: 'kafka:9092, kafka-2:9092',
    DATABASE_HOST: 'postgres',
    REDIS_HOST: 'redis',
    REDIS_PORT: '6380',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector.go-coffee-monitoring:4317',
  };
  const expected = ['kafka:9092', 'kafka-2:9092', 'postgres:5432', 'redis:6380', 'otel-collector:4317'];
  expect(connectionsOf(environment)).toEqual(expected);
  expect(connectionsOf({})).toEqual([]);
});

test('combines nothing, each, every pair and all', () => {
  const names = combinations(['hpa', 'pdb', 'images']).map((chosen) => chosen.join('+'));
  expect(names).toEqual([
    '',
    'hpa',
    'pdb',
    'images',
    'hpa+pdb',
    'hpa+images',
    'pdb+images',
    'hpa+pdb+images',
  ]);
});

describe('the API server’s document', () => {
  const document = {
    info: { version: 'v1.36.3' },
    definitions: {
      Job: {
        description: 'prose',
        properties: {
          spec: { $ref: '#/definitions/JobSpec', description: 'prose' },
          description: { type: 'string' },
        },
        'x-kubernetes-group-version-kind': [{ group: 'batch', version: 'v1', kind: 'Job' }],
      },
      JobSpec: { type: 'object', properties: {} },
      Pod: { 'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }] },
    },
  };

  test('is reduced to what is used, without prose, but with fields of that name', () => {
    const schemas = reduceOpenApi(document, new Set(['batch/v1/Job']));
    expect(schemas.kinds).toEqual({ 'batch/v1/Job': 'Job' });
    expect(schemas.definitions).toEqual({
      Job: { properties: { spec: { $ref: '#/definitions/JobSpec' }, description: { type: 'string' } } },
      JobSpec: { type: 'object', properties: {} },
    });
    expect(JSON.parse(schemasText(schemas))).toEqual(schemas);
  });
});

describe('kubectl from the distribution', () => {
  const sources = parseAptSources('sources.list', 'deb https://mirror.example/debian bookworm main\n');

  test('comes from trixie on Debian 12, and nothing else does', () => {
    const plan = kubectlPlan({ id: 'debian', codename: 'bookworm' }, sources);
    expect(plan?.packages).toEqual(['kubectl/trixie']);
    expect(plan?.files.map(({ content }) => content).join('\n')).toMatch(
      /Pin-Priority: 50[\s\S]*Suites: trixie/,
    );
  });

  test('is its own on Debian 13, and nowhere else', () => {
    expect(kubectlPlan({ id: 'debian', codename: 'trixie' }, [])).toEqual({
      files: [],
      packages: ['kubectl'],
    });
    expect(kubectlPlan({ id: 'debian', codename: 'bullseye' }, sources)).toBeUndefined();
    expect(kubectlPlan({ id: 'ubuntu', codename: 'noble' }, sources)).toBeUndefined();
  });
});
