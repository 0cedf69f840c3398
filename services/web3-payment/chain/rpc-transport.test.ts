import { createClient } from 'viem';
import { expect, test } from 'vitest';
import { freePort } from '#platform/testing/free-port.ts';
import { rpcTransport } from './rpc-transport.ts';

// ChainUnreachable counts them: a chain that was stopped had one failure, and the alert never fired.
test('every call that an endpoint does not answer is counted, also those that are not tried any more', async () => {
  const failures: string[] = [];
  const transport = rpcTransport({
    chain: 'local',
    name: 'rpc-1',
    url: `http://127.0.0.1:${await freePort()}`,
    timeoutMs: 1_000,
    onFailure: (chain, endpoint) => failures.push(`${chain} ${endpoint}`),
  });
  const client = createClient({ transport });
  // Each is tried three times, and five failures open the breaker.
  for (let call = 0; call < 6; call += 1)
    await expect(client.request({ method: 'eth_blockNumber' })).rejects.toThrow();
  expect(failures).toEqual(Array.from({ length: 6 }, () => 'local rpc-1'));
});
