import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { MetricSeries } from '#contracts/http/console.ts';
import type { AgentResource } from '#contracts/http/console-agent.ts';
import { ask, consolePath } from '../api.ts';
import { bytes, percent, time } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { useSession } from '../surroundings.tsx';
import { useAnswer } from '../use-answer.ts';

const everyMs = 5_000;
type Usage = ReadonlyMap<string, number>;

/** The latest value of each container or pod. */
function useUsage(expression: string): Usage {
  const { data } = useAnswer<{ series: MetricSeries[] }>(
    consolePath('metrics', { expression, minutes: 2, points: 12 }),
    everyMs,
  );
  return new Map(
    (data?.series ?? []).map(({ labels, points }) => [
      labels.container ?? labels.pod ?? '',
      points.at(-1)?.[1] ?? 0,
    ]),
  );
}

function Environment({ environment }: Pick<AgentResource, 'environment'>) {
  return (
    <details>
      <summary>{Object.keys(environment).length} variables</summary>
      <Code block className="wrapped">
        {Object.entries(environment)
          .map(([name, value]) => `${name}=${value}`)
          .join('\n')}
      </Code>
    </details>
  );
}

function WithAgent({
  agentUrl,
  cpu,
  memory,
}: {
  readonly agentUrl: string;
  readonly cpu: Usage;
  readonly memory: Usage;
}) {
  const answer = useAnswer<{ resources: AgentResource[] }>(`${agentUrl}/v1/resources`, everyMs);
  const [said, setSaid] = useState('');
  const act = async (name: string, action: string): Promise<void> => {
    setSaid(`${name}: ${action} …`);
    try {
      await ask(`${agentUrl}/v1/resources/${name}/${action}`, { method: 'POST' });
      setSaid(`${name}: ${action} done`);
    } catch (error) {
      setSaid(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    answer.reload();
  };
  return (
    <Answered answer={answer} what="containers (./coffee up starts the agent that knows them)">
      {({ resources }) => (
        <>
          <Text role="status">{said}</Text>
          <DataTable
            caption="Containers"
            rows={resources}
            rowKey={({ name }) => name}
            empty="there is none"
            columns={[
              { title: 'Part', cell: ({ name }) => name },
              { title: 'State', cell: ({ state, health }) => <State of={health ?? state} /> },
              { title: 'Since', cell: ({ startedAt }) => (startedAt === null ? '–' : time(startedAt)) },
              { title: 'Restarts', numeric: true, cell: ({ restarts }) => restarts },
              { title: 'CPU', numeric: true, cell: ({ name }) => percent(cpu.get(name)) },
              {
                title: 'Memory',
                numeric: true,
                cell: ({ name }) => (memory.has(name) ? bytes(memory.get(name) ?? 0) : '–'),
              },
              { title: 'Ports', cell: ({ ports }) => ports.join(', ') },
              { title: 'Environment', cell: ({ environment }) => <Environment environment={environment} /> },
              {
                title: 'Do',
                cell: ({ name, state }) => (
                  <Group gap={4} wrap="nowrap">
                    {(state === 'running' ? ['stop', 'restart'] : ['start']).map((action) => (
                      <Button
                        key={action}
                        size="compact-xs"
                        variant="default"
                        aria-label={`${action} ${name}`}
                        onClick={() => void act(name, action)}
                      >
                        {action}
                      </Button>
                    ))}
                  </Group>
                ),
              },
            ]}
          />
        </>
      )}
    </Answered>
  );
}

/** Containers, or on Kubernetes what telemetry knows of pods. */
export default function ResourcesView() {
  const { agentUrl } = useSession();
  const cpu = useUsage('container:cpu_usage:cores');
  const memory = useUsage('container:memory_usage:bytes');
  return (
    <Page title="Resources" about="What runs, what it needs, and how it is configured.">
      {agentUrl === null ? (
        <>
          <Alert variant="outline">
            There is no agent beside this stack: kubectl starts and stops its pods.
          </Alert>
          <DataTable
            caption="What is measured"
            rows={[...memory.keys()].sort()}
            rowKey={(name) => name}
            empty="nothing is"
            columns={[
              { title: 'Container', cell: (name) => name },
              { title: 'CPU', numeric: true, cell: (name) => percent(cpu.get(name)) },
              { title: 'Memory', numeric: true, cell: (name) => bytes(memory.get(name) ?? 0) },
            ]}
          />
        </>
      ) : (
        <WithAgent agentUrl={agentUrl} cpu={cpu} memory={memory} />
      )}
    </Page>
  );
}
