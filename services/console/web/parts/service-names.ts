/** Services with telemetry of their own. */
export const serviceNames = [
  'producer',
  'consumer',
  'streams',
  'web3-payment',
  'ai-orchestrator',
  'console',
] as const;
