import { Alert, Button, Code, NativeSelect, NumberInput, Paper, Text, Title } from '@mantine/core';
import type {
  AgentFaults,
  AgentReports,
  AgentResource,
  AgentTraffic,
} from '#contracts/http/console-agent.ts';
import { agentAddress } from '../api.ts';
import { time } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { Chaos } from '../parts/chaos.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Form } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { useSession } from '../surroundings.tsx';
import { useAnswer } from '../use-answer.ts';
import { useSending } from '../use-sending.ts';

const everyMs = 3_000;
/** Those of ./coffee fault, which chaos makes as well. */
const ofCommand = ['latency', 'reset', 'cut', 'partition', 'kill', 'pause', 'slow-disk'];
const kinds = [...ofCommand, 'chain-reorg', 'model-timeout'];
/** Offered first; then whatever else runs. */
const usual = [
  'kafka',
  'postgres',
  'redis',
  'producer',
  'consumer',
  'streams',
  'web3-payment',
  'ai-orchestrator',
  'edge',
  'anvil',
];

function Faults({ agentUrl }: { readonly agentUrl: string }) {
  const url = `${agentUrl}/v1/faults`;
  const answer = useAnswer<AgentFaults>(url, everyMs);
  const { data: found } = useAnswer<{ resources: AgentResource[] }>(agentAddress(agentUrl, 'resources'));
  const running = (found?.resources ?? []).filter(({ state }) => state === 'running').map(({ name }) => name);
  const { error, send } = useSending(url, answer.reload);
  const start = (form: FormData): void => {
    void send('POST', {
      kind: form.get('kind'),
      service: form.get('service'),
      seconds: Number(form.get('seconds')),
    });
  };
  return (
    <section>
      <Title order={2} size="h3">
        Faults
      </Title>
      <Form label="Break something" onSend={start}>
        <NativeSelect name="kind" label="Fault" data={kinds} />
        <NativeSelect name="service" label="Part" data={[...new Set([...usual, ...running])]} />
        <NumberInput name="seconds" label="Seconds" defaultValue={30} min={1} max={3_600} hideControls />
        <Button type="submit" color="red.8">
          Break it
        </Button>
        <Button variant="default" onClick={() => void send('DELETE')}>
          Mend everything
        </Button>
      </Form>
      <Text role="status">{error}</Text>
      <Answered answer={answer} what="faults">
        {({ faults }) => (
          <DataTable
            caption="Faults, newest first"
            rows={faults}
            rowKey={({ id }) => id}
            empty="nothing was broken on purpose"
            columns={[
              { title: 'From', cell: ({ startedAt }) => time(startedAt) },
              { title: 'To', cell: ({ endedAt }) => (endedAt === null ? '' : time(endedAt)) },
              { title: 'What', cell: ({ title }) => title },
              {
                title: 'State',
                cell: ({ endedAt }) => <State of={endedAt === null ? 'broken' : 'mended'} />,
              },
              { title: 'Problem', cell: ({ problem }) => problem },
            ]}
          />
        )}
      </Answered>
    </section>
  );
}

function Traffic({ agentUrl }: { readonly agentUrl: string }) {
  const url = `${agentUrl}/v1/traffic`;
  const answer = useAnswer<AgentTraffic>(url, everyMs);
  const { error, send } = useSending(url, answer.reload);
  const start = (form: FormData): void => {
    const number = (name: string): number => Number(form.get(name));
    void send('POST', {
      rate: number('rate'),
      seconds: number('seconds'),
      cryptoShare: number('cryptoShare'),
    });
  };
  return (
    <section>
      <Title order={2} size="h3">
        Load
      </Title>
      <Form label="Start traffic" onSend={start}>
        <NumberInput
          name="rate"
          label="Customers a second"
          defaultValue={20}
          min={0.1}
          max={1_000}
          hideControls
        />
        <NumberInput name="seconds" label="Seconds" defaultValue={60} min={1} max={3_600} hideControls />
        <NumberInput
          name="cryptoShare"
          label="Share that pays on chain"
          defaultValue={0}
          min={0}
          max={1}
          step={0.1}
          hideControls
        />
        <Button type="submit">Start traffic</Button>
        <Button variant="default" onClick={() => void send('DELETE')}>
          Stop it
        </Button>
      </Form>
      <Text role="status">{error}</Text>
      <Answered answer={answer} what="traffic">
        {({ running, lines }) => (
          <Paper withBorder p="sm">
            <State of={running ? 'running' : 'stopped'} />
            <Code block mt="xs" className="wrapped">
              {lines.length === 0 ? 'No traffic was started here yet.' : lines.join('\n')}
            </Code>
          </Paper>
        )}
      </Answered>
    </section>
  );
}

function Reports({ agentUrl }: { readonly agentUrl: string }) {
  const answer = useAnswer<AgentReports>(`${agentUrl}/v1/reports`);
  return (
    <Answered answer={answer} what="reports">
      {({ reports }) => (
        <DataTable
          caption="Reports of load and long suites"
          rows={reports}
          rowKey={({ title, at }) => `${title} ${at}`}
          empty="there is none yet"
          columns={[
            { title: 'When', cell: ({ at }) => at },
            { title: 'What', cell: ({ title }) => title },
            { title: 'Outcome', cell: ({ passed }) => <State of={passed ? 'ok' : 'failed'} /> },
            { title: 'Summary', cell: ({ summary }) => summary },
          ]}
        />
      )}
    </Answered>
  );
}

/** What is broken on purpose, and load: by the agent on the developer's machine. */
export default function FaultsView() {
  const { agentUrl } = useSession();
  return (
    <Page
      title="Faults and load"
      about="Broken on purpose, for a time; mended at its end, and when the agent ends."
    >
      {agentUrl === null ? (
        <Alert variant="outline">
          There is no agent beside this stack: ./coffee up runs one under Compose.
        </Alert>
      ) : (
        <>
          <Faults agentUrl={agentUrl} />
          <Chaos agentUrl={agentUrl} kinds={ofCommand} />
          <Traffic agentUrl={agentUrl} />
          <Reports agentUrl={agentUrl} />
        </>
      )}
    </Page>
  );
}
