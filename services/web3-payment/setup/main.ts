import { openTls } from '#platform/config/tls.ts';
import { retryUntilAborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { createChainClient } from '../chain/chain-client.ts';
import { loadSetupConfig } from './config.ts';
import { prepareChain } from './prepare-chain.ts';

const exitCode = await run('chain-setup', async (signal) => {
  const config = loadSetupConfig(process.env);
  const log = createLogger('chain-setup', config.LOG_LEVEL);
  const tls = openTls(config);
  const [definition] = config.CHAINS;
  if (!definition?.internal) {
    log.info('the first chain is not a part of the platform: there is nothing to prepare');
    return;
  }
  const chain = createChainClient(definition, {
    tls,
    timeoutMs: config.RPC_TIMEOUT,
    onFailure: (name, endpoint) => log.info({ chain: name, endpoint }, 'waiting'),
  });
  await retryUntilAborted(
    () => chain.client.getBlockNumber(),
    signal,
    (_, attempt) => attempt % 10 === 0 && log.info({ chain: definition.name }, 'waiting for the chain'),
  );
  signal.throwIfAborted();
  const { OWNER_KEY, MERCHANT_KEY, OPERATOR_KEY, DEMO_WALLET_KEY } = config;
  const keys = { owner: OWNER_KEY, merchant: MERCHANT_KEY, operator: OPERATOR_KEY, demo: DEMO_WALLET_KEY };
  await prepareChain(chain, keys, log);
});
process.exit(exitCode);
