import { type Address, getAddress, zeroAddress } from 'viem';
import { z } from 'zod';
import { address, chainName, tokenSymbol } from '#contracts/payment.ts';

const account = address.transform((text): Address => getAddress(text));

const token = z.strictObject({
  symbol: tokenSymbol,
  /** Zero for the chain's own coin. */
  address: account.default(zeroAddress),
  decimals: z.int().min(0).max(36),
  /** Chainlink's AggregatorV3Interface in the shop's currency. */
  priceFeed: account.optional(),
  /** It is taken for one of the currency; the feed, if there is one, only says when that is not so any more. */
  par: z.boolean().default(false),
});

const wei = z
  .string()
  .regex(/^\d+$/, 'must be a whole number of wei')
  .transform((text) => BigInt(text));

const rpcUrl = z.url({ protocol: /^https?$/, error: 'must be an https:// or http:// address' });

/** A network that payments are taken on. */
const chain = z.strictObject({
  name: chainName,
  chainId: z.int().min(1),
  /** Asked in this order; two and more have to agree about what is settled. They may hold keys: never logged. */
  rpcUrls: z.array(rpcUrl).min(1),
  /** It is a part of the platform: its certificate is of the platform's authority, and COFFEE_TLS is about it. */
  internal: z.boolean().default(false),
  /** How deep a block must be to stay, itself included. */
  confirmations: z.int().min(1).max(1_000),
  /** Of CoffeePayments.sol. */
  contract: account,
  /** The block that has the contract's deployment, or any before: nothing is looked for in earlier ones. */
  firstBlock: z.int().min(0).default(0),
  /** The first is the shop's choice. */
  tokens: z.array(token).min(1),
  explorerUrl: z.url().optional(),
  /** More than this is never paid for gas; what needs more waits. */
  maxFeePerGas: wei.default(500_000_000_000n),
});

export type ChainDefinition = z.output<typeof chain>;
export type TokenDefinition = ChainDefinition['tokens'][number];

const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** A JSON list of chains, of which the first is the shop's choice. */
export const chainList = z
  .string('must be set: the chains as a JSON list')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON list of chains' });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(chain)
      .min(1)
      .refine((chains) => unique(chains.map(({ name }) => name)), 'must not name a chain twice')
      .refine((chains) => unique(chains.map(({ chainId }) => chainId)), 'must not have a chain id twice')
      .refine(
        (chains) => chains.every(({ tokens }) => unique(tokens.map(({ symbol }) => symbol))),
        'must not name a token of a chain twice',
      )
      .refine(
        (chains) => chains.every(({ tokens }) => tokens.every(({ par, priceFeed }) => par || priceFeed)),
        'must have a priceFeed for each token that is not at par',
      ),
  );

export const isNative = ({ address: contract }: TokenDefinition): boolean => contract === zeroAddress;

/** As the platform's TLS says, for a chain that is a part of it. */
export function urlsOf({ rpcUrls, internal }: ChainDefinition, tls: boolean): string[] {
  if (!internal) return rpcUrls;
  return rpcUrls.map((url) => url.replace(/^https?:/, tls ? 'https:' : 'http:'));
}
