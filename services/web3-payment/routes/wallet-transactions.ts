import { getAddress } from 'viem';
import { z } from 'zod';
import { walletQuery, walletTransactions } from '#contracts/http/payments.ts';
import { address } from '#contracts/payment.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import { sightingsOfPayer } from '../database/sightings.ts';
import type { Invoicing } from '../invoicing.ts';
import { notStored } from './payment-id.ts';

const most = 100;

/** `GET /v1/wallets/{address}/transactions` */
export const walletTransactionsRoute = (database: Database, invoicing: Pick<Invoicing, 'chain'>): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/:address/transactions',
    summary: 'What an account has paid and got back, the newest hundred',
    tags: ['wallets'],
    // Who paid what is on the chain for everybody to see; which orders it was for is not.
    access: ['barista', 'operator'],
    params: z.strictObject({ address }),
    query: walletQuery,
    responses: {
      200: {
        description: 'As the chain was followed',
        schema: walletTransactions,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async ({ params, query }) => {
      const { name, tokens } = invoicing.chain(query.chain).definition;
      const account = getAddress(params.address);
      const seen = await sightingsOfPayer(database, name, account, most);
      const symbolOf = (contract: string): string =>
        tokens.find((token) => token.address.toLowerCase() === contract.toLowerCase())?.symbol ?? 'UNKNOWN';
      const transactions = seen.map(({ tokenAddress, ...rest }) => ({
        ...rest,
        token: symbolOf(tokenAddress),
      }));
      return { status: 200, headers: notStored, body: { address: account, chain: name, transactions } };
    },
  });
