import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Manifest {
  readonly type: string;
  readonly content: Buffer;
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/**
 * As much of a registry as pushing and pulling one chart takes: blobs in one piece, manifests by tag and digest, tags.
 * Source: OCI Distribution Specification 1.1, "Push" and "Pull".
 */
export class MemoryRegistry implements AsyncDisposable {
  readonly #server: Server;
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Manifest>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<MemoryRegistry> {
    const registry = new MemoryRegistry();
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://registry');
    const [, kind = '', reference = ''] = /^\/v2\/.+\/(blobs|manifests)\/(.+)$/.exec(pathname) ?? [];
    const [, repository] = /^\/v2\/(.+)\/tags\/list$/.exec(pathname) ?? [];
    if (pathname === '/v2/') response.writeHead(200).end();
    else if (repository) this.#listTags(repository, response);
    else if (method === 'POST')
      response.writeHead(202, { Location: `${pathname.replace(/\/$/, '')}/${randomUUID()}` }).end();
    else if (method === 'PUT' && kind === 'manifests')
      this.#keepManifest(reference, request.headers['content-type'] ?? '', await buffer(request), response);
    else if (method === 'PUT') this.#keepBlob(searchParams.get('digest'), await buffer(request), response);
    else this.#send(method, kind, reference, response);
  }

  #listTags(name: string, response: ServerResponse): void {
    const tags = [...this.#manifests.keys()].filter((reference) => !reference.startsWith('sha256:'));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ name, tags }));
  }

  #keepManifest(reference: string, type: string, content: Buffer, response: ServerResponse): void {
    const digest = digestOf(content);
    for (const name of [reference, digest]) this.#manifests.set(name, { type, content });
    response.writeHead(201, { Location: reference, 'Docker-Content-Digest': digest }).end();
  }

  #keepBlob(digest: string | null, content: Buffer, response: ServerResponse): void {
    if (digest !== digestOf(content)) response.writeHead(400).end();
    else {
      this.#blobs.set(digest, content);
      response.writeHead(201, { Location: digest, 'Docker-Content-Digest': digest }).end();
    }
  }

  #send(method: string, kind: string, reference: string, response: ServerResponse): void {
    const blob = this.#blobs.get(reference);
    const manifest = this.#manifests.get(reference);
    const found = kind === 'blobs' ? blob && { type: 'application/octet-stream', content: blob } : manifest;
    if (!found) response.writeHead(404).end();
    else {
      const { type, content } = found;
      const headers = { 'Content-Type': type, 'Docker-Content-Digest': digestOf(content) };
      response.writeHead(200, { ...headers, 'Content-Length': content.length });
      response.end(method === 'HEAD' ? undefined : content);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
