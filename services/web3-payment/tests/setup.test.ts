import { expect, it } from 'vitest';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createChainClient } from '../chain/chain-client.ts';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';
import { demoDollarAbi } from '../contracts/compiled/demo-dollar.ts';
import { prepareChain } from '../setup/prepare-chain.ts';
import { localChain } from './chain-settings.ts';
import { LocalChain } from './local-chain.ts';

const key = (digit: string) => `0x${digit.repeat(64)}` as const;
const keys = { owner: key('1'), merchant: key('2'), operator: key('3'), demo: key('4') };

it('prepares a chain, however often and by how many at once, at the addresses of the configuration', async () => {
  await using chain = await LocalChain.start();
  const definition = { ...localChain(), rpcUrls: [chain.url] };
  const client = createChainClient(definition, { timeoutMs: 2_000, onFailure: () => undefined });
  const prepare = () => prepareChain(client, keys, quietLog());
  const results = await Promise.allSettled([prepare(), prepare()]);
  if (results.every(({ status }) => status === 'rejected')) throw new AggregateError(results);
  await prepare();
  const made = await chain.client.getTransactionCount({
    address: (await chain.client.getAddresses())[0] as never,
  });
  await prepare();
  expect(
    await chain.client.getTransactionCount({ address: (await chain.client.getAddresses())[0] as never }),
  ).toBe(made);
  const [token] = definition.tokens;
  const contract = { address: definition.contract, abi: coffeePaymentsAbi } as const;
  const merchant = await chain.client.readContract({ ...contract, functionName: 'merchant' });
  expect(merchant).not.toBe(await chain.client.readContract({ ...contract, functionName: 'operator' }));
  const symbol = await chain.client.readContract({
    address: token?.address as never,
    abi: demoDollarAbi,
    functionName: 'symbol',
  });
  expect(symbol).toBe('USDC');
});

// Each block takes two seconds, and web3-payment waits for this.
it('needs two blocks', async () => {
  await using chain = await LocalChain.start({ mineOnDemand: true });
  const definition = { ...localChain(), rpcUrls: [chain.url] };
  const client = createChainClient(definition, { timeoutMs: 2_000, onFailure: () => undefined });
  const waits = async () => (await chain.client.getTxpoolStatus()).pending;
  const prepared = prepareChain(client, keys, quietLog());
  await expect.poll(waits, { timeout: 10_000 }).toBe(7);
  await chain.client.mine({ blocks: 1 });
  await expect.poll(waits, { timeout: 10_000 }).toBe(2);
  await chain.client.mine({ blocks: 1 });
  await prepared;
});

it('lets the contract know new keys, and refuses to go on with another owner', async () => {
  await using chain = await LocalChain.start();
  const definition = { ...localChain(), rpcUrls: [chain.url] };
  const client = createChainClient(definition, { timeoutMs: 2_000, onFailure: () => undefined });
  await prepareChain(client, keys, quietLog());
  await prepareChain(client, { ...keys, merchant: key('5') }, quietLog());
  const contract = { address: definition.contract, abi: coffeePaymentsAbi } as const;
  const merchant = await chain.client.readContract({ ...contract, functionName: 'merchant' });
  const { privateKeyToAddress } = await import('viem/accounts');
  expect(merchant).toBe(privateKeyToAddress(key('5')));
  await expect(prepareChain(client, { ...keys, owner: key('6') }, quietLog())).rejects.toThrow(
    'another owner',
  );
});
