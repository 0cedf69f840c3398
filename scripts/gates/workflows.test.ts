import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testSuites } from '../cli/commands/test.ts';
import { isCommandName } from '../cli/commands.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { groups } from '../images/catalogue.ts';
import { suites as nightlySuites } from '../nightly/suites.ts';
import { gates } from './gates.ts';
import { localGates } from './local-gates.ts';
import { actions, ownCommands, type Workflow, workflows } from './workflow.ts';

const jobsOf = ({ id, jobs }: Workflow) =>
  Object.entries(jobs).map(([name, job]) => ({ title: `${id}: ${name}`, job }));
const jobs = workflows.flatMap(jobsOf);
const commands = jobs.flatMap(({ title, job }) =>
  job.steps.flatMap(({ run = '' }) => ownCommands(run).map((command) => ({ title, command }))),
);
const isLocal = (command: string): boolean => localGates.some((gate) => gate.command === command);
const packageScripts = (
  JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  }
).scripts;

describe('what a workflow calls', () => {
  it('is seen', () => {
    expect(ownCommands('x=$(./coffee nightly --list | jq .)\n./scripts/a.sh "new" && npm run lint')).toEqual([
      './coffee nightly --list',
      './scripts/a.sh "new"',
      'npm run lint',
    ]);
    expect(commands.length).toBeGreaterThan(10);
  });

  it.each(commands)('$title: $command is there', ({ command }) => {
    const [program = '', name = '', ...rest] = command.replaceAll('"', '').split(/\s+/);
    if (program === 'npm') return expect(Object.keys(packageScripts)).toContain(rest[0]);
    if (program !== './coffee') {
      expect(existsSync(join(repositoryRoot, program))).toBe(true);
      return expect(statSync(join(repositoryRoot, program)).mode & 0o111, 'executable').not.toBe(0);
    }
    expect(isCommandName(name), `./coffee ${name}`).toBe(true);
    const known: Readonly<Record<string, readonly string[]>> = {
      test: testSuites,
      ci: localGates.map((gate) => gate.name),
      images: groups,
    };
    const names = rest.filter((word) => !word.startsWith('-'));
    if (known[name]) expect(known[name]).toEqual(expect.arrayContaining(names));
  });
});

describe('every gate', () => {
  it.each(gates)('$name is a job of its workflow', ({ workflow, job }) => {
    expect(Object.keys(workflows.find(({ id }) => id === workflow)?.jobs ?? {})).toContain(job);
  });

  // Guard: a gate that no workflow runs holds nobody up, and one that is skipped does not either.
  it.each(localGates)('$name is run by its job, and may not be skipped there', ({ name, job }) => {
    const ci = workflows.find(({ id }) => id === 'ci');
    const runs = (ci?.jobs[job]?.steps ?? []).flatMap(({ run = '' }) => ownCommands(run));
    const running = runs.filter((command) => command.split(' ').includes(name));
    expect(running).toHaveLength(1);
    expect(running[0]).toMatch(/^\.\/coffee ci --strict /);
  });

  // Guard: a command that stands in the table is one that is run.
  it.each(gates.filter(({ command }) => command !== undefined && !isLocal(command)))(
    '$name is a command of its job',
    ({ workflow, job, command = '' }) => {
      const steps = workflows.find(({ id }) => id === workflow)?.jobs[job]?.steps ?? [];
      const running = steps.flatMap(({ run = '' }) => ownCommands(run));
      // The suites of a night are told apart by a matrix, of all that there are.
      const [, suite] = /^\.\/coffee nightly(?: (.+))?$/.exec(command) ?? [];
      const wanted = command.startsWith('./coffee nightly') ? './coffee nightly "$SUITE"' : command;
      // With the same arguments: with others it is another limit that counts. What it writes besides is no matter.
      const withoutOutput = running.map((ran) => ran.replace(/ --sarif \S+$/, ''));
      expect(withoutOutput).toContain(wanted);
      if (suite) expect(nightlySuites.map(({ name }) => name)).toContain(suite);
    },
  );

  // Guard: what is no command of ours is what others do: a job without it is green, and holds nobody up.
  it.each(gates.filter(({ steps }) => steps !== undefined))(
    '$name is done by the steps of its job',
    ({ workflow, job, steps: wanted = [] }) => {
      const steps = workflows.find(({ id }) => id === workflow)?.jobs[job]?.steps ?? [];
      const done = steps.flatMap(({ uses = '', run = '' }) => [
        uses.replace(/@.*/, ''),
        ...run.split('\n').map((line) => line.trim()),
      ]);
      expect(wanted.filter((step) => !done.some((one) => one.startsWith(step)))).toEqual([]);
    },
  );

  // Guard: a secret that was committed and removed again is in the history only.
  it('that searches the history for secrets has all of it', () => {
    const searching = jobs.filter(({ job: { steps } }) =>
      steps.some(({ run = '' }) => / pipeline\b| secrets scan\b/.test(run)),
    );
    expect(searching.map(({ title }) => title)).toEqual(['ci: quick', 'security: secrets']);
    for (const { job } of searching) expect(job.steps[0]?.with['fetch-depth']).toBe(0);
  });

  it('of ci is waited for by the one check that branches require', () => {
    const { passed, ...others } = workflows.find(({ id }) => id === 'ci')?.jobs ?? {};
    expect([passed?.needs].flat().toSorted()).toEqual(Object.keys(others).toSorted());
  });

  it('of the night is told of when it fails', () => {
    const { tell, plan, ...others } = workflows.find(({ id }) => id === 'nightly')?.jobs ?? {};
    expect(plan).toBeDefined();
    expect([tell?.needs].flat().toSorted()).toEqual(Object.keys(others).toSorted());
  });

  it('is held by every suite of ./coffee test', () => {
    const inGates = new Set(localGates.map(({ name }) => name));
    // Halves of `tests`, for people.
    expect(testSuites.filter((name) => !inGates.has(name))).toEqual(['unit', 'integration']);
  });

  // Gates whose commands other parts of the platform bring: from the day on that they are there, they have to be called.
  it.each([
    ['npm run loadtest', Object.hasOwn(packageScripts, 'loadtest')],
    [
      './scripts/deploy-enhanced-platform.sh',
      existsSync(join(repositoryRoot, 'scripts/deploy-enhanced-platform.sh')),
    ],
  ])('%s is called as soon as it is there', (wanted, isThere) => {
    expect(commands.some(({ command }) => command.startsWith(wanted))).toBe(isThere);
  });
});

