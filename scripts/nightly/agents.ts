import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { figure, type Suite } from './suite.ts';

const file = 'services/ai-orchestrator/tests/kills.test.ts';

/** The test of every commit takes two workflows that have every kind of step; this one takes all. */
export const agents: Suite = {
  name: 'agents',
  summary: 'SIGKILL at the end of each step of each built-in workflow, before and after its result is kept',
  budgetMinutes: 20,
  async run({ signal, note }) {
    const started = performance.now();
    const { code, stdout } = await run(
      'node_modules/.bin/vitest',
      ['run', '--project', 'integration', file],
      { cwd: repositoryRoot, signal, env: { COFFEE_ALL_WORKFLOWS: '1' }, onLine: note },
    );
    const kills = Number(/killed (\d+) times/.exec(stdout)?.[1] ?? 0);
    const failures = code === 0 ? [] : [`${file} ended with ${code}: ${stdout.trim().split('\n').at(-1)}`];
    if (kills === 0) failures.push('nobody was killed');
    const seconds = (performance.now() - started) / 1_000;
    return { figures: [figure('kills', kills), figure('took', seconds, 's')], failures };
  },
};
