import { type Address, zeroAddress } from 'viem';
import { AppError } from '#platform/errors/app-error.ts';
import type { ChainClient } from './chain/chain-client.ts';
import { orderKey } from './chain/invoice.ts';
import { type PriceRules, priceOf } from './chain/price-feed.ts';
import type { Signer } from './chain/signer.ts';
import type { TokenDefinition } from './chains.ts';
import type { PayableOrder } from './database/orders.ts';
import type { Offer } from './database/payments.ts';
import { amountAt, type Price, parAmount } from './domain/money.ts';
import { paymentIdOf } from './domain/payment-events.ts';

/** What a customer may choose. */
export interface Choice {
  readonly chain?: string | undefined;
  readonly token?: string | undefined;
  readonly payer?: Address | undefined;
}

export interface InvoicingParts {
  /** The first is the shop's choice. */
  readonly chains: readonly ChainClient[];
  readonly merchant: Signer;
  readonly prices: PriceRules;
  readonly now: () => Date;
}

const secondsOf = (date: Date): bigint => BigInt(Math.floor(date.getTime() / 1_000));

/** Makes invoices: what an order costs in a token, signed by the merchant. */
export class Invoicing {
  readonly #parts: InvoicingParts;
  readonly #byName: ReadonlyMap<string, ChainClient>;

  constructor(parts: InvoicingParts) {
    this.#parts = parts;
    this.#byName = new Map(parts.chains.map((chain) => [chain.definition.name, chain]));
  }

  /** @throws AppError `validation-failed` naming the chains that there are. */
  chain(name?: string): ChainClient {
    const chain = name === undefined ? this.#parts.chains[0] : this.#byName.get(name);
    if (!chain) throw notOffered('chain', [...this.#byName.keys()]);
    return chain;
  }

  /** @throws AppError `validation-failed` naming the tokens of the chain. */
  token({ definition: { tokens } }: ChainClient, symbol?: string): TokenDefinition {
    const token = symbol === undefined ? tokens[0] : tokens.find((candidate) => candidate.symbol === symbol);
    if (!token)
      throw notOffered(
        'token',
        tokens.map((candidate) => candidate.symbol),
      );
    return token;
  }

  /**
   * @throws AppError `validation-failed` for a choice that is not offered, `price-not-usable` when the token's price is not
   * known well enough.
   */
  async offer(order: PayableOrder, choice: Choice = {}): Promise<Offer> {
    const chain = this.chain(choice.chain);
    const token = this.token(chain, choice.token);
    const { name, chainId, contract } = chain.definition;
    const price = await this.price(chain, token);
    const amount = price ? amountAt(order.totalCents, token, price) : parAmount(order.totalCents, token);
    const payer = choice.payer ?? zeroAddress;
    const invoice = {
      orderId: orderKey(order.orderId),
      token: token.address,
      amount,
      payer,
      expiry: secondsOf(order.paymentDueAt),
    };
    return {
      paymentId: paymentIdOf(order.orderId, name),
      orderId: order.orderId,
      chain: name,
      chainId,
      token: token.symbol,
      tokenAddress: token.address,
      amount,
      payer,
      expiresAt: new Date(Number(invoice.expiry) * 1_000),
      signature: await this.#parts.merchant.signInvoice(chainId, contract, invoice),
    };
  }

  /** Of one whole token; undefined for one that is taken at par. */
  async price(chain: ChainClient, { par, priceFeed }: TokenDefinition): Promise<Price | undefined> {
    if (par || !priceFeed) return undefined;
    return await priceOf(chain.client, priceFeed, this.#parts.prices, this.#parts.now());
  }
}

function notOffered(what: 'chain' | 'token', offered: readonly string[]): AppError {
  const message = `must be one of ${offered.join(', ')}`;
  return new AppError('validation-failed', `${what} ${message}`, {
    fields: [{ field: `body.${what}`, message }],
  });
}
