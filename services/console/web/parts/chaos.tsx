import { Button, Code, Group, List, NativeSelect, NumberInput, Paper, Text, Title } from '@mantine/core';
import type { AgentChaos } from '#contracts/http/console-agent.ts';
import { time } from '../format.ts';
import { useAnswer } from '../use-answer.ts';
import { useSending } from '../use-sending.ts';
import { Answered } from './answered.tsx';
import { Form } from './form.tsx';
import { State } from './state.tsx';

const everyMs = 3_000;
const nothing = 'nothing';

function Verdict({ verdict }: { readonly verdict: NonNullable<AgentChaos['verdict']> }) {
  const { accepted, lost, duplicated, stuck, servedUnpaid, findings } = verdict;
  return (
    <>
      <Text mt="xs">
        Reconciled: {accepted} orders accepted, {lost} lost, {duplicated} duplicated, {stuck} stuck,{' '}
        {servedUnpaid} served unpaid.
      </Text>
      {findings.length > 0 && (
        <List size="sm">
          {findings.map((finding) => (
            <List.Item key={finding}>{finding}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}

function Told({ state, seed, startedAt, endedAt, verdict, lines }: AgentChaos) {
  if (state === 'never' || startedAt === null) return <Text>No chaos was started here yet.</Text>;
  return (
    <Paper withBorder p="sm">
      <Group>
        <State of={state} />
        <Text>
          Seed {seed}, from {time(startedAt)}
          {endedAt === null ? '' : ` to ${time(endedAt)}`}
        </Text>
      </Group>
      {verdict && <Verdict verdict={verdict} />}
      {lines.length > 0 && (
        <Code block mt="xs" className="wrapped">
          {lines.join('\n')}
        </Code>
      )}
    </Paper>
  );
}

/** Customers under random faults, and whether every order came through. */
export function Chaos({ agentUrl, kinds }: { readonly agentUrl: string; readonly kinds: readonly string[] }) {
  const url = `${agentUrl}/v1/chaos`;
  const answer = useAnswer<AgentChaos>(url, everyMs);
  const { error, send } = useSending(url, answer.reload);
  const start = (form: FormData): void => {
    const text = (name: string): string => String(form.get(name) ?? '');
    const [seed, without] = [text('seed'), text('without')];
    void send('POST', {
      rate: Number(text('rate')),
      seconds: Number(text('seconds')),
      ...(seed === '' ? {} : { seed: Number(seed) }),
      ...(without === nothing ? {} : { without: [without] }),
    });
  };
  return (
    <section>
      <Title order={2} size="h3">
        Chaos
      </Title>
      <Text size="sm" c="dimmed">
        Customers order while one part after another breaks; then every order is reconciled. Not beside a
        fault by hand.
      </Text>
      <Form label="Start chaos" onSend={start}>
        <NumberInput
          name="rate"
          label="Customers a second"
          defaultValue={20}
          min={1}
          max={500}
          hideControls
        />
        <NumberInput name="seconds" label="Seconds" defaultValue={120} min={40} max={3_600} hideControls />
        <NumberInput name="seed" label="Seed, if a run is repeated" min={0} max={2 ** 32 - 1} hideControls />
        <NativeSelect name="without" label="Leave out" data={[nothing, ...kinds]} />
        <Button type="submit" color="red.8">
          Start chaos
        </Button>
        <Button variant="default" onClick={() => void send('DELETE')}>
          Stop chaos
        </Button>
      </Form>
      <Text role="status">{error}</Text>
      <Answered answer={answer} what="chaos">
        {(told) => <Told {...told} />}
      </Answered>
    </section>
  );
}
