/** An IP packet with something in it. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'other';
  readonly from: string;
  readonly to: string;
  /** 0 for what has no ports. */
  readonly fromPort: number;
  readonly toPort: number;
  /** TCP only. */
  readonly sequence: number;
  /** TCP only: it opens the connection, from its client's side when there is no `ack`. */
  readonly syn: boolean;
  readonly ack: boolean;
  readonly payload: Buffer;
}

// https://www.iana.org/assignments/ieee-802-numbers, https://www.iana.org/assignments/protocol-numbers
const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd };
const protocols = { hopByHop: 0, icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58 };
// How hosts and routers find each other.
const housekeeping = new Set([protocols.icmp, protocols.igmp, protocols.icmpv6]);

/**
 * Takes an Ethernet frame apart.
 * @returns undefined for what carries no data of programs: ARP, ICMP, IGMP, and TCP without a payload that opens nothing
 */
export function packetOf(frame: Buffer): Packet | undefined {
  const type = frame.readUInt16BE(12);
  if (type === etherTypes.ipv4) return fromIpv4(frame.subarray(14));
  return type === etherTypes.ipv6 ? fromIpv6(frame.subarray(14)) : undefined;
}

function fromIpv4(packet: Buffer): Packet | undefined {
  const headerBytes = (packet.readUInt8(0) & 0x0f) * 4;
  const length = packet.readUInt16BE(2);
  // 0: larger than the field can say, as a network card that splits it later is given it.
  const body = packet.subarray(headerBytes, length === 0 ? undefined : length);
  const address = (at: number): string => [...packet.subarray(at, at + 4)].join('.');
  return transport(packet.readUInt8(9), address(12), address(16), body);
}

function fromIpv6(packet: Buffer): Packet | undefined {
  const length = packet.readUInt16BE(4);
  const body = packet.subarray(40, length === 0 ? undefined : 40 + length);
  const address = (at: number): string =>
    Array.from({ length: 8 }, (_, index) => packet.readUInt16BE(at + index * 2).toString(16)).join(':');
  const next = packet.readUInt8(6);
  // Options that every router looks at, before the rest (RFC 8200, section 4.3).
  if (next !== protocols.hopByHop) return transport(next, address(8), address(24), body);
  const rest = body.subarray((body.readUInt8(1) + 1) * 8);
  return transport(body.readUInt8(0), address(8), address(24), rest);
}

function transport(protocol: number, from: string, to: string, body: Buffer): Packet | undefined {
  if (housekeeping.has(protocol)) return undefined;
  const none = { from, to, fromPort: 0, toPort: 0, sequence: 0, syn: false, ack: false };
  if (protocol !== protocols.tcp && protocol !== protocols.udp)
    return { ...none, protocol: 'other', payload: body };
  const ports = { ...none, fromPort: body.readUInt16BE(0), toPort: body.readUInt16BE(2) };
  if (protocol === protocols.udp) return { ...ports, protocol: 'udp', payload: body.subarray(8) };
  const flags = body.readUInt8(13);
  const [syn, ack] = [(flags & 0x02) !== 0, (flags & 0x10) !== 0];
  const payload = body.subarray((body.readUInt8(12) >> 4) * 4);
  if (payload.length === 0 && !syn) return undefined;
  return { ...ports, protocol: 'tcp', sequence: body.readUInt32BE(4), syn, ack, payload };
}
