import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packetOf } from './packet.ts';
import { framesOf } from './pcap.ts';

const hex = (...parts: string[]): Buffer => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
const ethernet = (type: string): string => `020000000001 020000000002 ${type}`;
// Port 40000 to 6379, number 0x11223344, and "hi"; the header has one option.
const tcp = (flags: string): string => `9c40 18eb 11223344 00000000 60${flags} 0000 0000 0000 01010101 6869`;
const ipv4 = (protocol: string, length: string): string =>
  `4500 ${length} 0000 0000 40${protocol} 0000 0a000002 0a000003`;
const addresses = { from: '10.0.0.2', to: '10.0.0.3' };

describe('a frame', () => {
  test('of TCP has ports, number, flags and payload, without the padding of short frames', () => {
    const packet = packetOf(hex(ethernet('0800'), ipv4('06', '002e'), tcp('10'), '000000'));
    expect(packet).toEqual({
      ...addresses,
      ...{ protocol: 'tcp', fromPort: 40_000, toPort: 6379, sequence: 0x11223344 },
      ...{ syn: false, ack: true, payload: Buffer.from('hi') },
    });
  });

  test('that is larger than its length can say is taken to its end', () => {
    const packet = packetOf(hex(ethernet('0800'), ipv4('06', '0000'), tcp('02')));
    expect(packet).toMatchObject({ syn: true, ack: false, payload: Buffer.from('hi') });
  });

  test('of UDP, and of a protocol that nobody expects, is data', () => {
    const udp = hex(ethernet('0800'), ipv4('11', '001e'), '9c40 0035 000a 0000 6869');
    expect(packetOf(udp)).toMatchObject({
      ...addresses,
      protocol: 'udp',
      toPort: 53,
      payload: Buffer.from('hi'),
    });
    const other = hex(ethernet('0800'), ipv4('84', '0016'), '6869');
    expect(packetOf(other)).toMatchObject({ protocol: 'other', payload: Buffer.from('hi') });
  });

  test('of IPv6 is data, too', () => {
    const address = (last: string): string => `fd00${'0000'.repeat(6)}${last}`;
    const packet = (next: string, body: string): Buffer =>
      hex(
        ethernet('86dd'),
        `60000000 ${(body.length / 2).toString(16).padStart(4, '0')} ${next} 40`,
        address('0002'),
        address('0003'),
        body,
      );
    const segment = tcp('10').replaceAll(' ', '');
    const expected = { from: 'fd00:0:0:0:0:0:0:2', to: 'fd00:0:0:0:0:0:0:3', protocol: 'tcp', toPort: 6379 };
    expect(packetOf(packet('06', segment))).toMatchObject(expected);
    expect(packetOf(packet('00', `06000000 00000000${segment}`.replaceAll(' ', '')))).toMatchObject(expected);
    expect(packetOf(packet('3a', '8700000000000000'))).toBeUndefined();
  });

  test('of ARP, ICMP and of a mere acknowledgement is none', () => {
    expect(packetOf(hex(ethernet('0806'), '0001 0800 0604 0001'))).toBeUndefined();
    expect(packetOf(hex(ethernet('0800'), ipv4('01', '0018'), '08000000'))).toBeUndefined();
    const acknowledgement = hex(
      ethernet('0800'),
      ipv4('06', '0028'),
      '9c40 18eb 11223344 00000000 5010 0000 0000 0000',
    );
    expect(packetOf(acknowledgement)).toBeUndefined();
  });
});

describe('a capture', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'go-coffee-pcap-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const header = (magic: string, link = '01000000'): string =>
    `${magic} 0200 0400 00000000 00000000 00000400 ${link}`;
  const frame = (captured: string, original: string, bytes: string): string =>
    `00000000 00000000 ${captured} ${original} ${bytes}`;

  async function framesIn(bytes: Buffer): Promise<string[]> {
    const path = join(folder, 'x.pcap');
    await writeFile(path, bytes);
    const frames: string[] = [];
    for await (const one of framesOf(path)) frames.push(one.toString('hex'));
    return frames;
  }

  test('gives its frames', async () => {
    const two = [frame('02000000', '02000000', '6869'), frame('01000000', '01000000', '21')];
    expect(await framesIn(hex(header('d4c3b2a1'), ...two))).toEqual(['6869', '21']);
    expect(await framesIn(hex(header('d4c3b2a1')))).toEqual([]);
  });

  test.each([
    ['of another byte order', hex(header('a1b2c3d4')), 'is no capture'],
    ['of another kind of network', hex(header('d4c3b2a1', '71000000')), 'is no capture'],
    ['with a part of a frame', hex(header('d4c3b2a1'), frame('02000000', '05000000', '6869')), 'only a part'],
    [
      'that ends within a frame',
      hex(header('d4c3b2a1'), frame('03000000', '03000000', '6869')),
      'ends in the middle',
    ],
    ['without a header', Buffer.alloc(3), 'ends in the middle'],
  ])('%s is refused', async (_what, bytes, message) => {
    await expect(framesIn(bytes)).rejects.toThrow(message);
  });
});
