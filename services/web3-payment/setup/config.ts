import type { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { duration, serviceShape } from '#platform/config/values.ts';
import { chainList } from '../chains.ts';
import { privateKey } from '../private-key.ts';

export const schema = withTls({
  ...serviceShape,
  /** The first is the local chain that is prepared. */
  CHAINS: chainList,
  /** Owns the contracts. */
  OWNER_KEY: privateKey,
  MERCHANT_KEY: privateKey,
  OPERATOR_KEY: privateKey,
  DEMO_WALLET_KEY: privateKey,
  RPC_TIMEOUT: duration.default(5_000),
});

export type SetupConfig = z.infer<typeof schema>;

/** @throws ConfigError naming each wrong variable. */
export const loadSetupConfig = (environment: Environment): SetupConfig => loadConfig(schema, environment);
