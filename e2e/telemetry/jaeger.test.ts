import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { renderCompose } from '../../scripts/kubernetes/compose-config.ts';
import { orderTraces } from './order-traces.ts';

interface Configuration {
  readonly extensions: {
    readonly jaeger_storage: { readonly backends: { readonly memory: { memory: { max_traces: number } } } };
  };
}

const file = join(repositoryRoot, 'observability/jaeger/config.yaml');
// One request of OTLP; as many spans as the collector sends at once.
const tracesAtOnce = 20;

// Guard: Jaeger bounds how many traces it keeps, not how large they are: with too many it is killed, and none is left.
it('holds as many traces of orders as it may keep, within the memory that it has', async () => {
  prepareRuntime();
  const text = await readFile(file, 'utf8');
  const { max_traces: most } = (parse(text) as Configuration).extensions.jaeger_storage.backends.memory
    .memory;
  const { jaeger } = (await renderCompose()).services;
  if (!jaeger?.mem_limit) throw new Error('compose.yaml: jaeger has no mem_limit.');
  await using container = await new GenericContainer(image('JAEGER_IMAGE'))
    .withCopyContentToContainer([{ content: text, target: '/etc/jaeger/config.yaml' }])
    .withCommand(['--config', '/etc/jaeger/config.yaml'])
    .withEnvironment({ GOMEMLIMIT: jaeger.environment.GOMEMLIMIT ?? 'off' })
    .withResourcesQuota({ memory: jaeger.mem_limit / 2 ** 30 })
    .withExposedPorts(4318, 13133, 16686)
    .withWaitStrategy(Wait.forHttp('/status', 13133))
    .withStartupTimeout(startupTimeoutMs)
    .start();
  const at = (port: number): string => `http://${container.getHost()}:${container.getMappedPort(port)}`;

  let last = '';
  for (let sent = 0; sent < most + tracesAtOnce; sent += tracesAtOnce) {
    const ids = Array.from({ length: tracesAtOnce }, () => randomBytes(16).toString('hex'));
    const response = await fetch(`${at(4318)}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: orderTraces(ids),
    });
    expect(response.status, `after ${sent} of ${most} traces`).toBe(200);
    last = ids.at(-1) ?? '';
  }
  await poll(async () => (await fetch(`${at(16686)}/api/traces/${last}`)).ok, {
    deadlineMs: 30_000,
    what: 'the last trace',
  });
}, 300_000);
