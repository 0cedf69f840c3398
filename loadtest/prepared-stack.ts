import { recreate } from '../scripts/docker/container-health.ts';
import { containerOf, networkAddresses } from '../scripts/docker/service-container.ts';

/** So long that no order of a run expires while the next run is measured. */
export const paymentWindow = '24h';
const healthyWithinMs = 60_000;

export interface PreparedStack extends AsyncDisposable {
  /** The settings that differ from `.env` meanwhile. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Lets the stack take a load from one machine with all limits on: the edge believes this machine's X-Forwarded-For, so
 * that each customer has an address and a limit of his own. What was set is undone on disposal.
 */
export async function prepareStack(signal: AbortSignal): Promise<PreparedStack> {
  // The addresses that this machine's connections come from, as the edge sees them.
  const gateways = await networkAddresses(await containerOf('edge', signal), 'Gateway', signal);
  const env = { EDGE_TRUSTED_PROXIES: gateways.join(' '), PAYMENT_WINDOW: paymentWindow };
  // The edge last: it knows where the producer is when it starts, and has nothing to reload while it is measured.
  await recreate(['producer'], healthyWithinMs, signal, env);
  await recreate(['edge'], healthyWithinMs, signal, env);
  return {
    env,
    // Without the signal: what was changed is undone whatever happens.
    async [Symbol.asyncDispose]() {
      await recreate(['producer', 'edge'], healthyWithinMs, new AbortController().signal);
    },
  };
}
