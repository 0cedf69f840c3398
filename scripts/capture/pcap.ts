import { createReadStream } from 'node:fs';

const headerBytes = 24;
const recordBytes = 16;
const magic = 0xa1b2c3d4;
const ethernet = 1;

/**
 * The frames of a capture file as tcpdump writes it on this machine: little endian, Ethernet.
 * https://www.ietf.org/archive/id/draft-gharris-opsawg-pcap-01.html
 *
 * @throws Error when it is of another kind, or a frame was not captured as a whole
 */
export async function* framesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    if (!started) {
      if (rest.length < headerBytes) continue;
      if (rest.readUInt32LE(0) !== magic || rest.readUInt32LE(20) !== ethernet)
        throw new Error(`${path} is no capture of Ethernet frames.`);
      rest = rest.subarray(headerBytes);
      started = true;
    }
    while (rest.length >= recordBytes) {
      const [captured, original] = [rest.readUInt32LE(8), rest.readUInt32LE(12)];
      if (captured !== original) throw new Error(`${path} has a frame of which only a part was captured.`);
      if (rest.length < recordBytes + captured) break;
      yield rest.subarray(recordBytes, recordBytes + captured);
      rest = rest.subarray(recordBytes + captured);
    }
  }
  if (!started || rest.length > 0) throw new Error(`${path} ends in the middle.`);
}
