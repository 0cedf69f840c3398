import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cluster } from '../cluster/cluster.ts';
import { KubectlApi } from './api.ts';

/** An API behind a kubectl that answers each call with the next of these, as a shell would. */
async function behind(folder: string, ...answers: readonly string[]) {
  for (const [index, answer] of answers.entries())
    await writeFile(join(folder, `answer-${index + 1}`), answer);
  const script = `#!/bin/sh
echo "$@" >> ${folder}/calls
cat > ${folder}/input
exec sh ${folder}/answer-$(wc -l < ${folder}/calls | tr -d ' ')
`;
  await writeFile(join(folder, 'kubectl'), script);
  await chmod(join(folder, 'kubectl'), 0o755);
  const cluster = new Cluster({ kubeconfig: undefined, path: folder, context: undefined });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  return {
    api: new KubectlApi(cluster, 'cafe'),
    calls: async () => (await read('calls')).trim().split('\n'),
    read,
  };
}

const folderOf = (): ReturnType<typeof mkdtempDisposable> =>
  mkdtempDisposable(join(tmpdir(), 'go-coffee-kubectl-'));
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' } };

test('what is not there is undefined, what is there an object', async () => {
  await using folder = await folderOf();
  const { api, calls } = await behind(folder.path, 'true', `echo '${JSON.stringify(job)}'`);
  expect(await api.get('job', 'migrate')).toBeUndefined();
  expect(await api.get('job', 'migrate')).toEqual(job);
  expect((await calls())[0]).toBe('get job migrate --ignore-not-found --output=json --namespace cafe');
});

test('what exists is not made again, and what has changed is not replaced', async () => {
  await using folder = await folderOf();
  const { api, read } = await behind(
    folder.path,
    'true',
    'echo \'Error from server (AlreadyExists): jobs "migrate" already exists\' >&2; exit 1',
    "echo 'Error from server (Conflict): the object has been modified' >&2; exit 1",
    "echo 'Error from server (Forbidden): you may not' >&2; exit 1",
  );
  expect(await api.create(job)).toBe(true);
  expect(JSON.parse(await read('input'))).toEqual(job);
  expect(await api.create(job)).toBe(false);
  expect(await api.replace(job)).toBe(false);
  await expect(api.create(job)).rejects.toThrow('you may not');
});

test('objects are applied together, each where it says', async () => {
  await using folder = await folderOf();
  const { api, calls, read } = await behind(folder.path, 'true');
  const here = { ...job, metadata: { ...job.metadata, namespace: 'monitoring' } };
  await api.apply([here, here]);
  expect(await calls()).toEqual(['apply --filename=-']);
  expect(JSON.parse(await read('input'))).toMatchObject({ kind: 'List', items: [here, here] });
});

test('a difference is an answer, a failure is not', async () => {
  await using folder = await folderOf();
  const { api } = await behind(folder.path, 'echo changed; exit 1', 'true', 'echo wrong >&2; exit 2');
  expect(await api.difference([job])).toBe('changed\n');
  expect(await api.difference([job])).toBe('');
  await expect(api.difference([job])).rejects.toThrow('wrong');
});

test('an API server that is away for a moment is asked again', async () => {
  await using folder = await folderOf();
  const away = "echo 'dial tcp 10.0.0.1:6443: connect: connection refused' >&2; exit 1";
  const { api, calls } = await behind(folder.path, away, away, 'true');
  await api.patch('service', 'producer', { spec: {} });
  expect(await calls()).toHaveLength(3);
});

test('what containers use is told in bytes, and is unknown where nobody measures', async () => {
  await using folder = await folderOf();
  const pod = {
    metadata: { name: 'producer-1' },
    containers: [{ name: 'producer', usage: { cpu: '12m', memory: '131072Ki' } }],
  };
  const { api } = await behind(
    folder.path,
    `echo '${JSON.stringify({ items: [pod] })}'`,
    "echo 'error: the server doesn'\"'\"'t have a resource type \"pods\"' >&2; exit 1",
    "echo 'Error from server (Forbidden): you may not' >&2; exit 1",
  );
  expect(await api.memoryUsage()).toEqual(new Map([['producer-1/producer', 128 * 2 ** 20]]));
  expect(await api.memoryUsage()).toBeUndefined();
  await expect(api.memoryUsage()).rejects.toThrow('you may not');
});
