import { getAddress } from 'viem';
import { z } from 'zod';
import { walletBalance, walletQuery } from '#contracts/http/payments.ts';
import { address } from '#contracts/payment.ts';
import { type Route, route } from '#platform/http/route.ts';
import { display } from '../domain/money.ts';
import type { Invoicing } from '../invoicing.ts';
import { balanceOf } from '../wallets.ts';
import { notStored } from './payment-id.ts';

/** `GET /v1/wallets/{address}/balance` */
export const walletBalanceRoute = (invoicing: Pick<Invoicing, 'chain'>): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/:address/balance',
    summary: 'What an account has of the tokens that are taken',
    tags: ['wallets'],
    access: ['customer', 'barista', 'operator'],
    params: z.strictObject({ address }),
    query: walletQuery,
    responses: {
      200: {
        description: 'As the chain says',
        schema: walletBalance,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['dependency-unavailable'],
    handler: async ({ params, query }) => {
      const { client, definition } = invoicing.chain(query.chain);
      const account = getAddress(params.address);
      const balances = await Promise.all(
        definition.tokens.map(async (token) => {
          const amount = await balanceOf(client, token, account);
          return { token: token.symbol, amount: amount.toString(), display: display(amount, token) };
        }),
      );
      const body = { address: account, chain: definition.name, balances };
      return { status: 200, headers: notStored, body };
    },
  });
