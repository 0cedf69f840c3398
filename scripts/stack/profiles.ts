import { tryCompose } from '../docker/compose.ts';

/** The services that start under the chosen profiles, in compose.yaml's order. */
export async function chosenServices(signal: AbortSignal): Promise<string[]> {
  const { stdout } = await tryCompose(['config', '--services'], { signal });
  return stdout.split('\n').filter((line) => line !== '');
}

/** The order path: what must run for an order to be accepted and kept, and the analytics of it. */
export const orderPath = [
  'bootstrap',
  'renewal',
  'kafka',
  'postgres',
  'redis',
  'migrate',
  'edge',
  'producer',
  'consumer',
  'streams',
  'ai-orchestrator',
  'anvil',
  'chain-setup',
  'web3-payment',
] as const;
