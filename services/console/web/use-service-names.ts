import type { MetricSeries } from '#contracts/http/console.ts';
import { consolePath } from './api.ts';
import { useAnswer } from './use-answer.ts';

/** Those of the platform; what else there is is found by its metrics. */
const known = ['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator', 'console'];
/** Every service of ours has it. */
const expression = 'group by (service_name) (nodejs_eventloop_delay_p99_seconds)';

/** Services with telemetry of their own: a new one is among them as soon as it was measured. */
export function useServiceNames(): string[] {
  const { data } = useAnswer<{ series: MetricSeries[] }>(consolePath('metrics', { expression, minutes: 60 }));
  const measured = (data?.series ?? []).flatMap(({ labels }) => labels.service_name ?? []);
  return [...new Set([...known, ...measured.toSorted()])];
}
