import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SecretStore } from './secrets.ts';

export interface KubernetesApi {
  readonly url: URL;
  readonly namespace: string;
  readonly token: string;
}

const answerWithinMs = 10_000;

/**
 * Finds the API server as every pod does: address in the environment, token and namespace in files of the
 * ServiceAccount. Its certificate is checked against NODE_EXTRA_CA_CERTS.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 *
 * @throws when the pod has no ServiceAccount token.
 */
export async function apiOfThisPod(host: string, port: number, folder: string): Promise<KubernetesApi> {
  const [token, namespace] = await Promise.all([
    readFile(join(folder, 'token'), 'utf8'),
    readFile(join(folder, 'namespace'), 'utf8'),
  ]);
  const address = host.includes(':') ? `[${host}]` : host;
  return { url: new URL(`https://${address}:${port}`), token: token.trim(), namespace: namespace.trim() };
}

const secret = z.object({ data: z.record(z.string(), z.string()).default({}) });

/**
 * Secrets of one namespace, each holding one file that is named like the secret. Needs the right to create Secrets,
 * and to get those that are read: nothing is listed, changed or deleted.
 */
export class KubernetesSecrets implements SecretStore {
  readonly #api: KubernetesApi;

  constructor(api: KubernetesApi) {
    this.#api = api;
  }

  async read(name: string): Promise<string | undefined> {
    const response = await this.#request('GET', `/${name}`);
    if (response.status === 404) return undefined;
    await expectStatus(response, 200, `reading Secret ${name}`);
    const content = secret.parse(await response.json()).data[name];
    if (content === undefined) {
      throw new Error(
        `Secret ${name} has no key ${name}: delete it, or give it its password under this key.`,
      );
    }
    return Buffer.from(content, 'base64').toString('utf8');
  }

  async create(name: string, content: string): Promise<boolean> {
    const labels = { 'app.kubernetes.io/part-of': 'go-coffee', 'app.kubernetes.io/managed-by': 'bootstrap' };
    const response = await this.#request('POST', '', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels },
      data: { [name]: Buffer.from(content).toString('base64') },
    });
    if (response.status === 409) return false;
    await expectStatus(response, 201, `creating Secret ${name}`);
    return true;
  }

  #request(method: string, path: string, body?: unknown): Promise<Response> {
    const { url, namespace, token } = this.#api;
    return fetch(new URL(`/api/v1/namespaces/${namespace}/secrets${path}`, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    });
  }
}

/** The API server's `Status` says what is wrong, such as a right that is missing; it never holds the secret. */
async function expectStatus(response: Response, expected: number, what: string): Promise<void> {
  if (response.status === expected) return;
  const { message } = z
    .object({ message: z.string().default('') })
    .parse(await response.json().catch(() => ({})));
  throw new Error(`${what} failed with status ${response.status}: ${message}`);
}
