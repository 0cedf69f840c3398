import { TokenSigner } from '#platform/identity/token-signer.ts';
import { testTokenSecret } from '#platform/testing/tokens.ts';
import { readSettings } from '../../scripts/stack/settings.ts';
import { stackTokens } from '../../scripts/stack/tokens.ts';

/**
 * `CONSOLE_TARGET=stack`: the running stack, through its edge; `kubernetes`: one that has no agent on this machine. Otherwise a
 * stage that needs neither.
 */
const target = process.env.CONSOLE_TARGET;
export const onStack = target === 'stack' || target === 'kubernetes';
export const hasAgent = target !== 'kubernetes';

export const stagePort = 18_085;
const settings = await readSettings();

export const baseUrl = onStack ? settings.edgeUrl.origin : `http://localhost:${stagePort}`;

/** An access token of an operator who may also order and serve. */
export async function operatorToken(): Promise<string> {
  if (onStack) return (await stackTokens(settings)).tokenOf('e2e-console', 'operator', 'barista', 'customer');
  const signer = new TokenSigner({
    secret: testTokenSecret,
    issuer: 'go-coffee',
    audience: 'go-coffee',
    lifetimeMs: 3_600_000,
  });
  return signer.sign('e2e-console', ['operator', 'barista', 'customer']);
}
