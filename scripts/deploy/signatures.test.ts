import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleOptions } from './sample-environment.ts';
import { signerArguments, signerOf, verifySignatures } from './signatures.ts';

const { signal } = new AbortController();

describe('who must have signed', () => {
  test('is the owner of a key or an identity', () => {
    expect(signerArguments({ key: 'cosign.pub' }, 'staging')).toEqual(['--key', 'cosign.pub']);
    expect(
      signerArguments({ identity: 'ci@example.com', issuer: 'https://issuer.example.com' }, 'staging'),
    ).toEqual([
      '--certificate-identity',
      'ci@example.com',
      '--certificate-oidc-issuer',
      'https://issuer.example.com',
    ]);
  });

  test('needs no public log where a key says so', () => {
    const signer = signerOf({ COSIGN_KEY: 'cosign.pub', COSIGN_PRIVATE_INFRASTRUCTURE: 'true' });
    expect(signerArguments(signer, 'production')).toEqual([
      '--key',
      'cosign.pub',
      '--private-infrastructure',
    ]);
    expect(signerArguments(signerOf({ COSIGN_KEY: 'cosign.pub' }), 'production')).toHaveLength(2);
  });

  // Guard: nothing that nobody vouches for gets to production.
  test('is asked for wherever somebody is named, and always in production', () => {
    expect(signerArguments({}, 'staging')).toBeUndefined();
    expect(() => signerArguments({}, 'production')).toThrow('Nobody is named');
    expect(() => signerArguments({ identity: 'ci@example.com' }, 'staging')).toThrow('go together');
  });
});

describe('images that are verified', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cosign-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const signatureOf = (digest: string) => ({
    critical: {
      identity: { 'docker-reference': 'registry.example.com/go-coffee/service' },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  });

  /** In the place of cosign 2.5: its answer about the service, and about the tools. */
  async function withCosign(service: string, tools: string): Promise<void> {
    const program = join(folder, 'cosign');
    const script = `#!/bin/sh\necho "$@" >> ${folder}/asked\ncase "$*" in *tools*) ${tools} ;; *) ${service} ;; esac\n`;
    await writeFile(program, script);
    await chmod(program, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  }
  const says = (...digests: string[]): string => `echo '${JSON.stringify(digests.map(signatureOf))}'`;

  // Guard: a tag may mean another image by the time that a node pulls it.
  test('are deployed by the digests that were signed, each its own', async () => {
    await withCosign(says(digestOf('a')), says(digestOf('b')));
    const options = { ...sampleOptions('1.4.0'), registry: 'registry.example.com' };
    expect(await verifySignatures(options, ['--key', 'cosign.pub'], signal)).toEqual({
      ...options,
      imageTag: digestOf('a'),
      toolsTag: digestOf('b'),
    });
  });

  test('are signed once or several times, and mean one digest', async () => {
    await withCosign(says(digestOf('a'), digestOf('a')), says(digestOf('b')));
    expect((await verifySignatures(sampleOptions('1'), [], signal)).imageTag).toBe(digestOf('a'));
    await withCosign(says(digestOf('a'), digestOf('c')), says(digestOf('b')));
    await expect(verifySignatures(sampleOptions('1'), [], signal)).rejects.toThrow('several digests');
  });

  test('are refused without a signature that counts, the tools as well', async () => {
    await withCosign(says(digestOf('a')), 'echo "Error: no signatures found" >&2; exit 10');
    await expect(verifySignatures(sampleOptions('1'), [], signal)).rejects.toThrow(
      'go-coffee/tools:1 has no signature that counts: Error: no signatures found',
    );
    await withCosign("echo '[]'", says(digestOf('b')));
    await expect(verifySignatures(sampleOptions('1'), [], signal)).rejects.toThrow();
  });

  test('need cosign', async () => {
    vi.stubEnv('PATH', folder);
    await expect(verifySignatures(sampleOptions('1'), [], signal)).rejects.toThrow('There is no cosign here');
  });
});
