import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { createPublicClient, http } from 'viem';
import { expect, it } from 'vitest';
import { image, prepareRuntime, startupTimeoutMs } from '#platform/testing/containers.ts';
import { killAndStart } from '#platform/testing/kill-and-start.ts';
import { poll } from '#platform/testing/poll.ts';
import { repositoryRoot } from '../../../scripts/docker/repository.ts';

const rpcPort = 8545;
const saveEvery = 4;

/** How many blocks the chain has. */
async function height(container: StartedTestContainer, port: number): Promise<number> {
  const transport = http(`http://${container.getHost()}:${port}`, { retryCount: 0 });
  return Number(await createPublicClient({ transport, cacheTime: 0 }).getBlockNumber());
}

// Guard: payments wait until a chain is as long as it was; one that was killed after a quiet night would make them wait as long.
it('forgets few blocks when it is killed, though none has a transaction', async () => {
  prepareRuntime();
  await using container = await new GenericContainer(image('ANVIL_IMAGE'))
    .withCopyFilesToContainer([
      { source: join(repositoryRoot, 'infrastructure/anvil/start.sh'), target: '/etc/go-coffee/start.sh' },
    ])
    .withEntrypoint(['sh', '/etc/go-coffee/start.sh'])
    .withEnvironment({
      ...{ COFFEE_TLS: 'off', CHAIN_ID: '31337', CHAIN_BLOCK_TIME: '1' },
      CHAIN_SAVE_BLOCKS: String(saveEvery),
    })
    .withExposedPorts(rpcPort)
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(startupTimeoutMs)
    .start();
  const before = await poll(
    async () => {
      const blocks = await height(container, container.getMappedPort(rpcPort));
      return blocks >= 4 * saveEvery && blocks;
    },
    { what: 'the chain to grow' },
  );
  const port = await killAndStart(container, rpcPort);
  const after = await poll(() => height(container, port), { what: 'the chain to be back' });
  // It is seen within a second, and the file is whole a while after: as many again.
  expect(after).toBeGreaterThanOrEqual(before - 2 * saveEvery);
});
