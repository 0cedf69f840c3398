import { type CallParts, post } from '../connectors/signed-request.ts';
import { PermanentError } from '../engine/permanent-error.ts';

export interface RemoteCall {
  readonly agent: { readonly id: string; readonly url: string };
  readonly input: unknown;
  /** Run and step: a repeat has the same. */
  readonly key: string;
}

/**
 * Lets a registered agent do a step: one signed call, whose answer is its output as JSON. What it answers is data like a
 * guest's: only the actions that the workflow allows are ever carried out.
 */
export async function callRemoteAgent(
  parts: CallParts,
  secret: string | undefined,
  { agent, input, key }: RemoteCall,
): Promise<unknown> {
  // Unsigned, its receiver could not tell us from anybody else.
  if (secret === undefined)
    throw new PermanentError('remote agents need a secret for signatures: set OUTBOUND_SIGNING_SECRET');
  const answer = await post(parts, { url: agent.url, body: { agent: agent.id, input }, key, secret });
  try {
    return JSON.parse(answer) as unknown;
  } catch (cause) {
    throw new PermanentError(`${agent.id} answers what is no JSON`, { cause });
  }
}
