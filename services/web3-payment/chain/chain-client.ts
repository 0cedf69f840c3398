import { createPublicClient, defineChain, fallback, type PublicClient } from 'viem';
import type { TlsIdentity } from '#platform/tls/identity.ts';
import { type ChainDefinition, urlsOf } from '../chains.ts';
import { rpcTransport } from './rpc-transport.ts';

/** One endpoint of a chain, asked by itself. */
export interface Witness {
  readonly name: string;
  readonly client: PublicClient;
}

/** A chain as the service talks to it. */
export interface ChainClient {
  readonly definition: ChainDefinition;
  /** Asks the first endpoint that answers. */
  readonly client: PublicClient;
  /** Every endpoint, for what they have to agree about. */
  readonly witnesses: readonly Witness[];
}

export interface ChainClientOptions {
  readonly tls?: TlsIdentity | undefined;
  readonly timeoutMs: number;
  /** Of an endpoint that does not answer. */
  readonly onFailure: (chain: string, endpoint: string) => void;
}

/** Connects when it is asked; never fails by itself. */
export function createChainClient(definition: ChainDefinition, options: ChainClientOptions): ChainClient {
  const { tls, timeoutMs, onFailure } = options;
  const urls = urlsOf(definition, tls !== undefined);
  const native = definition.tokens.find(({ address }) => /^0x0+$/.test(address));
  const chain = defineChain({
    id: definition.chainId,
    name: definition.name,
    nativeCurrency: { name: native?.symbol ?? 'Ether', symbol: native?.symbol ?? 'ETH', decimals: 18 },
    rpcUrls: { default: { http: urls } },
  });
  const transports = urls.map((url, index) =>
    rpcTransport({
      chain: definition.name,
      name: `rpc-${index + 1}`,
      url,
      tls: definition.internal ? tls : undefined,
      timeoutMs,
      onFailure,
    }),
  );
  // Each tries again by itself: the next one's turn comes when it has given up.
  const pool = fallback(transports, { retryCount: 0 });
  const witnesses = transports.map((transport, index) => ({
    name: `rpc-${index + 1}`,
    client: createPublicClient({ chain, transport, cacheTime: 0 }),
  }));
  return { definition, client: createPublicClient({ chain, transport: pool, cacheTime: 0 }), witnesses };
}
