import { compose } from '../scripts/docker/compose.ts';
import { recreate } from '../scripts/docker/container-health.ts';
import { check } from '../scripts/docker/run.ts';

/** So long that no order of a run expires while the next run is measured. */
const paymentWindow = '24h';
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
  const env = { EDGE_TRUSTED_PROXIES: (await gateways(signal)).join(' '), PAYMENT_WINDOW: paymentWindow };
  const changed = ['producer', 'edge'];
  await recreate(changed, healthyWithinMs, signal, env);
  return {
    env,
    // Without the signal: what was changed is undone whatever happens.
    async [Symbol.asyncDispose]() {
      await recreate(changed, healthyWithinMs, new AbortController().signal);
    },
  };
}

/** The addresses that this machine's connections come from, as the edge sees them. */
async function gateways(signal: AbortSignal): Promise<string[]> {
  const { stdout: id } = await compose(['ps', '--quiet', 'edge'], { signal });
  const format = '{{range .NetworkSettings.Networks}}{{.Gateway}} {{end}}';
  const { stdout } = await check('docker', ['inspect', '--format', format, id.trim()], { signal });
  return stdout.trim().split(/\s+/);
}
