import { useMemo } from 'react';
import type { AgentFaults } from '#contracts/http/console-agent.ts';
import type { FaultTime } from './agent.ts';
import { useAnswer } from './use-answer.ts';

const everyMs = 5_000;

/** Faults that the agent knows of, now and before; none where there is no agent. */
export function useAgentFaults(agentUrl: string | null): readonly FaultTime[] {
  const { data } = useAnswer<AgentFaults>(agentUrl === null ? undefined : `${agentUrl}/v1/faults`, everyMs);
  const text = JSON.stringify(data?.faults ?? []);
  // The same faults are the same value: charts are not drawn anew every few seconds.
  return useMemo(
    () =>
      (JSON.parse(text) as AgentFaults['faults']).map(({ title, startedAt, endedAt }) => ({
        title,
        fromMs: Date.parse(startedAt),
        toMs: endedAt === null ? undefined : Date.parse(endedAt),
      })),
    [text],
  );
}
