import { Anchor, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '#contracts/http/tasks.ts';
import type { RunStep, WorkflowRun } from '#contracts/http/workflows.ts';
import { ask, consolePath } from '../api.ts';
import { milliseconds, time } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { useAnswer } from '../use-answer.ts';
import type { ViewProps } from '../views.ts';

const between = (from: string | null, to: string | null): string =>
  from === null || to === null ? '–' : milliseconds(Date.parse(to) - Date.parse(from));

function Approval({ task, onDone }: { readonly task: Task; readonly onDone: () => void }) {
  const [error, setError] = useState('');
  const close = async (how: 'complete' | 'fail'): Promise<void> => {
    try {
      await ask(consolePath(`tasks/${task.id}/${how}`), { method: 'POST', body: {} });
      onDone();
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
    }
  };
  return (
    <Paper withBorder p="sm" component="article" aria-label={task.title}>
      <Group justify="space-between">
        <Text fw={700}>{task.title}</Text>
        <State of={task.status} />
      </Group>
      <Code block className="wrapped">
        {JSON.stringify(task.details, undefined, 2)}
      </Code>
      <Group mt="xs">
        <Button size="xs" onClick={() => void close('complete')}>
          {task.kind === 'approval' ? 'Approve' : 'Done'}
        </Button>
        <Button size="xs" variant="default" onClick={() => void close('fail')}>
          {task.kind === 'approval' ? 'Refuse' : 'Not done'}
        </Button>
        <Text role="status">{error}</Text>
      </Group>
    </Paper>
  );
}

function Approvals() {
  const answer = useAnswer<{ tasks: Task[] }>(consolePath('tasks', { status: 'open' }), 5_000);
  return (
    <section>
      <Title order={2} size="h3">
        Waits for a person
      </Title>
      <Answered answer={answer} what="approvals">
        {({ tasks }) => (
          <Stack>
            {tasks.length === 0 && <Text>Nothing does.</Text>}
            {tasks.map((task) => (
              <Approval key={task.id} task={task} onDone={answer.reload} />
            ))}
          </Stack>
        )}
      </Answered>
    </section>
  );
}

function Runs() {
  const answer = useAnswer<{ runs: WorkflowRun[] }>(consolePath('runs', { limit: 50 }), 5_000);
  return (
    <Page title="Workflows" about="What agents do, step by step. What needs leave waits for it.">
      <Approvals />
      <Answered answer={answer} what="the runs">
        {({ runs }) => (
          <DataTable
            caption="Runs, newest first"
            rows={runs}
            rowKey={({ id }) => id}
            empty="there is none yet"
            columns={[
              { title: 'When', cell: ({ createdAt }) => time(createdAt) },
              {
                title: 'Workflow',
                cell: ({ id, definition }) => (
                  <Anchor href={`#/workflows/${id}`} underline="always">
                    {definition}
                  </Anchor>
                ),
              },
              { title: 'Status', cell: ({ status }) => <State of={status} /> },
              { title: 'Started by', cell: ({ trigger }) => trigger },
              {
                title: 'Took',
                numeric: true,
                cell: ({ createdAt, finishedAt }) => between(createdAt, finishedAt),
              },
            ]}
          />
        )}
      </Answered>
    </Page>
  );
}

function Run({ id }: { readonly id: string }) {
  const answer = useAnswer<WorkflowRun & { steps: RunStep[] }>(consolePath(`runs/${id}`), 5_000);
  return (
    <Page title="Run of a workflow" about={id}>
      <Answered answer={answer} what="the run">
        {(run) => (
          <>
            <Group>
              <State of={run.status} />
              <Text>
                {run.definition}, version {run.version}, started by {run.trigger}
              </Text>
            </Group>
            {run.error !== null && <Text>{run.error}</Text>}
            <DataTable
              caption="Steps"
              rows={run.steps}
              rowKey={({ number }) => String(number)}
              empty="it has done none yet"
              columns={[
                { title: 'Step', numeric: true, cell: ({ number }) => number },
                { title: 'Name', cell: ({ name }) => name },
                { title: 'Began', cell: ({ startedAt }) => (startedAt === null ? '–' : time(startedAt)) },
                {
                  title: 'Took',
                  numeric: true,
                  cell: ({ startedAt, finishedAt }) => between(startedAt, finishedAt),
                },
                {
                  title: 'Came to',
                  cell: ({ output, error }) => (
                    <details>
                      <summary>{error ?? 'output'}</summary>
                      <Code block className="wrapped">
                        {JSON.stringify(output, undefined, 2)}
                      </Code>
                    </details>
                  ),
                },
              ]}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}

export default function WorkflowsView({ rest }: ViewProps) {
  return rest === '' ? <Runs /> : <Run id={rest} />;
}
