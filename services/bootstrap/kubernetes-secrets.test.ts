import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BootstrapOptions, bootstrap } from './bootstrap.ts';
import { apiOfThisPod, KubernetesAuthority, KubernetesParts } from './kubernetes-secrets.ts';
import { parts } from './parts.ts';

interface Secret {
  readonly type: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly data: Record<string, string>;
}

/** Answers as the API server does for Secrets of two namespaces; the real one is asked by `./coffee cluster test`. */
class ApiServer {
  readonly secrets = new Map<string, Secret>();
  forbidden = false;
  #version = 0;
  readonly server: Server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const [, namespace, name] = /^\/api\/v1\/namespaces\/(shop|watch)\/secrets\/?(.*)$/.exec(url) ?? [];
    if (request.headers.authorization !== 'Bearer token-of-the-pod') answer(401, { message: 'Unauthorized' });
    else if (this.forbidden || namespace === undefined) answer(403, { message: `cannot ${method}` });
    else if (method === 'GET') {
      const found = this.secrets.get(`${namespace}/${name}`);
      answer(found ? 200 : 404, found ?? { message: 'not found' });
    } else this.#write(method, namespace, (await json(request)) as Secret, answer);
  });

  #write(
    method: string,
    namespace: string,
    secret: Secret,
    answer: (status: number, body: unknown) => void,
  ): void {
    const key = `${namespace}/${secret.metadata.name}`;
    const found = this.secrets.get(key);
    // Who updates must have seen the latest version.
    const conflict =
      method === 'POST' ? found : found?.metadata.resourceVersion !== secret.metadata.resourceVersion;
    if (conflict) {
      answer(409, { message: 'conflict' });
      return;
    }
    this.#version += 1;
    const stored = { ...secret, metadata: { ...secret.metadata, resourceVersion: String(this.#version) } };
    this.secrets.set(key, stored);
    answer(method === 'POST' ? 201 : 200, stored);
  }
}

let api: ApiServer;
let authority: KubernetesAuthority;
let store: KubernetesParts;
beforeEach(async () => {
  api = new ApiServer();
  api.server.listen(0, '127.0.0.1');
  await once(api.server, 'listening');
  const { port } = api.server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  const pod = { url, namespace: 'shop', token: 'token-of-the-pod' };
  authority = new KubernetesAuthority(pod);
  store = new KubernetesParts(pod, { platform: 'shop', monitoring: 'watch' }, (name) =>
    /^(jaeger|otel-collector|grafana)$/.test(name) ? 'monitoring' : 'platform',
  );
});
afterEach(() => void api.server.close());

const run = (options: Partial<BootstrapOptions> = {}) =>
  bootstrap({
    authority,
    store,
    parts,
    passwords: true,
    certificates: true,
    lifetimeMs: 86_400_000,
    now: new Date(),
    ...options,
  });
const file = (secret: string, name: string): string =>
  Buffer.from(api.secrets.get(secret)?.data[name] ?? '', 'base64').toString();

it('makes one Secret for the authority, and up to two for each part in its namespace', async () => {
  await run();
  expect([...api.secrets.keys()].filter((name) => !name.endsWith('-tls')).toSorted()).toEqual([
    'shop/ai-orchestrator-secrets',
    'shop/chain-setup-secrets',
    'shop/console-secrets',
    'shop/consumer-secrets',
    'shop/go-coffee-authority',
    'shop/host-secrets',
    'shop/migrate-secrets',
    'shop/postgres-backup-secrets',
    'shop/postgres-secrets',
    'shop/producer-secrets',
    'shop/redis-secrets',
    'shop/streams-secrets',
    'shop/web3-payment-secrets',
    'watch/grafana-secrets',
    'watch/otel-collector-secrets',
  ]);
  expect([...api.secrets.keys()].filter((name) => name.endsWith('-tls'))).toHaveLength(parts.length);
  // As cert-manager makes it.
  const { type, data } = api.secrets.get('watch/jaeger-tls') ?? {};
  expect(type).toBe('kubernetes.io/tls');
  expect(Object.keys(data ?? {}).toSorted()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  expect(file('shop/host-secrets', 'postgres-password')).toMatch(/^[\w-]{43}$/);
});

it('never changes what is good', async () => {
  await run();
  const before = new Map(api.secrets);
  await run();
  expect(api.secrets).toEqual(before);
});

it('agrees on one set of secrets when it runs many times at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => run()));
  for (const part of ['postgres', 'migrate', 'host'])
    expect(file(`shop/${part}-secrets`, 'postgres-password')).toBe(
      file('shop/go-coffee-authority', 'postgres-password'),
    );
  // Ten times a key for each part.
}, 30_000);

it('renews the certificate of a part in its place', async () => {
  await run();
  const before = file('shop/kafka-tls', 'tls.crt');
  await run({ rotation: 'certificates' });
  expect(file('shop/kafka-tls', 'tls.crt')).not.toBe(before);
});

it('says which right is missing', async () => {
  api.forbidden = true;
  await expect(run()).rejects.toThrow(
    'reading Secret go-coffee-authority failed with status 403: cannot GET',
  );
});

it('finds the API server by what is in every pod', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'go-coffee-service-account-'));
  try {
    writeFileSync(join(folder, 'token'), 'abc\n');
    writeFileSync(join(folder, 'namespace'), 'shop');
    const found = { url: new URL('https://10.96.0.1'), token: 'abc', namespace: 'shop' };
    expect(await apiOfThisPod('10.96.0.1', 443, folder)).toEqual(found);
    expect((await apiOfThisPod('fd00::1', 6443, folder)).url.href).toBe('https://[fd00::1]:6443/');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
