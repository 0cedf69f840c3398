import { z } from 'zod';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import type { StackSettings } from '../stack/settings.ts';

const answer = z.object({ error: z.object({ message: z.string() }).optional() });
/** One less than the confirmations that the local chain asks for: what is confirmed stays. */
const depth = 2;

/**
 * Throws the newest blocks of the local chain away, with their transactions, and makes as many empty ones.
 *
 * @throws Error with what the chain says, NoReplyError when it does not answer.
 */
export async function reorganise(settings: StackSettings, signal: AbortSignal): Promise<void> {
  using client = new ApiClient(settings.chainUrl, 1, await readAuthority(settings, signal));
  const call = { jsonrpc: '2.0', id: 1, method: 'anvil_reorg', params: [depth, []] };
  const { body } = await client.send({ method: 'POST', path: '/', body: call, signal });
  const { error } = answer.parse(body);
  if (error) throw new Error(`The chain was not reorganised: ${error.message}`);
}
