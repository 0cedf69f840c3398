import { expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { planService } from '../scaffold/scaffold.ts';
import { readTutorial } from './scaffold.ts';

// Guard: what the tutorial says is typed in, and asks at the port that the service gets.
it('types in what the tutorial has', async () => {
  const { make, start, ask } = await readTutorial();
  const name = /^\.\/coffee new service ([a-z-]+)$/m.exec(make)?.[1] ?? '';
  expect(name).toBe('loyalty-points');
  expect(start).toContain('./coffee up');
  expect(ask).toContain('LOYALTY_POINTS_PORT');
  expect(ask).toContain(`/v1/${name}`);
  const { port, changes } = planService(repositoryRoot, 'made-by-test');
  expect(changes.get('.env')).toMatch(new RegExp(`^MADE_BY_TEST_PORT=${port}$`, 'm'));
});
