import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { released } from './pin-manifests.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-release-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a script of this folder with a kubectl that notes what it is asked for. */
async function runScript(name: string, file: string): Promise<{ code: number; asked: string[] }> {
  const log = join(folder, 'asked');
  const program = `#!/bin/sh\necho "$*" >>"${log}"\n`;
  await writeFile(join(folder, 'kubectl'), program);
  await chmod(join(folder, 'kubectl'), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { code } = await run(join(repositoryRoot, 'scripts', 'release', name), [file], { env });
  return { code, asked: (await readFile(log, 'utf8')).trim().split('\n') };
}

it('what is scanned is what is deployed, and how it is built', async () => {
  const scanned = join(folder, 'scanned');
  const { code, asked } = await runScript('gather.sh', scanned);
  expect(code).toBe(0);
  expect(asked).toEqual(Object.values(released).map((path) => `kustomize ${path}`));
  const files = await readdir(scanned);
  const manifests = Object.keys(released).map((name) => `${name}.yaml`);
  expect(files.toSorted()).toEqual(
    [...manifests, ...['service', 'tools', 'anvil'].map((target) => `${target}.Dockerfile`)].toSorted(),
  );
});

describe('what is not signed', () => {
  const image = `ghcr.io/somebody/go-coffee/service@sha256:${'a'.repeat(64)}`;
  const other = `postgres@sha256:${'b'.repeat(64)}`;

  /** verify.sh on a release of one file, with a cosign that notes what it is asked, and refuses what matches. */
  async function verify(manifests: string, refused = 'nothing'): Promise<{ code: number; asked: string[] }> {
    const log = join(folder, 'asked');
    await writeFile(log, '');
    const program = `#!/bin/sh\necho "$*" >>"${log}"\ncase "$*" in *"${refused}"*) exit 1 ;; esac\n`;
    await writeFile(join(folder, 'cosign'), program);
    await chmod(join(folder, 'cosign'), 0o755);
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'new', 'staging.yaml'), manifests);
    const github = { GITHUB_REPOSITORY: 'Somebody/Coffee', GITHUB_REPOSITORY_OWNER: 'Somebody' };
    const env = { PATH: `${folder}:${process.env.PATH}`, ...github };
    const script = join(repositoryRoot, 'scripts', 'release', 'verify.sh');
    const { code } = await run(script, [join(folder, 'new'), 'v1.2.3'], { env });
    return { code, asked: (await readFile(log, 'utf8')).trim().split('\n') };
  }

  it('is looked for in manifests and in our images, by who signed and for which version', async () => {
    const { code, asked } = await verify(`image: ${image}\nimage: ${image}\nimage: ${other}\n`);
    expect(code).toBe(0);
    const file = join(folder, 'new', 'staging.yaml');
    const signer =
      '--certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity https://github.com/Somebody/Coffee/.github/workflows/release.yml@refs/tags/v1.2.3';
    expect(asked).toEqual([
      `verify-blob ${file} --bundle ${file}.sigstore.json ${signer}`,
      `verify ${image} --output text ${signer}`,
    ]);
  });

  // Guards: neither files of a release nor images of a registry are what they were because of their names.
  it.each([
    ['the manifests', 'verify-blob '],
    ['an image of ours', `verify ${image}`],
  ])('is found: %s', async (_what, refused) => {
    expect((await verify(`image: ${image}\n`, refused)).code).not.toBe(0);
  });

  it('is everything when no image is ours', async () => {
    expect((await verify(`image: ${other}\n`)).code).not.toBe(0);
  });
});
