import { describe, expect, test } from 'vitest';
import { Judge, type Judgement } from './judge.ts';
import type { Packet } from './packet.ts';
import { data, hello, record, SampleConnection } from './sample-packets.ts';

const [producer, postgres, redis] = ['10.0.0.2', '10.0.0.3', '10.0.0.4'] as const;

function judge(packets: readonly Packet[], needles: readonly string[] = []): Judgement {
  const judging = new Judge(needles);
  for (const packet of packets) judging.take(packet);
  return judging.judgement;
}

const secure = (port = 6379, firstSequence?: number): SampleConnection =>
  new SampleConnection(producer, 40_000, redis, port, firstSequence).open().client(hello).server(hello);

test('TLS is TLS, wherever its records are cut, repeated and reordered', () => {
  const { packets } = secure(6379, 2 ** 32 - 30)
    .client(data('one'), data('two'))
    .server(data('three'));
  const cut = packets.flatMap((packet) => {
    const { payload, sequence } = packet;
    const parts: Packet[] = [];
    for (let at = 0; at < payload.length; at += 7)
      parts.push({ ...packet, sequence: (sequence + at) >>> 0, payload: payload.subarray(at, at + 7) });
    return payload.length === 0 ? [packet] : [...parts.toReversed(), ...parts];
  });
  for (const given of [packets, cut]) {
    const { secure: doors, plaintext } = judge(given);
    expect(plaintext).toEqual([]);
    expect(doors).toMatchObject([{ from: producer, to: redis, port: 6379, connections: 1 }]);
  }
});

describe('is found', () => {
  const plain = (): SampleConnection => new SampleConnection(producer, 40_000, redis, 6379);
  const get = Buffer.from('*1\r\n$4\r\nPING\r\n');
  const door = { from: producer, to: redis, port: 6379 };

  // Guard: what is no TLS record is plaintext.
  test.each<[string, SampleConnection]>([
    ['plaintext of a client', plain().open().client(get)],
    ['plaintext of a server, whose client says nothing', plain().open().server(get)],
    ['plaintext after a handshake', secure().client(data('one'), get)],
    ['plaintext of a connection that was there before', plain().client(...Array<Buffer>(8).fill(get))],
    ['application data without a handshake', plain().open().client(data('one'))],
    ['a record of an impossible length', secure().client(Buffer.from([23, 3, 3, 0xff, 0xff, 1]))],
    ['an empty record', secure().client(Buffer.from([23, 3, 3, 0, 0]))],
    ['a record of another type', secure().client(record(80, 'OST'))],
  ])('%s', (_what, { packets }) => {
    const { plaintext, secure: doors } = judge(packets);
    expect(plaintext).toMatchObject([door]);
    expect(doors).toEqual([]);
  });

  test('what it said, as far as it can be read', () => {
    const { plaintext } = judge(plain().open().client(get).packets);
    expect(plaintext[0]?.sample).toBe('*1··$4··PING··');
  });

  test('what is neither TCP nor UDP, and UDP', () => {
    const none = { ...{ from: producer, to: redis, sequence: 0, syn: false, ack: false }, payload: get };
    const { plaintext } = judge([
      { ...none, protocol: 'udp', fromPort: 60_001, toPort: 53 },
      { ...none, protocol: 'udp', fromPort: 60_002, toPort: 53 },
      { ...none, protocol: 'udp', from: redis, to: producer, fromPort: 53, toPort: 60_002 },
      { ...none, protocol: 'other', fromPort: 0, toPort: 0 },
    ]);
    expect(plaintext.map(({ port }) => port)).toEqual([53, 0]);
  });

  test('a second connection over the ports of a first one', () => {
    const packets = [...secure().packets, ...plain().open().client(get).packets];
    const { plaintext, secure: doors } = judge(packets);
    expect([plaintext.length, doors.length]).toEqual([1, 1]);
  });

  // Guard: names and passwords are looked for in all packets, TLS or not.
  test('a text that must not be seen', () => {
    const { packets } = secure().client(data('order 4711'));
    expect(judge(packets, ['4711', '4712']).leaked).toEqual(['4711']);
  });
});

test('a connection that was there before is TLS when its records are found', () => {
  const { packets } = new SampleConnection(producer, 40_000, redis, 6379)
    .client(Buffer.from('the end of a record'), data('one'))
    .server(data('two'));
  expect(judge(packets)).toMatchObject({ plaintext: [], secure: [{ to: redis, port: 6379 }] });
});

// Guard: PostgreSQL's request for TLS is all that it may say before.
test("PostgreSQL's request for TLS is no plaintext, and nothing but it", () => {
  const request = Buffer.from('0000000804d2162f', 'hex');
  const connect = (port: number, ...first: Buffer[]): Judgement =>
    judge(
      new SampleConnection(producer, 40_000, postgres, port)
        .open()
        .client(...first)
        .server(Buffer.from('S'))
        .client(hello)
        .server(hello).packets,
    );
  expect(connect(5432, request).plaintext).toEqual([]);
  expect(connect(5432, Buffer.from('0000000804d2162e', 'hex')).plaintext).toHaveLength(1);
  expect(connect(5433, request).plaintext).toHaveLength(1);
});

test('a connection over which nothing was said is nothing', () => {
  const { packets } = new SampleConnection(producer, 40_000, redis, 6379).open();
  expect(judge(packets)).toEqual({ secure: [], plaintext: [], leaked: [] });
});
