import { pause } from '#platform/lifecycle/abort.ts';
import { compose } from '../docker/compose.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';
import { type WorkingSet, workingSets } from './working-set.ts';

const healthyWithinSeconds = 30;
const quietMs = 120_000;
const idleBelowMebibytes = 1_200_000_000 / 2 ** 20;

// A project of its own, with empty volumes: the data of the developer's stack is none of our business.
const env = { COMPOSE_PROJECT_NAME: 'go-coffee-nightly' };

/** How fast an empty stack starts, and what it needs at rest. */
export const start: Suite = {
  name: 'start',
  summary: `docker compose up --wait within ${healthyWithinSeconds} s, and below 1.2 GB after two quiet minutes`,
  budgetMinutes: 10,
  run: measure,
};

async function measure({ signal, note }: SuiteContext): Promise<SuiteOutcome> {
  const interrupted = await containers(['--status', 'running', '--services'], {}, signal);
  try {
    if (interrupted.length > 0) {
      note(`stopping the running stack: its ports are needed (${interrupted.join(', ')})`);
      await compose(['stop'], { signal });
    }
    await compose(['down', '--volumes', '--remove-orphans'], { env, signal });
    note('starting an empty stack');
    const startedAt = performance.now();
    await compose(['up', '--detach', '--wait', '--no-build', '--pull', 'never'], { env, signal });
    const seconds = (performance.now() - startedAt) / 1000;
    note(`healthy after ${seconds.toFixed(1)} s; two quiet minutes follow`);
    await pause(quietMs, signal);
    signal.throwIfAborted();
    return judge(seconds, await workingSets(await containers(['--quiet'], env, signal), signal));
  } finally {
    // Without the signal: what was changed is undone whatever happens.
    await compose(['down', '--volumes', '--remove-orphans'], { env });
    if (interrupted.length > 0) {
      note('starting the stack that was running before');
      await compose(['up', '--detach', '--no-build', '--no-recreate', '--pull', 'never', ...interrupted]);
    }
  }
}

async function containers(
  options: readonly string[],
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await compose(['ps', ...options], { env: environment, signal });
  return stdout.split('\n').filter((line) => line !== '');
}

export function judge(seconds: number, sets: readonly WorkingSet[]): SuiteOutcome {
  const total = sets.reduce((sum, { mebibytes }) => sum + mebibytes, 0);
  const failures: string[] = [];
  if (seconds > healthyWithinSeconds) {
    failures.push(`healthy after ${seconds.toFixed(1)} s instead of ${healthyWithinSeconds} s`);
  }
  if (total >= idleBelowMebibytes) {
    failures.push(`needs ${total.toFixed(0)} MiB at rest, not below ${idleBelowMebibytes.toFixed(0)} MiB`);
  }
  if (sets.length === 0) failures.push('there was no container to measure');
  return {
    figures: [
      figure('healthy', seconds, 's'),
      figure('working set at rest', total, 'MiB'),
      ...sets.map(({ container, mebibytes }) =>
        figure(container.replace(`${env.COMPOSE_PROJECT_NAME}-`, ''), mebibytes, 'MiB'),
      ),
    ],
    failures,
  };
}
