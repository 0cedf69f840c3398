import { expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { platform } from '../../../scripts/cluster/cluster.ts';
import { cluster, componentOf, runningPods } from '../stage.ts';

const count = 40;
const name = 'cluster-test';
/** Ten seconds of work in five steps: long enough that a replica dies in the middle of its runs. */
const content = {
  description: 'Waits in steps.',
  steps: Array.from({ length: 5 }, (_, index) => ({ id: `wait-${index}`, kind: 'pause', seconds: 2 })),
  timeoutSeconds: 600,
  budget: { tokens: 0, microdollars: 0 },
};

/** Rows as lines, columns apart by `|`. */
async function query(sql: string): Promise<string[]> {
  const psql = ['psql', '--username', 'postgres', '--dbname', 'coffee', '--tuples-only', '--no-align'];
  const { code, stdout, stderr } = await cluster.exec('postgres-0', [...psql, '--command', sql]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().split('\n').filter(Boolean);
}

const atWork = (): Promise<string[]> =>
  query(
    `select engine.executor_id, count(*) from ai.runs join dbos.workflow_status as engine
         on engine.workflow_uuid = runs.id::text
      where definition = '${name}' and engine.status = 'PENDING' group by 1 order by 1`,
  );

/** A replica of the agents that dies does not take its runs with it. */
export function agents(): void {
  test("a lost replica's runs are taken over by the others", async () => {
    const replicas = (await runningPods([platform])).filter((pod) => componentOf(pod) === 'ai-orchestrator');
    expect(replicas.length).toBeGreaterThanOrEqual(2);
    await query(
      `insert into ai.runs (id, definition, version, content, input, trigger, trace)
       select gen_random_uuid(), '${name}', 1, '${JSON.stringify(content)}', '{}', 'api', '{}'
         from generate_series(1, ${count})`,
    );
    const before = await poll(
      async () => {
        const executors = await atWork();
        return executors.length >= 2 ? executors : undefined;
      },
      { deadlineMs: 30_000, intervalMs: 500, what: 'runs at work in two replicas' },
    );
    const [lost] = replicas;
    if (!lost) throw new Error('There is no replica.');
    // Without a second to say goodbye: its lease runs out.
    await cluster.kubectl([
      ...['delete', 'pod', lost.metadata.name, '--namespace', platform],
      ...['--grace-period=0', '--force', '--wait=false'],
    ]);
    const ended = await poll(
      async () => {
        const rows = await query(
          `select status, count(*) from ai.runs where definition = '${name}' group by 1`,
        );
        return rows.length === 1 && rows[0] === `completed|${count}` ? rows : undefined;
      },
      {
        deadlineMs: 120_000,
        intervalMs: 2_000,
        what: `${count} runs to end, of which ${before} were at work`,
      },
    );
    expect(ended).toEqual([`completed|${count}`]);
    // Every step once, and nothing after the last.
    const steps = await query(
      `select distinct count(*) from ai.runs join dbos.operation_outputs as step on step.workflow_uuid = runs.id::text
        where definition = '${name}' group by runs.id`,
    );
    expect(steps).toEqual([String(content.steps.length + 1)]);
  }, 240_000);
}
