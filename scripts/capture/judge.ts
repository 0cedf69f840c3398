import { OrderedBytes } from './ordered-bytes.ts';
import type { Packet } from './packet.ts';
import { TlsStream } from './tls-stream.ts';

/** What went to one port of one address, from one other. */
export interface Door {
  readonly from: string;
  readonly to: string;
  /** 0: neither TCP nor UDP. */
  readonly port: number;
}

export interface Finding extends Door {
  /** The begin of what could be read, for people. */
  readonly sample: string;
}

export interface Judgement {
  /** Where all was TLS, with the number of connections. */
  readonly secure: readonly (Door & { readonly connections: number; readonly bytes: number })[];
  /** Where something was not. */
  readonly plaintext: readonly Finding[];
  /** Of `needles`, what was seen in any packet. */
  readonly leaked: readonly string[];
}

/**
 * What a protocol that is asked for TLS says before it: PostgreSQL's SSLRequest, answered by one letter.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
const prefaces: ReadonlyMap<number, { client: Buffer; server: Buffer }> = new Map([
  [5432, { client: Buffer.from('0000000804d2162f', 'hex'), server: Buffer.from('S') }],
]);

const sampleBytes = 48;
/** A text that can be printed. */
const readable = (bytes: Buffer): string =>
  bytes
    .subarray(0, sampleBytes)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '·');

class Side {
  readonly #stream: TlsStream;
  readonly #bytes: OrderedBytes;
  #first: Buffer | undefined;
  bytes = 0;

  constructor(first: number | undefined, preface: Buffer | undefined) {
    this.#stream = new TlsStream(first !== undefined, preface);
    this.#bytes = new OrderedBytes(first, (bytes) => this.#stream.push(bytes));
  }

  take({ sequence, payload }: Packet): void {
    if (payload.length === 0) return;
    this.#first ??= Buffer.from(payload.subarray(0, sampleBytes));
    this.bytes += payload.length;
    this.#bytes.take(sequence, payload);
  }

  /** What this side said when that was not TLS, or can't be told. */
  get plaintext(): string | undefined {
    if (this.#bytes.incomplete) return 'frames are missing in the capture';
    return this.#stream.verdict === 'plaintext' ? readable(this.#first ?? Buffer.alloc(0)) : undefined;
  }
}

interface Connection {
  readonly door: Door;
  readonly client: Side;
  server: Side;
}

/** The number of the byte that follows a SYN. */
const after = (sequence: number): number => (sequence + 1) >>> 0;

const end = (address: string, port: number): string => `${address} ${port}`;

/** Judges packets one after another. */
export class Judge {
  readonly #needles: ReadonlyMap<string, Buffer>;
  readonly #leaked = new Set<string>();
  readonly #open = new Map<string, Connection>();
  readonly #connections: Connection[] = [];
  readonly #others = new Map<string, Finding>();

  /** @param needles texts that must not be seen: ids, names and passwords of what happened meanwhile. */
  constructor(needles: readonly string[]) {
    this.#needles = new Map(needles.map((needle) => [needle, Buffer.from(needle)]));
  }

  take(packet: Packet): void {
    for (const [text, bytes] of this.#needles) if (packet.payload.includes(bytes)) this.#leaked.add(text);
    if (packet.protocol === 'tcp') this.#takeSegment(packet);
    else this.#takeOther(packet);
  }

  get judgement(): Judgement {
    const secure = new Map<string, { door: Door; connections: number; bytes: number }>();
    const plaintext = [...this.#others.values()];
    for (const { door, client, server } of this.#connections) {
      const sample = client.plaintext ?? server.plaintext;
      const bytes = client.bytes + server.bytes;
      if (sample !== undefined) plaintext.push({ ...door, sample });
      else if (bytes > 0) {
        const key = `${door.from} ${end(door.to, door.port)}`;
        const known = secure.get(key) ?? { door, connections: 0, bytes: 0 };
        secure.set(key, { door, connections: known.connections + 1, bytes: known.bytes + bytes });
      }
    }
    const counted = [...secure.values()].map(({ door, ...counts }) => ({ ...door, ...counts }));
    return { secure: counted, plaintext, leaked: [...this.#leaked] };
  }

  #takeOther({ from, fromPort, to, toPort, payload }: Packet): void {
    // An answer belongs to the door that was asked: the one with the lower port.
    const answer = fromPort < toPort;
    const door = answer ? { from: to, to: from, port: fromPort } : { from, to, port: toPort };
    const key = `${door.from} ${end(door.to, door.port)}`;
    if (!this.#others.has(key)) this.#others.set(key, { ...door, sample: readable(payload) });
  }

  #takeSegment(packet: Packet): void {
    const { from, fromPort, to, toPort, syn, ack, sequence } = packet;
    const [sender, receiver] = [end(from, fromPort), end(to, toPort)];
    // A port that is used again begins a new connection.
    if (syn && !ack) this.#begin(sender, receiver, { from, to, port: toPort }, sequence);
    const known = this.#open.get(`${sender} ${receiver}`) ?? this.#open.get(`${receiver} ${sender}`);
    // Found in the middle: the port that is known to be served tells who is who, else the lower one does.
    const found =
      known ??
      (fromPort < toPort
        ? this.#begin(receiver, sender, { from: to, to: from, port: fromPort })
        : this.#begin(sender, receiver, { from, to, port: toPort }));
    if (syn && ack) found.server = new Side(after(sequence), prefaces.get(found.door.port)?.server);
    const isClient = found.door.to === to && found.door.port === toPort;
    (isClient ? found.client : found.server).take(packet);
  }

  #begin(client: string, server: string, door: Door, sequence?: number): Connection {
    const preface = prefaces.get(door.port);
    const first = sequence === undefined ? undefined : after(sequence);
    const connection = {
      door,
      client: new Side(first, preface?.client),
      server: new Side(undefined, preface?.server),
    };
    this.#open.set(`${client} ${server}`, connection);
    this.#connections.push(connection);
    return connection;
  }
}
