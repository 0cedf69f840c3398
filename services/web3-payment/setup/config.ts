import type { Hex } from 'viem';
import { z } from 'zod';
import { type Environment, loadConfig } from '#platform/config/load-config.ts';
import { withTls } from '#platform/config/tls.ts';
import { duration, serviceShape } from '#platform/config/values.ts';
import { parseKey } from '../chain/signer.ts';
import { chainList } from '../chains.ts';

const privateKey = z.string('must be set, as a file in …_FILE').transform((text, context): Hex => {
  const key = parseKey(text);
  if (key) return key;
  context.addIssue({
    code: 'custom',
    message: 'must be 0x and 64 hexadecimal digits, or 32 bytes in base64url',
  });
  return z.NEVER;
});

const schema = withTls({
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
