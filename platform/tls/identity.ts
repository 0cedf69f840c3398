import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';
import { messageOf } from '../errors/app-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { belongTogether } from './keyed-certificate.ts';

/** The files of a part, as bootstrap writes them. */
export const tlsFiles = { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key' } as const;

/** The contents of a part's files. */
export type TlsMaterial = Readonly<Record<keyof typeof tlsFiles, string>>;

/** Options of both ends of a connection. */
export type SecureOptions = TlsMaterial & Pick<SecureContextOptions, 'minVersion'>;

/** The files of a part are missing or don't belong together. */
export class TlsFilesError extends Error {
  constructor(directory: string, reason: string, options?: ErrorOptions) {
    super(
      `No certificate can be used from ${directory}: ${reason}. bootstrap makes ${Object.values(tlsFiles).join(', ')}; ` +
        'COFFEE_TLS=off does without, for debugging.',
      options,
    );
    this.name = 'TlsFilesError';
  }
}

// How often a server looks for a new certificate: they are made days before the old ones end.
const lookEveryMs = 5_000;

/**
 * Who a part is on the network: its certificate and key, and whom it trusts. The files may change at any time; whatever
 * asks here gets the current ones, so that new certificates need no restart.
 */
export class TlsIdentity {
  /** Undefined: it never changes. */
  readonly #directory: string | undefined;
  #material: TlsMaterial;

  private constructor(material: TlsMaterial, directory?: string) {
    this.#material = material;
    this.#directory = directory;
  }

  /** @throws TlsFilesError unless the files are there and belong together. */
  static open(directory: string): TlsIdentity {
    return new TlsIdentity(readMaterial(directory), directory);
  }

  /** For a program that does not live as long as its certificate. */
  static of(material: TlsMaterial): TlsIdentity {
    return new TlsIdentity(material);
  }

  /** What is in the files now. While they are being replaced, what was in them before. */
  get material(): TlsMaterial {
    if (this.#directory === undefined) return this.#material;
    try {
      this.#material = readMaterial(this.#directory, this.#material);
    } catch (error) {
      // In the middle of a change a key is there before its certificate: both old ones are good for long enough.
      if (!(error instanceof TlsFilesError)) throw error;
    }
    return this.#material;
  }

  /** For a connection to a server whose certificate must be of our authority and carry the name that it is called by. */
  clientOptions(): SecureOptions {
    return { ...this.material, minVersion: 'TLSv1.2' };
  }

  /**
   * The same for libraries that take their options once and copy them for each connection: every copy has what is in
   * the files then.
   */
  liveClientOptions(): SecureOptions {
    const material = (): TlsMaterial => this.material;
    return {
      minVersion: 'TLSv1.2',
      get ca() {
        return material().ca;
      },
      get cert() {
        return material().cert;
      },
      get key() {
        return material().key;
      },
    };
  }

  /**
   * @param clients `required` refuses clients without a certificate of our authority; `any` takes them all, and knows
   * those that show one.
   */
  serverOptions(clients: 'required' | 'any'): SecureOptions & TlsOptions {
    return { ...this.clientOptions(), requestCert: true, rejectUnauthorized: clients === 'required' };
  }

  /**
   * Gives a server the new certificate when there is one; connections that it has go on with the old one.
   *
   * @param everyMs how often to look.
   */
  follow(server: Pick<Server, 'setSecureContext'>, log: Logger, everyMs = lookEveryMs): Disposable {
    let used = this.#material;
    const timer = setInterval(() => {
      const { material } = this;
      if (material === used) return;
      try {
        server.setSecureContext(this.clientOptions());
        log.info({ directory: this.#directory }, 'new certificate');
      } catch (error) {
        log.error({ directory: this.#directory, error: messageOf(error) }, 'new certificate refused');
      }
      used = material;
    }, everyMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

/** @param known is given back when nothing has changed. */
function readMaterial(directory: string, known?: TlsMaterial): TlsMaterial {
  const [ca, cert, key] = [tlsFiles.ca, tlsFiles.cert, tlsFiles.key].map((name) => {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch (error) {
      throw new TlsFilesError(directory, messageOf(error), { cause: error });
    }
  }) as [string, string, string];
  if (known && known.ca === ca && known.cert === cert && known.key === key) return known;
  let matches: boolean;
  try {
    matches = belongTogether({ certificate: cert, key });
  } catch (error) {
    throw new TlsFilesError(directory, messageOf(error), { cause: error });
  }
  if (!matches) throw new TlsFilesError(directory, `${tlsFiles.key} is not the key of ${tlsFiles.cert}`);
  return { ca, cert, key };
}
