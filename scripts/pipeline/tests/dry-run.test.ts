import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../docker/run.ts';
import { actions, workflows } from '../../gates/workflow.ts';
import { findImage, required } from '../../images/catalogue.ts';
import { readVersions } from '../../images/ensure.ts';
import { type Copy, copyOfGithub, runTool } from './tool.ts';

/** act takes minutes to build, is in no registry, and GitHub runs the workflows itself: `./coffee images dry-run` brings it. */
async function actIsHere(): Promise<boolean> {
  const image = required(await readVersions(), findImage('act').variable);
  return (await run('docker', ['image', 'inspect', image])).code === 0;
}

/** By what each workflow is asked for. */
const events: Readonly<Record<string, readonly string[]>> = {
  ci: ['pull_request'],
  security: ['pull_request'],
  nightly: ['schedule'],
  release: ['push'],
  deploy: ['workflow_dispatch', '--input', 'environment=staging', '--input', 'release=v1.2.3'],
};

/** What jobs hand over is not there, as no step is done; YAML wants no blank behind a colon. */
const handedOver = {
  'needs.plan.outputs.suites': '["start","e2e"]',
  'needs.plan.outputs.images': '["redis:8"]',
  'needs.images.outputs.images': '[{"name":"service","image":"service@sha256:1"}]',
};

/** Each pinned action of others as one that does nothing: nobody fetches them here. @returns act's flags for them */
async function standIns(copy: Copy): Promise<string[]> {
  const texts = [...workflows.map(({ text }) => text), ...actions.values()];
  const used = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w./-]+)@([0-9a-f]{40})/g)]);
  const flags = new Set<string>();
  for (const [, path = '', commit] of used) {
    const folder = join(copy.path, 'actions', path);
    await mkdir(folder, { recursive: true });
    const action =
      'name: n\ndescription: d\nruns: { using: composite, steps: [{ run: "true", shell: sh }] }\n';
    await writeFile(join(folder, 'action.yml'), action);
    const repository = path.split('/').slice(0, 2).join('/');
    flags.add(`--local-repository=${repository}@${commit}=/repository/actions/${repository}`);
  }
  return [...flags];
}

/** In a dry run, too, Docker is asked whether it is there, and what it has: nothing. @returns the methods of what is asked */
async function answerForDocker(
  copy: Copy,
): Promise<AsyncDisposable & { readonly methods: ReadonlySet<string> }> {
  const methods = new Set<string>();
  const server = createServer((request, response) => {
    methods.add(request.method ?? '');
    response.setHeader('api-version', '1.44').setHeader('content-type', 'application/json');
    response.end(/\/containers\/json/.test(request.url ?? '') ? '[]' : '{}');
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(join(copy.path, 'docker.sock'), resolve);
  await promise;
  return {
    methods,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function copyToDryRun(): Promise<Copy> {
  const copy = await copyOfGithub();
  for (const { id } of workflows) {
    const file = join(copy.path, '.github', 'workflows', `${id}.yml`);
    let text = await readFile(file, 'utf8');
    for (const [output, value] of Object.entries(handedOver))
      text = text.replaceAll(`fromJSON(${output})`, `fromJSON('${value}')`);
    await writeFile(file, text);
  }
  return copy;
}

/** Goes through a workflow without doing its steps. @returns how each of its jobs ended, in the order of their names */
async function dryRun(copy: Copy, id: string): Promise<{ code: number; jobs: string[]; output: string }> {
  await using docker = await answerForDocker(copy);
  const { code, stdout, stderr } = await runTool('ACT_IMAGE', copy.path, [
    ...(events[id] ?? []),
    ...['--dryrun', '--json', '--no-cache-server', '--platform=ubuntu-24.04=none'],
    `--workflows=.github/workflows/${id}.yml`,
    ...(await standIns(copy)),
  ]);
  // Nothing is done there.
  expect([...docker.methods].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  const lines = stdout.split('\n').filter((line) => line.includes('"jobResult"'));
  const jobs = lines.map((line) => {
    const { jobID, jobResult } = JSON.parse(line) as { jobID: string; jobResult: string };
    return `${jobID}: ${jobResult}`;
  });
  return { code, jobs: [...new Set(jobs)].toSorted(), output: `${stdout}${stderr}` };
}

describe.skipIf(!(await actIsHere()))('a dry run by act', () => {
  test.each(Object.keys(events))('goes through every job of %s', async (id) => {
    await using copy = await copyToDryRun();
    const { code, jobs, output } = await dryRun(copy, id);
    expect(code, output).toBe(0);
    const all = Object.entries(workflows.find((workflow) => workflow.id === id)?.jobs ?? {});
    // What is for failures only has none here; a workflow that is called has jobs of its own.
    const expected = all.flatMap(([name, { if: condition, uses }]) =>
      condition?.includes('failure()') ? [] : [`${uses === undefined ? name : 'deploy'}: success`],
    );
    expect(jobs).toEqual([...new Set(expected)].toSorted());
  });

  test('has an event for each workflow', () => {
    expect(Object.keys(events).toSorted()).toEqual(workflows.map(({ id }) => id));
  });

  test.each([
    [
      'a matrix that is no list',
      'nightly',
      `fromJSON('["start","e2e"]')`,
      `fromJSON('["start"')`,
      /evaluating matrix/,
    ],
    ['a condition that is none', 'ci', 'always()', 'always() &&', /Validation Error/],
  ])('finds %s', async (_what, id, from, to, message) => {
    await using copy = await copyToDryRun();
    await copy.replace(`workflows/${id}.yml`, from, to);
    const { code, output } = await dryRun(copy, id);
    expect(code).not.toBe(0);
    expect(output).toMatch(message);
  });
});
