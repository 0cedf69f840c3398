import { pause } from '#platform/lifecycle/abort.ts';
import { composeLines, emptyStack, startEmptyStack, withEmptyStack } from './empty-stack.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';
import { type WorkingSet, workingSets } from './working-set.ts';

const healthyWithinSeconds = 30;
const quietMs = 120_000;
// Without Grafana, which is not everywhere.
const idleBelowMebibytes = 2_200_000_000 / 2 ** 20;
// Of the profile minimal, with which people look at traces and metrics on a laptop.
const minimalBelowMebibytes = 1_500_000_000 / 2 ** 20;
const beyondMinimal = /-(tempo|loki|grafana|alertmanager|alert-inbox)-\d+$/;

/** How fast an empty stack starts, and what it needs at rest. */
export const start: Suite = {
  name: 'start',
  summary: `docker compose up --wait within ${healthyWithinSeconds} s, and below 2.2 GB (the profile minimal: 1.5 GB) after two quiet minutes`,
  budgetMinutes: 10,
  run: (context) => measure(context),
};

const measure = ({ signal, note }: SuiteContext): Promise<SuiteOutcome> =>
  withEmptyStack(signal, note, async () => {
    note('starting an empty stack');
    const seconds = await startEmptyStack(signal);
    note(`healthy after ${seconds.toFixed(1)} s; two quiet minutes follow`);
    await pause(quietMs, signal);
    signal.throwIfAborted();
    const containers = await composeLines(['ps', '--quiet'], emptyStack, signal);
    return judge(seconds, await workingSets(containers, signal));
  });

export function judge(seconds: number, sets: readonly WorkingSet[]): SuiteOutcome {
  const sum = (of: readonly WorkingSet[]): number =>
    of.reduce((whole, { mebibytes }) => whole + mebibytes, 0);
  const total = sum(sets.filter(({ container }) => !/-grafana-\d+$/.test(container)));
  const minimal = sum(sets.filter(({ container }) => !beyondMinimal.test(container)));
  const failures: string[] = [];
  if (seconds > healthyWithinSeconds) {
    failures.push(`healthy after ${seconds.toFixed(1)} s instead of ${healthyWithinSeconds} s`);
  }
  if (total >= idleBelowMebibytes) {
    failures.push(`needs ${total.toFixed(0)} MiB at rest, not below ${idleBelowMebibytes.toFixed(0)} MiB`);
  }
  if (minimal >= minimalBelowMebibytes) {
    failures.push(
      `the profile minimal needs ${minimal.toFixed(0)} MiB at rest, not below ${minimalBelowMebibytes.toFixed(0)} MiB`,
    );
  }
  if (sets.length === 0) failures.push('there was no container to measure');
  return {
    figures: [
      figure('healthy', seconds, 's'),
      figure('working set at rest', total, 'MiB'),
      figure('of that the profile minimal', minimal, 'MiB'),
      ...sets.map(({ container, mebibytes }) =>
        figure(container.replace(`${emptyStack.COMPOSE_PROJECT_NAME}-`, ''), mebibytes, 'MiB'),
      ),
    ],
    failures,
  };
}
