import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../docker/repository.ts';
import { type RunResult, run } from '../../docker/run.ts';
import { readVersions } from '../../images/ensure.ts';

const versions = await readVersions({});

interface ToolOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders that it finds by the same paths as here. */
  readonly alsoReads?: readonly string[];
}

/** Runs a tool's image on a folder, which it may only read, without any network. */
export function runTool(
  variable: `${string}_IMAGE`,
  folder: string,
  args: readonly string[],
  { environment = {}, alsoReads = [] }: ToolOptions = {},
): Promise<RunResult> {
  // Files of this user, which others may not even read.
  const { uid, gid } = userInfo();
  const user = `--user=${uid}:${gid}`;
  const mounts = [
    `--volume=${folder}:/repository:ro`,
    ...alsoReads.map((path) => `--volume=${path}:${path}:ro`),
    '--workdir=/repository',
  ];
  const image = versions[variable] ?? '';
  // Values by name only: they may have more than one line.
  const variables = Object.keys(environment).map((name) => `--env=${name}`);
  return run('docker', ['run', '--rm', '--network=none', user, ...variables, ...mounts, image, ...args], {
    env: { ...environment },
  });
}

export interface Copy extends AsyncDisposable {
  readonly path: string;
  /** Changes a file; the text to be replaced has to be there. */
  replace(file: string, from: string, to: string): Promise<void>;
}

/** .github as if it were a repository of its own, so that it can be made worse. */
export async function copyOfGithub(): Promise<Copy> {
  const path = await mkdtemp(join(tmpdir(), 'go-coffee-pipeline-'));
  await cp(join(repositoryRoot, '.github'), join(path, '.github'), { recursive: true });
  // By this actionlint knows where a repository begins.
  await mkdir(join(path, '.git'));
  return {
    path,
    async replace(file, from, to) {
      const target = join(path, '.github', file);
      const text = await readFile(target, 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
      await writeFile(target, text.replace(from, to));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
