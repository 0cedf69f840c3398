import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { image, prepareRuntime } from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';

let folder = '';
let proxy: StartedTestContainer;

// As compose.yaml starts it, but for the group: whoever tests is not in that of the collector.
beforeAll(async () => {
  prepareRuntime();
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-docker-api-'));
  const content = await readFile(join(repositoryRoot, 'observability/docker-api/haproxy.cfg'), 'utf8');
  proxy = await new GenericContainer(image('HAPROXY_IMAGE'))
    .withUser('0:0')
    .withNetworkMode('none')
    .withCopyContentToContainer([{ content, target: '/usr/local/etc/haproxy/haproxy.cfg' }])
    .withBindMounts([
      { source: '/var/run/docker.sock', target: '/var/run/docker.sock' },
      { source: folder, target: '/run/docker-api' },
    ])
    .withEntrypoint(['haproxy', '-W', '-db', '-f', '/usr/local/etc/haproxy/haproxy.cfg'])
    .start();
  await poll(async () => (await ask('GET', '/_ping')).status === 200, { what: "Docker's API by the proxy" });
}, 60_000);

afterAll(async () => {
  await proxy?.stop();
  await rm(folder, { recursive: true, force: true });
});

function ask(method: string, path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: join(folder, 'docker.sock'), method, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject).end();
  });
}

it('lets through what container metrics are made of', async () => {
  const listed = await ask('GET', '/v1.44/containers/json');
  expect(listed.status).toBe(200);
  const ids = (JSON.parse(listed.body) as { Id: string }[]).map(({ Id }) => Id);
  expect(ids).toContain(proxy.getId());
  const stats = await ask('GET', `/v1.44/containers/${proxy.getId()}/stats?stream=false&one-shot=true`);
  expect(JSON.parse(stats.body)).toHaveProperty('memory_stats');
  expect((await ask('GET', `/v1.44/containers/${proxy.getId()}/json`)).status).toBe(200);
});

// Guard: whoever has Docker's API is root on the machine; the collector must not be.
it.each([
  ['POST', '/v1.44/containers/create'],
  ['POST', '/v1.44/containers/json'],
  ['POST', '/v1.44/containers/ID/exec'],
  ['POST', '/v1.44/containers/ID/stop'],
  ['PUT', '/v1.44/containers/ID/archive?path=/'],
  ['DELETE', '/v1.44/containers/ID'],
  ['GET', '/v1.44/containers/ID/archive?path=/etc'],
  ['GET', '/v1.44/containers/ID/logs?stdout=true'],
  ['GET', '/v1.44/containers/ID/json/../../../images/json'],
  ['GET', '/v1.44/containers/ID/json/%2e%2e/%2e%2e/%2e%2e/images/json'],
  ['GET', '/v1.44/images/json'],
  ['GET', '/images/json?/v1.44/containers/json'],
  ['GET', '/v1.44/secrets'],
  ['GET', '/v1.44/volumes'],
  ['POST', '/v1.44/build'],
])('refuses %s %s', async (method, path) => {
  const { status } = await ask(method, path.replace('ID', proxy.getId()));
  expect(status).toBe(403);
});
