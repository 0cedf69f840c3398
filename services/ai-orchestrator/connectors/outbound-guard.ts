import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address that must not be called from here. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/** Addresses that are not on the Internet: RFC 6890 and what came after it. */
const special: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Link-local: clouds answer there with the machine's credentials.
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  // IPv4 addresses in the clothes of IPv6: translated, mapped, tunnelled.
  ['::ffff:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

// One for each family: in a list of both, all of IPv4 is among the mapped addresses of IPv6.
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix, family] of special) blocked[family].addSubnet(network, prefix, family);

/**
 * Whether a name can be one (RFC 1035). Longer ones must not get to TLS: OpenSSL keeps its error about the name, and the next
 * connection of this process to do anything, one to PostgreSQL for example, fails of it.
 */
const isName = (host: string): boolean =>
  host.length <= 253 && host.split('.').every((label) => label.length <= 63);

function isPublic(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return isIP(address) !== 0 && !blocked[family].check(address, family);
}

/**
 * Keeps calls to addresses that others chose from reaching what is inside (server-side request forgery). The address is
 * judged where it is connected to, so that a name that changes its mind between check and use (DNS rebinding) gains
 * nothing. Redirects are not followed by who uses it.
 */
export class OutboundGuard {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed hosts that may be private all the same, as `host` or `host:port`, because an operator says so. */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  /** @throws ForbiddenAddressError for what can be told from the address itself. */
  requireCallable(url: URL): void {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new ForbiddenAddressError(`${url.protocol} is not called: use https`);
    if (url.username !== '' || url.password !== '')
      throw new ForbiddenAddressError('an address may have no credentials in it');
    if (!isName(url.hostname)) throw new ForbiddenAddressError('no host has a name that is so long');
    if (this.#isAllowed(url)) return;
    if (url.protocol === 'http:') throw new ForbiddenAddressError('plain http is not called: use https');
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !isPublic(host)) throw forbidden(host);
  }

  /** What connects to a host by name only where it may. */
  lookupFor(url: URL): LookupFunction {
    const allowed = this.#isAllowed(url);
    return (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0);
        const wrong = allowed ? undefined : addresses.find(({ address }) => !isPublic(address));
        if (wrong) return callback(forbidden(hostname), '', 0);
        const [first] = addresses;
        if (options.all || !first) return callback(null, addresses);
        return callback(null, first.address, first.family);
      });
    };
  }

  #isAllowed({ hostname, host }: URL): boolean {
    return this.#allowed.has(hostname) || this.#allowed.has(host);
  }
}

const forbidden = (host: string): ForbiddenAddressError =>
  new ForbiddenAddressError(
    `${host} is not on the Internet: allow it in OUTBOUND_ALLOWED_HOSTS if it may be called`,
  );
