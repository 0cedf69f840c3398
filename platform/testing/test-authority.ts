import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issueCertificate, type LeafRequest } from '../tls/certificates.ts';
import { tlsFiles } from '../tls/identity.ts';
import type { KeyedCertificate } from '../tls/keyed-certificate.ts';

const hour = 3_600_000;

/** A certificate authority for a test, and folders with the files that bootstrap would make. */
export class TestAuthority implements AsyncDisposable {
  readonly #authority: KeyedCertificate;
  readonly #folders: string[] = [];

  private constructor(authority: KeyedCertificate) {
    this.#authority = authority;
  }

  static async create(name = 'Test authority'): Promise<TestAuthority> {
    return new TestAuthority(await createAuthority(name, hour, new Date()));
  }

  get certificate(): string {
    return this.#authority.certificate;
  }

  /** By default for a server and client of this machine. */
  issue(request: Partial<LeafRequest> = {}): Promise<KeyedCertificate> {
    const { name = 'test', hosts = ['localhost', '127.0.0.1'], usages = ['server', 'client'] } = request;
    return issueCertificate(
      this.#authority,
      { name, hosts, usages, validForMs: request.validForMs ?? hour },
      new Date(),
    );
  }

  /** A new folder with ca.crt, tls.crt and tls.key, which goes away with this authority. */
  async folder(request: Partial<LeafRequest> = {}): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'go-coffee-tls-'));
    this.#folders.push(folder);
    await this.renew(folder, request);
    return folder;
  }

  /** Replaces the certificate in a folder, each file at once, as bootstrap does. */
  async renew(folder: string, request: Partial<LeafRequest> = {}): Promise<void> {
    const { certificate, key } = await this.issue(request);
    const contents = { [tlsFiles.ca]: this.certificate, [tlsFiles.key]: key, [tlsFiles.cert]: certificate };
    for (const [name, content] of Object.entries(contents)) {
      await writeFile(join(folder, `.${name}`), content, { mode: 0o440 });
      await rename(join(folder, `.${name}`), join(folder, name));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const folder of this.#folders) await rm(folder, { recursive: true });
  }
}
