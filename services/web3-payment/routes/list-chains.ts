import { chainList } from '#contracts/http/payments.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { ChainDefinition } from '../chains.ts';
import { readCursors } from '../database/cursors.ts';
import { notStored } from './payment-id.ts';

/** `GET /v1/chains` */
export const listChainsRoute = (database: Database, chains: readonly ChainDefinition[]): Route =>
  route({
    method: 'get',
    path: '/v1/chains',
    summary: 'List the chains that payments are taken on',
    tags: ['chains'],
    access: 'anyone',
    responses: {
      200: {
        description: 'The first is what the shop prefers',
        schema: chainList,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async () => {
      const cursors = await readCursors(database);
      const shown = chains.map(({ name, chainId, contract, confirmations, tokens, explorerUrl }) => ({
        name,
        chainId,
        contract,
        confirmations,
        followedTo: cursors.get(name)?.number ?? null,
        tokens: tokens.map(({ symbol, address, decimals }) => ({ symbol, address, decimals })),
        explorerUrl: explorerUrl ?? null,
      }));
      return { status: 200, headers: notStored, body: { chains: shown } };
    },
  });
