import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { figure, type Suite } from './suite.ts';

const files = ['kills', 'replicas'].map((name) => `services/ai-orchestrator/tests/${name}.test.ts`);

/** The tests of every commit take two workflows that have every kind of step, and fewer runs; these take all. */
export const agents: Suite = {
  name: 'agents',
  summary:
    'SIGKILL at the end of each step of each built-in workflow; 1,000 runs on two replicas, each step once',
  budgetMinutes: 20,
  async run({ signal, note }) {
    const started = performance.now();
    const { code, stdout } = await run(
      'node_modules/.bin/vitest',
      ['run', '--project', 'integration', ...files],
      { cwd: repositoryRoot, signal, env: { COFFEE_ALL_WORKFLOWS: '1' }, onLine: note },
    );
    const counted = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? 0);
    const kills = counted(/killed (\d+) times/);
    const runs = counted(/ran (\d+) workflows/);
    const failures = code === 0 ? [] : [`vitest ended with ${code}: ${stdout.trim().split('\n').at(-1)}`];
    if (kills === 0) failures.push('nobody was killed');
    if (runs === 0) failures.push('the replicas ran nothing, or a step twice');
    const seconds = (performance.now() - started) / 1_000;
    return {
      figures: [figure('kills', kills), figure('runs', runs), figure('took', seconds, 's')],
      failures,
    };
  },
};
