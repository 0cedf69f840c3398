import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type Address, encodeAbiParameters, encodeEventTopics } from 'viem';
import { orderKey } from '../chain/invoice.ts';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An endpoint that answers as the chain does, and tells of a payment that nobody has made. */
export async function startLyingEndpoint(chainUrl: string) {
  let lie: Record<string, unknown> | undefined;
  const ask = async (body: unknown): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(chainUrl, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as Record<string, unknown>;
  };
  /** In the newest of the blocks that are asked for. */
  const placed = async (number: unknown) => {
    const { result } = await ask({
      jsonrpc: '2.0',
      id: 1,
      method: 'eth_getBlockByNumber',
      params: [number, false],
    });
    return { ...lie, blockNumber: number, blockHash: (result as { hash: string }).hash };
  };
  let toldAt: unknown;
  const answer = async (call: Call): Promise<unknown> => {
    const truth = await ask(call);
    if (!lie) return truth;
    if (call.method === 'eth_getLogs') {
      const [{ fromBlock }] = call.params as [{ fromBlock: string }];
      toldAt ??= fromBlock;
      return toldAt === fromBlock ? { ...truth, result: [await placed(toldAt)] } : truth;
    }
    if (call.method === 'eth_getTransactionReceipt' && call.params[0] === lie.transactionHash) {
      const log = await placed(toldAt);
      const { blockHash, blockNumber, transactionHash, transactionIndex } = log as Record<string, unknown>;
      const receipt = {
        blockHash,
        blockNumber,
        transactionHash,
        transactionIndex,
        status: '0x1',
        logs: [log],
      };
      return { ...truth, error: undefined, result: receipt };
    }
    return truth;
  };
  const server = createServer(async (request, response) => {
    const call = (await json(request)) as Call;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answer(call)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pretendPaid(contract: Address, orderId: string, token: Address, amount: bigint) {
      const payer: Address = '0x00000000000000000000000000000000000000aa';
      const args = { orderId: orderKey(orderId), payer, token };
      lie = {
        address: contract,
        topics: encodeEventTopics({ abi: coffeePaymentsAbi, eventName: 'Paid', args }),
        data: encodeAbiParameters([{ type: 'uint256' }], [amount]),
        transactionHash: `0x${'ab'.repeat(32)}`,
        transactionIndex: '0x0',
        logIndex: '0x0',
        removed: false,
      };
    },
    tellTheTruth() {
      lie = undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
