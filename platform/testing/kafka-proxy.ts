import { connect } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import type { Address } from './global-setup.ts';
import { type ProxiedConnection, type Tap, TcpProxy } from './tcp-proxy.ts';

// https://kafka.apache.org/protocol#protocol_api_keys
const produceKey = 0;

/**
 * A proxy in front of a broker that can cut answers: the broker has appended, the client never learns of it. Clients
 * come through it by `socketFactory`, whatever address the broker advertises.
 */
export class KafkaProxy implements AsyncDisposable {
  #proxy: TcpProxy | undefined;
  #cutProduceAnswer: (request: number) => boolean = () => false;
  #produceRequests = 0;
  #cutAnswers = 0;
  readonly #produceAcks = new Set<number>();

  static async start(target: () => Address): Promise<KafkaProxy> {
    const kafka = new KafkaProxy();
    kafka.#proxy = await TcpProxy.start(target, (connection) => kafka.#tap(connection));
    return kafka;
  }

  /** For kafkajs' option of this name. */
  readonly socketFactory: ISocketFactory = ({ onConnect }) => {
    const socket = connect({ host: this.tcp.host, port: this.tcp.port }, onConnect);
    socket.setKeepAlive(true, 60_000);
    return socket;
  };

  get tcp(): TcpProxy {
    if (!this.#proxy) throw new Error('the proxy is not started');
    return this.#proxy;
  }

  /** Produce requests that went to the broker. */
  get produceRequests(): number {
    return this.#produceRequests;
  }

  /** Answers to them that were cut after the broker gave them. */
  get cutAnswers(): number {
    return this.#cutAnswers;
  }

  /** The acknowledgements that produce requests asked for: -1 is every in-sync replica. */
  get produceAcks(): ReadonlySet<number> {
    return this.#produceAcks;
  }

  /** From now on cuts the answers to the produce requests for which `decide` is true; they count from 1. */
  cutProduceAnswers(decide: (request: number) => boolean): void {
    this.#produceRequests = 0;
    this.#cutAnswers = 0;
    this.#cutProduceAnswer = decide;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.tcp[Symbol.asyncDispose]();
  }

  #tap(connection: ProxiedConnection): Tap {
    const doomed = new Set<number>();
    const requests = new FrameReader();
    const answers = new FrameReader();
    return {
      fromClient: (chunk) => {
        // Request header: api key int16, api version int16, correlation id int32.
        for (const frame of requests.read(chunk)) {
          if (frame.readInt16BE(0) !== produceKey) continue;
          this.#produceRequests += 1;
          this.#produceAcks.add(acksOf(frame));
          if (this.#cutProduceAnswer(this.#produceRequests)) doomed.add(frame.readInt32BE(4));
        }
        return true;
      },
      fromServer: (chunk) => {
        // Response header: correlation id int32.
        for (const frame of answers.read(chunk)) {
          if (!doomed.has(frame.readInt32BE(0))) continue;
          this.#cutAnswers += 1;
          connection.break();
          return false;
        }
        return true;
      },
    };
  }
}

/** Produce v3 to v8: header, client id, transactional id (both int16 length, -1 is null), then acks as int16. */
function acksOf(frame: Buffer): number {
  const clientId = 8;
  const transactionalId = clientId + 2 + Math.max(0, frame.readInt16BE(clientId));
  return frame.readInt16BE(transactionalId + 2 + Math.max(0, frame.readInt16BE(transactionalId)));
}

/** Cuts a stream into Kafka's frames: an int32 with the size, then that many bytes. */
class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const size = this.#rest.readInt32BE(0);
      if (this.#rest.length < 4 + size) return;
      const frame = this.#rest.subarray(4, 4 + size);
      this.#rest = this.#rest.subarray(4 + size);
      yield frame;
    }
  }
}
