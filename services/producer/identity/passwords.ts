import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '#platform/errors/app-error.ts';

type Cost = Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>;

// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html: Argon2id with 19 MiB and 2 passes.
const defaultCost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;

// Each takes a thread of libuv's four and its memory: orders must not wait behind people who sign in.
const mostAtOnce = 2;
const mostWaiting = 32;

/** Makes and checks hashes of passwords (Argon2id, RFC 9106), a few at a time. */
export class Passwords {
  readonly #cost: Cost;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Of no password: what is checked when there is no account, so that both take the same time. */
  #decoy: Promise<string> | undefined;

  constructor(cost: Cost = defaultCost) {
    this.#cost = cost;
  }

  /**
   * @returns the hash in PHC's string format: with its parameters, so that they can change.
   * @throws AppError `overloaded` when too many wait.
   */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const digest = await this.#derive(password, salt, this.#cost);
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(digest)}`;
  }

  /**
   * Whether it is the password of this hash; with `undefined` for the hash it never is, after the same time.
   *
   * @throws AppError `overloaded` when too many wait.
   */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    this.#decoy ??= this.hash(randomBytes(saltBytes).toString('base64url'));
    const { parameters, salt, digest } = parse(hash ?? (await this.#decoy));
    const derived = await this.#derive(password, salt, parameters);
    return timingSafeEqual(derived, digest) && hash !== undefined;
  }

  async #derive(password: string, salt: Buffer, parameters: Cost): Promise<Buffer> {
    await this.#turn();
    try {
      return await derive(password, salt, parameters);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting) {
        throw new AppError('overloaded', 'Too many people sign in right now.', { retryAfterSeconds: 2 });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}

function derive(password: string, nonce: Buffer, parameters: Cost): Promise<Buffer> {
  // The same text has several forms in Unicode (RFC 8265, section 4.2).
  const message = password.normalize('NFC');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  argon2('argon2id', { message, nonce, tagLength: hashBytes, ...parameters }, (error, digest) =>
    error ? reject(error) : resolve(digest),
  );
  return promise;
}

const encode = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;

function parse(hash: string): { parameters: Cost; salt: Buffer; digest: Buffer } {
  const [, memory, passes, parallelism, salt = '', digest = ''] = phc.exec(hash) ?? [];
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { parameters, salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') };
}