describe('a workflow', () => {
  it.each(workflows)('$id gives no right to all of its jobs', ({ permissions }) => {
    expect(permissions).toEqual({});
  });

  // Guard: a job has the rights to write that are listed here, and no others.
  it('has few jobs that may write', () => {
    const writing = jobs.flatMap(({ title, job }) =>
      Object.entries(job.permissions ?? {}).flatMap(([what, right]) =>
        right === 'write' ? [`${title}: ${what}`] : [],
      ),
    );
    expect(writing.toSorted()).toEqual([
      'nightly: images: security-events',
      'release: images: id-token',
      'release: images: packages',
      'release: manifests: contents',
      'release: manifests: id-token',
      'security: code: security-events',
      'security: configuration: security-events',
      'security: files: security-events',
      'security: images: security-events',
      'security: secrets: security-events',
    ]);
  });

  it.each(jobs)('$title has an end and rights of its own', ({ job }) => {
    expect(job.permissions).toBeDefined();
    if (!job.uses) expect(job['timeout-minutes']).toBeLessThanOrEqual(180);
  });

  // Guard: an image that somebody else has put into the registry is not rolled out.
  it('deploys nothing that the release has not signed', () => {
    const runs = (workflows.find(({ id }) => id === 'deploy')?.jobs.deploy?.steps ?? []).map(
      ({ run = '' }) => run,
    );
    const verifying = runs.findIndex((run) => run.startsWith('./scripts/release/verify.sh new "$RELEASE"'));
    expect(verifying).toBeGreaterThan(0);
    // The files that were verified, not what the sources would render.
    const deploying = runs.findIndex((run) => / --release new\b/.test(run));
    expect(runs[deploying]).toMatch(/^\.\/scripts\/deploy-enhanced-platform\.sh /);
    expect(deploying).toBeGreaterThan(verifying);
  });

  // Guard: what a called workflow is not handed over by name is empty there, those of its environment too.
  it('hands over every secret that a deployment asks for', () => {
    const deploy = workflows.find(({ id }) => id === 'deploy');
    const asked = [...new Set(deploy?.text.match(/(?<=secrets\.)[A-Z_]+/g))].toSorted();
    expect(asked).toContain('KUBECONFIG');
    expect(Object.keys(deploy?.on.workflow_call?.secrets ?? {}).toSorted()).toEqual(asked);
    const callers = jobs.filter(({ job }) => job.uses === './.github/workflows/deploy.yml');
    expect(callers.map(({ title }) => title)).toEqual([
      'release: deploy-staging',
      'release: deploy-production',
    ]);
    const handed = Object.fromEntries(asked.map((name) => [name, `\${{ secrets.${name} }}`]));
    for (const { job } of callers) expect(job.secrets).toEqual(handed);
  });

  // Guard: a deployment that the runner breaks off half-way neither ends nor goes back (the sum is in the workflow).
  it('leaves a deployment more time than its own limits add up to', () => {
    const deploy = workflows.find(({ id }) => id === 'deploy')?.jobs.deploy;
    expect(deploy?.['timeout-minutes']).toBeGreaterThan(87);
  });

  it('deploys to an environment, which is where approvals are', () => {
    const deploy = workflows.find(({ id }) => id === 'deploy')?.jobs.deploy;
    expect(deploy?.environment).toMatch(/^\$\{\{ inputs\.environment \}\}$/);
    expect(workflows.find(({ id }) => id === 'release')?.jobs['deploy-production']?.needs).toBe(
      'deploy-staging',
    );
  });
});

// Guard: a tag can be moved, a commit can't. Which one a commit is, a comment says.
describe('actions of others', () => {
  const texts = [...workflows.map(({ id, text }) => [id, text] as const), ...actions];
  const used = texts.flatMap(([where, text]) =>
    [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, uses = '']) => ({ where, uses })),
  );
  const ours = (uses: string): boolean => uses.startsWith('./.github/');
  const others = used.filter(({ uses }) => !ours(uses));

  it('are pinned to commits, with their versions', () => {
    expect(others.length).toBeGreaterThan(20);
    const pinned = /^[\w-]+\/[\w-]+(\/[\w-]+)*@[0-9a-f]{40} # v\d+(\.\d+\.\d+)?$/;
    expect(others.filter(({ uses }) => !pinned.test(uses))).toEqual([]);
  });

  it('have one version each', () => {
    const versions = new Map<string, Set<string>>();
    for (const { uses } of others) {
      const [name = '', version = ''] = uses.split('@');
      const repository = name.split('/').slice(0, 2).join('/');
      versions.set(repository, (versions.get(repository) ?? new Set()).add(version));
    }
    expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it('and ours are there', () => {
    const missing = used.filter(({ uses }) => {
      const path = join(repositoryRoot, uses);
      return ours(uses) && !existsSync(path.endsWith('.yml') ? path : join(path, 'action.yml'));
    });
    expect(missing).toEqual([]);
  });
});
