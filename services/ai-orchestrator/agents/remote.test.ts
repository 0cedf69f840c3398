import { expect, it } from 'vitest';
import { OutboundGuard } from '../connectors/outbound-guard.ts';
import { callRemoteAgent } from './remote.ts';

it('calls nobody without a secret for the signature', async () => {
  const call = { agent: { id: 'partner', url: 'https://partner.example/' }, input: {}, key: 'k' };
  const parts = { guard: new OutboundGuard([]), timeoutMs: 100 };
  await expect(callRemoteAgent(parts, undefined, call)).rejects.toThrow(/OUTBOUND_SIGNING_SECRET/);
});
