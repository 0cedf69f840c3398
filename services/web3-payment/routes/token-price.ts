import { z } from 'zod';
import { tokenPrice, walletQuery } from '#contracts/http/payments.ts';
import { tokenSymbol } from '#contracts/payment.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { display } from '../domain/money.ts';
import type { Invoicing } from '../invoicing.ts';
import { notStored } from './payment-id.ts';

const currency = 'USD';

/** `GET /v1/tokens/{symbol}/price` */
export const tokenPriceRoute = (invoicing: Pick<Invoicing, 'chain' | 'token' | 'price'>): Route =>
  route({
    method: 'get',
    path: '/v1/tokens/:symbol/price',
    summary: 'What a token is worth',
    description: "A price feed's answer; one that is stale or absurd is refused, here as in invoices.",
    tags: ['tokens'],
    access: 'anyone',
    params: z.strictObject({ symbol: tokenSymbol }),
    query: walletQuery,
    responses: {
      200: {
        description: 'The price of one whole token',
        schema: tokenPrice,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['not-found', 'price-not-usable'],
    handler: async ({ params, query }) => {
      const chain = invoicing.chain(query.chain);
      const token = invoicing.token(chain, params.symbol);
      if (!token.priceFeed) throw new AppError('not-found', 'No feed tells the price of this token.');
      const price = await invoicing.price(chain, { ...token, par: false });
      if (!price) throw new AppError('not-found', 'No feed tells the price of this token.');
      const { answer, decimals, updatedAt } = price;
      const body = {
        token: token.symbol,
        chain: chain.definition.name,
        currency,
        price: answer.toString(),
        decimals,
        display: display(answer, { symbol: currency, decimals }),
        updatedAt: updatedAt.toISOString(),
      } as const;
      return { status: 200, headers: notStored, body };
    },
  });
