import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Place } from './parts.ts';
import type { AuthorityStore, Files, Kind, PartStore } from './stores.ts';

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

const secret = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
});
type Secret = z.infer<typeof secret>;

const encoded = (files: Files): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]),
  );
const decoded = ({ data }: Secret): Files =>
  Object.fromEntries(
    Object.entries(data).map(([name, content]) => [name, Buffer.from(content, 'base64').toString('utf8')]),
  );

/** Secrets of one namespace: made, read and updated by their names; nothing is listed or deleted. */
class Secrets {
  readonly #api: KubernetesApi;

  constructor(api: KubernetesApi) {
    this.#api = api;
  }

  async read(name: string): Promise<Secret | undefined> {
    const response = await this.#request('GET', `/${name}`);
    if (response.status === 404) return undefined;
    await expectStatus(response, 200, `reading Secret ${name}`);
    return secret.parse(await response.json());
  }

  /**
   * Makes or changes a Secret, again when somebody else was faster.
   *
   * @param change gets what is there; undefined leaves it alone.
   */
  async change(name: string, type: string, change: (now: Files) => Files | undefined): Promise<void> {
    for (;;) {
      const found = await this.read(name);
      const files = change(found ? decoded(found) : {});
      if (!files) return;
      const response = found
        ? await this.#request('PUT', `/${name}`, { ...found, data: encoded(files) })
        : await this.#request('POST', '', made(name, type, files));
      // Made or changed since it was read: https://kubernetes.io/docs/reference/using-api/api-concepts/#optimistic-locking
      if (response.status === 409) continue;
      const what = found ? 'updating' : 'creating';
      await expectStatus(response, found ? 200 : 201, `${what} Secret ${name}`);
      return;
    }
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

const labels = { 'app.kubernetes.io/part-of': 'go-coffee', 'app.kubernetes.io/managed-by': 'bootstrap' };

const made = (name: string, type: string, files: Files): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: { name, labels },
  data: encoded(files),
});

/** The API server's `Status` says what is wrong, such as a right that is missing; it never holds the secret. */
async function expectStatus(response: Response, expected: number, what: string): Promise<void> {
  if (response.status === expected) return;
  const { message } = z
    .object({ message: z.string().default('') })
    .parse(await response.json().catch(() => ({})));
  throw new Error(`${what} failed with status ${response.status}: ${message}`);
}

/** The Secret that holds what everything else is made of. No pod mounts it. */
export const authoritySecret = 'go-coffee-authority';

/** The authority as a Secret in bootstrap's own namespace. */
export class KubernetesAuthority implements AuthorityStore {
  readonly #secrets: Secrets;

  constructor(api: KubernetesApi) {
    this.#secrets = new Secrets(api);
  }

  async read(name: string): Promise<string | undefined> {
    const found = await this.#secrets.read(authoritySecret);
    return found && decoded(found)[name];
  }

  async create(name: string, content: string): Promise<boolean> {
    let first = false;
    await this.#secrets.change(authoritySecret, 'Opaque', (now) => {
      first = now[name] === undefined;
      return first ? { ...now, [name]: content } : undefined;
    });
    return first;
  }

  async replace(name: string, content: string): Promise<void> {
    await this.#secrets.change(authoritySecret, 'Opaque', (now) => ({ ...now, [name]: content }));
  }
}

const types: Readonly<Record<Kind, string>> = {
  // As cert-manager makes it, which may take its place.
  tls: 'kubernetes.io/tls',
  secrets: 'Opaque',
};

/** The name of the Secret with a part's files of one kind. */
export const secretName = (part: string, kind: Kind): string => `${part}-${kind}`;

/** Secrets in the namespace of each part. */
export class KubernetesParts implements PartStore {
  readonly #placeOf: (part: string) => Place;
  readonly #secrets: Readonly<Record<Place, Secrets>>;

  /** @param namespaces of each place. */
  constructor(
    api: KubernetesApi,
    namespaces: Readonly<Record<Place, string>>,
    placeOf: (part: string) => Place,
  ) {
    const of = (place: Place): Secrets => new Secrets({ ...api, namespace: namespaces[place] });
    this.#secrets = { platform: of('platform'), monitoring: of('monitoring') };
    this.#placeOf = placeOf;
  }

  async read(part: string, kind: Kind): Promise<Files | undefined> {
    const found = await this.#secrets[this.#placeOf(part)].read(secretName(part, kind));
    return found && decoded(found);
  }

  async put(part: string, kind: Kind, files: Files): Promise<void> {
    await this.#secrets[this.#placeOf(part)].change(secretName(part, kind), types[kind], () => files);
  }
}
