import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { copyWorkingTree } from '../mutations/working-copy.ts';
import { ApiClient } from '../stack/api-client.ts';
import { emptyStack, withEmptyStack } from './empty-stack.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const name = 'loyalty-points';
const tracedWithinMs = 60_000;

/** What a new service has to pass as it is: the same as any change. */
const checks: readonly { readonly what: string; readonly command: readonly [string, ...string[]] }[] = [
  { what: 'lint', command: ['node_modules/.bin/biome', 'check'] },
  { what: 'types', command: ['node_modules/.bin/tsc', '--noEmit'] },
  { what: 'sync', command: [process.execPath, 'scripts/cli/main.ts', 'sync', '--check'] },
  { what: 'unit', command: ['node_modules/.bin/vitest', 'run', '--project', 'unit'] },
  { what: 'manifests', command: ['node_modules/.bin/vitest', 'run', '--project', 'manifests'] },
];

/** `./coffee new service`, in a copy of the working tree: what it makes passes every check, starts and is traced. */
export const scaffold: Suite = {
  name: 'scaffold',
  summary: './coffee new service in a copy: it passes every check unchanged, starts, answers and is traced',
  budgetMinutes: 40,
  run: tryScaffold,
};

async function tryScaffold(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note } = context;
  await using copy = await copyWorkingTree(repositoryRoot, signal);
  const at = { cwd: copy.path, signal };
  const coffee = (...args: string[]) => [process.execPath, ['scripts/cli/main.ts', ...args]] as const;
  await check(...coffee('new', 'service', name), at);
  const failures: string[] = [];
  for (const { what, command } of checks) {
    note(what);
    const [program, ...args] = command;
    const { code, stdout, stderr } = await run(program, args, at);
    if (code !== 0)
      failures.push(`${what}: ${`${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n')}`);
  }
  // An image of its own: the developer's is not to be replaced by it.
  const env = { ...emptyStack, SERVICE_IMAGE: 'go-coffee/service:scaffold' };
  const seconds = await withEmptyStack(signal, note, async () => {
    const startedAt = performance.now();
    try {
      note('./coffee up, with the new service');
      await check(...coffee('up'), { ...at, env });
      note('asking it');
      failures.push(
        ...(await askService(
          copy.path,
          async () => {
            const { stdout } = await check(...coffee('token', '--role', 'operator'), { ...at, env });
            return stdout.trim();
          },
          signal,
        )),
      );
    } finally {
      // Only the copy's compose.yaml knows the volume of the new service.
      await check('docker', ['compose', '--profile', '*', 'down', '--volumes'], { cwd: copy.path, env });
      await run('docker', ['image', 'rm', '--force', env.SERVICE_IMAGE]);
    }
    return (performance.now() - startedAt) / 1000;
  });
  return {
    figures: [
      figure('checks', checks.length),
      figure('failed', failures.length),
      figure('up and asked', seconds, 's'),
    ],
    failures,
  };
}

const traces = z.object({ data: z.array(z.unknown()) });

/** What is wrong with its answers and traces. */
async function askService(
  root: string,
  token: () => Promise<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const ports = parseEnv(await readFile(join(root, '.env'), 'utf8'));
  const authority = await readFile(join(root, '.coffee', 'ca.crt'), 'utf8');
  using service = new ApiClient(new URL(`https://127.0.0.1:${ports.LOYALTY_POINTS_PORT}`), 1, authority);
  using jaeger = new ApiClient(new URL(`https://127.0.0.1:${ports.JAEGER_PORT}`), 1, authority);
  const path = `/v1/${name}`;
  const closed = await service.send({ method: 'GET', path });
  const headers = { authorization: `Bearer ${await token()}` };
  const answer = await service.send({ method: 'GET', path, headers });
  const wrong: string[] = [];
  if (closed.status !== 401) wrong.push(`who is not signed in gets ${closed.status}`);
  if (answer.status !== 200) wrong.push(`an operator gets ${answer.status}`);
  const deadline = performance.now() + tracedWithinMs;
  for (;;) {
    const { body } = await jaeger.send({ method: 'GET', path: `/api/traces?service=${name}&limit=5` });
    if ((traces.safeParse(body).data?.data.length ?? 0) > 0) return wrong;
    if (performance.now() > deadline)
      return [...wrong, `no trace in Jaeger after ${tracedWithinMs / 1000} s`];
    await pause(1_000, signal);
  }
}
