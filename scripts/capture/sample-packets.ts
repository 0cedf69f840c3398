import type { Packet } from './packet.ts';

/** A connection as it is on the wire, for tests. */
export class SampleConnection {
  readonly packets: Packet[] = [];
  readonly #client: { address: string; port: number; next: number };
  readonly #server: { address: string; port: number; next: number };

  constructor(client: string, clientPort: number, server: string, serverPort: number, firstSequence = 1_000) {
    this.#client = { address: client, port: clientPort, next: firstSequence };
    this.#server = { address: server, port: serverPort, next: 7_000 };
  }

  open(): this {
    this.#add('client', Buffer.alloc(0), { syn: true, ack: false });
    this.#add('server', Buffer.alloc(0), { syn: true, ack: true });
    this.#client.next += 1;
    this.#server.next += 1;
    return this;
  }

  client(...payloads: Buffer[]): this {
    for (const payload of payloads) this.#add('client', payload);
    return this;
  }

  server(...payloads: Buffer[]): this {
    for (const payload of payloads) this.#add('server', payload);
    return this;
  }

  #add(side: 'client' | 'server', payload: Buffer, flags = { syn: false, ack: true }): void {
    const [from, to] = side === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    this.packets.push({
      protocol: 'tcp',
      ...{ from: from.address, to: to.address, fromPort: from.port, toPort: to.port },
      ...{ sequence: from.next, payload, ...flags },
    });
    from.next = (from.next + payload.length) >>> 0;
  }
}

/** A TLS record. */
export function record(type: number, content: string | Buffer): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.from([type, 3, 3, 0, 0]);
  header.writeUInt16BE(body.length, 3);
  return Buffer.concat([header, body]);
}

export const hello = record(22, 'hello, in a handshake');
export const data = (content: string): Buffer => record(23, content);
