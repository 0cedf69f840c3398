import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { apiOfThisPod, KubernetesSecrets } from './kubernetes-secrets.ts';
import { ensureSecrets, passwords } from './secrets.ts';

interface Secret {
  readonly metadata: { readonly name: string };
  readonly data: Record<string, string>;
}

/** Answers as the API server does for Secrets of one namespace; the real one is asked by `./coffee cluster test`. */
class ApiServer {
  readonly secrets = new Map<string, Secret>();
  forbidden = false;
  readonly server: Server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const name = /^\/api\/v1\/namespaces\/shop\/secrets\/?(.*)$/.exec(url)?.[1];
    if (request.headers.authorization !== 'Bearer token-of-the-pod') answer(401, { message: 'Unauthorized' });
    else if (this.forbidden || name === undefined) answer(403, { message: `cannot ${method}` });
    else if (method === 'GET') {
      const found = this.secrets.get(name);
      answer(found ? 200 : 404, found ?? { message: 'not found' });
    } else {
      const secret = (await json(request)) as Secret;
      if (this.secrets.has(secret.metadata.name)) return answer(409, { message: 'already exists' });
      this.secrets.set(secret.metadata.name, secret);
      answer(201, secret);
    }
  });
}

let api: ApiServer;
let store: KubernetesSecrets;
beforeEach(async () => {
  api = new ApiServer();
  api.server.listen(0, '127.0.0.1');
  await once(api.server, 'listening');
  const { port } = api.server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  store = new KubernetesSecrets({ url, namespace: 'shop', token: 'token-of-the-pod' });
});
afterEach(() => void api.server.close());

const contentOf = (name: string): string =>
  Buffer.from(api.secrets.get(name)?.data[name] ?? '', 'base64').toString();

it('makes one Secret for each file, with the file under the same name', async () => {
  expect((await ensureSecrets(store)).toSorted()).toEqual([...passwords, 'redis-users.acl'].toSorted());
  for (const name of passwords) expect(contentOf(name), name).toMatch(/^[\w-]{43}$/);
  expect(contentOf('redis-users.acl')).toBe(`user default on >${contentOf('redis-password')} ~* &* +@all\n`);
});

it('never changes one that is there', async () => {
  await ensureSecrets(store);
  const before = new Map(api.secrets);
  expect(await ensureSecrets(store)).toEqual([]);
  expect(api.secrets).toEqual(before);
});

it('agrees on one set of secrets when it runs many times at once', async () => {
  const made = await Promise.all(Array.from({ length: 10 }, () => ensureSecrets(store)));
  expect(made.flat().toSorted()).toEqual([...passwords, 'redis-users.acl'].toSorted());
  expect(contentOf('redis-users.acl')).toContain(`>${contentOf('redis-password')} `);
});

it('says which right is missing', async () => {
  api.forbidden = true;
  await expect(ensureSecrets(store)).rejects.toThrow(
    'creating Secret postgres-password failed with status 403: cannot POST',
  );
});

it('does not take a Secret with another key for the password', async () => {
  api.secrets.set('redis-password', {
    metadata: { name: 'redis-password' },
    data: { password: 'eA==' },
  });
  await expect(ensureSecrets(store)).rejects.toThrow('Secret redis-password has no key redis-password');
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
