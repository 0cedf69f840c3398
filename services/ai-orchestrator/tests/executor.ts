/**
 * The service without its HTTP side, as a process of its own that tests kill: `node executor.ts`. It approves whatever
 * waits for an approval, unless APPROVES=0. With CRASH_POINTS (a file) it kills itself at the end of each step, once before its result is kept
 * and once after; with COUNT_STEPS=1 it writes down each time that it does a step's work.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { aborted } from '#platform/lifecycle/abort.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import { run } from '#platform/lifecycle/run.ts';
import { loadAiConfig } from '../config.ts';
import { createAiContext } from '../context.ts';
import { listTasks } from '../database/tasks.ts';
import { type Durable, durable } from '../engine/durable.ts';

const crashPoints = process.env.CRASH_POINTS;
const counting = process.env.COUNT_STEPS === '1';
const victims = process.env.CRASH_IN?.split(',');

function crashAt(point: string): void {
  const runId = DBOS.workflowID ?? '';
  if (crashPoints === undefined || (victims && !victims.includes(runId))) return;
  const line = `${runId} ${point}`;
  const passed = existsSync(crashPoints) ? readFileSync(crashPoints, 'utf8').split('\n') : [];
  if (passed.includes(line)) return;
  appendFileSync(crashPoints, `${line}\n`, { flush: true });
  process.kill(process.pid, 'SIGKILL');
}

process.exit(
  await run('executor', async (signal) => {
    const killing: Durable = {
      step: async (name, work, options) => {
        const result = await durable.step(
          name,
          async () => {
            if (counting)
              await context.database.raw('insert into public.executions values (?, ?, ?)', [
                DBOS.workflowID ?? '',
                name,
                context.engine.executorId,
              ]);
            const made = await work();
            crashAt(`${name} done`);
            return made;
          },
          options,
        );
        crashAt(`${name} kept`);
        return result;
      },
      receive: async <T>(topic: string, timeoutSeconds: number) => {
        const received = await durable.receive<T>(topic, timeoutSeconds);
        crashAt('decision received');
        return received;
      },
      pause: durable.pause,
    };
    await using context = createAiContext(loadAiConfig(process.env), { durable: killing });
    const work = async (): Promise<boolean> => {
      if (process.env.APPROVES === '0') return false;
      const open = await listTasks(context.database, { status: 'open', kind: 'approval', limit: 100 });
      for (const { id } of open)
        await context.workflows.close({ id, status: 'completed', note: undefined, by: 'test' });
      return false;
    };
    await using _approving = new Periodic({ name: 'approving', intervalMs: 100, work }, context.log);
    process.stdout.write(`executor ${context.engine.executorId}\n`);
    await aborted(signal);
  }),
);
