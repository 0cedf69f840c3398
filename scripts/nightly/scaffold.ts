import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { blocksTestedBy } from '../docs/script.ts';
import { ensureImages } from '../images/ensure.ts';
import { ensureKubectl } from '../kubernetes/ensure-kubectl.ts';
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
  {
    what: 'types of the page',
    command: ['node_modules/.bin/tsc', '--noEmit', '--project', 'services/console/web'],
  },
  { what: 'sync', command: [process.execPath, 'scripts/cli/main.ts', 'sync', '--check'] },
  { what: 'unit', command: ['node_modules/.bin/vitest', 'run', '--project', 'unit'] },
  { what: 'manifests', command: ['node_modules/.bin/vitest', 'run', '--project', 'manifests'] },
];

/** Of the images of tests those that these checks use, beside kubectl. */
const tools = ['kubeconform', 'kube-score', 'helm'];

/** What the tutorial has its reader type, block by block. */
export interface Tutorial {
  /** `./coffee new service …` */
  readonly make: string;
  /** `./coffee sync --check`, `./coffee up` */
  readonly start: string;
  /** Asks it, with a `./coffee token`; prints the answer. */
  readonly ask: string;
}

/** @throws Error when the tutorial has other blocks: then this has to be changed with it */
export async function readTutorial(root = repositoryRoot): Promise<Tutorial> {
  const text = await readFile(join(root, 'docs/tutorials/add-a-service.md'), 'utf8');
  const blocks = blocksTestedBy(text, 'scripts/nightly/scaffold.ts');
  const [make, start, ask] = blocks;
  if (!make || !start || !ask || blocks.length !== 3)
    throw new Error(`The tutorial has ${blocks.length} blocks that this types in, not 3.`);
  return { make, start, ask };
}

/**
 * `./coffee new service`, in a copy of the working tree, as the tutorial has it: what it makes passes every check, starts and
 * is traced.
 */
export const scaffold: Suite = {
  name: 'scaffold',
  summary: './coffee new service in a copy: it passes every check unchanged, starts, answers and is traced',
  // A quarter of an hour, and as much again where the tools have to be compiled first.
  budgetMinutes: 40,
  run: tryScaffold,
};

async function tryScaffold(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note } = context;
  const tutorial = await readTutorial();
  await using copy = await copyWorkingTree(repositoryRoot, signal);
  const at = { cwd: copy.path, signal };
  // An image of its own: the developer's is not to be replaced by it.
  const env = {
    ...emptyStack,
    SERVICE_IMAGE: 'go-coffee/service:scaffold',
    // The copy has no toolchain: this Node is the one that fits.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  };
  const typeIn = (block: string) => check('bash', ['-euo', 'pipefail', '-c', block], { ...at, env });
  note('./coffee new service');
  await typeIn(tutorial.make);
  note('the tools of the checks');
  const { missing } = await ensureImages(['test'], { signal, only: tools });
  await ensureKubectl(signal);
  const failures = missing.map((tool) => `there is no ${tool}`);
  for (const { what, command } of checks) {
    note(what);
    const [program, ...args] = command;
    const { code, stdout, stderr } = await run(program, args, at);
    if (code !== 0)
      failures.push(`${what}: ${`${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n')}`);
  }
  const seconds = await withEmptyStack(signal, note, async () => {
    const startedAt = performance.now();
    try {
      note('./coffee up, with the new service');
      await typeIn(tutorial.start);
      note('asking it');
      const { stdout } = await typeIn(tutorial.ask);
      if (!stdout.includes('"subject"')) failures.push(`an operator gets ${stdout.slice(0, 200)}`);
      failures.push(...(await askService(copy.path, signal)));
    } finally {
      // Only the copy knows the volume of the new service, and the agent that its ./coffee up has left here.
      await check(process.execPath, ['scripts/cli/main.ts', 'down', '--volumes'], { cwd: copy.path, env });
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

/** What is wrong with what others get, and with its traces. */
async function askService(root: string, signal: AbortSignal): Promise<string[]> {
  const ports = parseEnv(await readFile(join(root, '.env'), 'utf8'));
  const authority = await readFile(join(root, '.coffee', 'ca.crt'), 'utf8');
  using service = new ApiClient(new URL(`https://127.0.0.1:${ports.LOYALTY_POINTS_PORT}`), 1, authority);
  using jaeger = new ApiClient(new URL(`https://127.0.0.1:${ports.JAEGER_PORT}`), 1, authority);
  const closed = await service.send({ method: 'GET', path: `/v1/${name}` });
  const wrong: string[] = [];
  if (closed.status !== 401) wrong.push(`who is not signed in gets ${closed.status}`);
  const deadline = performance.now() + tracedWithinMs;
  for (;;) {
    const { body } = await jaeger.send({ method: 'GET', path: `/api/traces?service=${name}&limit=5` });
    if ((traces.safeParse(body).data?.data.length ?? 0) > 0) return wrong;
    if (performance.now() > deadline)
      return [...wrong, `no trace in Jaeger after ${tracedWithinMs / 1000} s`];
    await pause(1_000, signal);
  }
}
