import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { redisPassword } from '#platform/testing/containers.ts';

/** One connection to a Redis server that hides nothing: no reconnecting, no retries. */
export class RedisConnection implements Disposable {
  readonly socket: Socket;
  /** Whole lines that came, without their ends. */
  readonly answers: string[] = [];
  closed = false;
  #rest = '';
  #notify: () => void = () => undefined;

  private constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // `close` follows and tells all that the tests ask for.
    this.socket.on('error', () => this.#notify());
    this.socket.on('close', () => {
      this.closed = true;
      this.#notify();
    });
  }

  /** Connected and authenticated. @throws Error when the connection ends before that */
  static async open(port: number): Promise<RedisConnection> {
    const connection = new RedisConnection(port);
    const answer = await connection.ask(`AUTH ${redisPassword}`);
    if (answer !== '+OK') throw new Error(`the server said "${answer}"`);
    return connection;
  }

  send(command: string): void {
    this.socket.write(`${command}\r\n`);
  }

  /** The next answer line. @throws Error when the connection ends first, or after `withinMs` milliseconds */
  async ask(command: string, withinMs = 10_000): Promise<string> {
    const wanted = this.answers.length;
    const deadline = AbortSignal.timeout(withinMs);
    this.send(command);
    while (this.answers.length <= wanted) {
      if (this.closed) throw new Error('the connection ended');
      if (deadline.aborted) throw new Error('no answer in time');
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#notify = resolve;
      deadline.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    }
    return this.answers[wanted] ?? '';
  }

  /** Resolves when the connection has ended. */
  async ended(): Promise<void> {
    if (!this.closed) await once(this.socket, 'close');
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('latin1')).split('\r\n');
    this.#rest = lines.pop() ?? '';
    this.answers.push(...lines);
    this.#notify();
  }
}
