import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createClient } from 'viem';
import { expect, test } from 'vitest';
import { rpcTransport } from './rpc-transport.ts';

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// ChainUnreachable counts them: a chain that was stopped had one failure, and the alert never fired.
test('every call that an endpoint does not answer is counted, also those that are not tried any more', async () => {
  const failures: string[] = [];
  const transport = rpcTransport({
    chain: 'local',
    name: 'rpc-1',
    url: `http://127.0.0.1:${await closedPort()}`,
    timeoutMs: 1_000,
    onFailure: (chain, endpoint) => failures.push(`${chain} ${endpoint}`),
  });
  const client = createClient({ transport });
  // Each is tried three times, and five failures open the breaker.
  for (let call = 0; call < 6; call += 1)
    await expect(client.request({ method: 'eth_blockNumber' })).rejects.toThrow();
  expect(failures).toEqual(Array.from({ length: 6 }, () => 'local rpc-1'));
});
