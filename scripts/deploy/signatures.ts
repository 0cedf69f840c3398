import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { run } from '../docker/run.ts';
import type { DeployOptions } from './options.ts';
import { imageOf } from './rendering.ts';

/** Who must have signed: the owner of a key, or an identity of an issuer (keyless). */
export interface Signer {
  readonly key?: string | undefined;
  readonly identity?: string | undefined;
  readonly issuer?: string | undefined;
  /** Signed without a public transparency log, as a closed network does. */
  readonly withoutLog?: boolean;
}

export const signerOf = (environment: NodeJS.ProcessEnv): Signer => ({
  key: environment.COSIGN_KEY || undefined,
  identity: environment.COSIGN_IDENTITY || undefined,
  issuer: environment.COSIGN_ISSUER || undefined,
  withoutLog: environment.COSIGN_PRIVATE_INFRASTRUCTURE === 'true',
});

/**
 * What cosign is told of the signer; undefined where nobody is named.
 * @throws UserError when production names nobody, or an identity has no issuer
 */
export function signerArguments(
  { key, identity, issuer, withoutLog }: Signer,
  environment: string,
): string[] | undefined {
  if (key) return ['--key', key, ...(withoutLog ? ['--private-infrastructure'] : [])];
  if (identity && issuer) return ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
  if (identity || issuer)
    throw new UserError('COSIGN_IDENTITY and COSIGN_ISSUER go together.', 'Set both, or COSIGN_KEY.');
  if (environment === 'production')
    throw new UserError(
      'Nobody is named whose signature production would trust.',
      'Set COSIGN_KEY, or COSIGN_IDENTITY and COSIGN_ISSUER.',
    );
  return undefined;
}

/** What cosign prints of a signature that counts ("simple signing": the digest that was signed). */
const verified = z
  .array(z.object({ critical: z.object({ image: z.object({ 'docker-manifest-digest': z.string() }) }) }))
  .min(1);

/**
 * @returns the digest whose signature counts: a tag may mean something else by the time that it is pulled
 * @throws UserError when cosign is missing, or does not find the signature on the image
 */
async function verifiedDigest(
  image: string,
  signer: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { code, stdout, stderr } = await run('cosign', ['verify', '--output', 'json', ...signer, image], {
    signal,
  });
  if (code === 127)
    throw new UserError('There is no cosign here.', 'Install it: https://docs.sigstore.dev/cosign');
  if (code !== 0)
    throw new UserError(
      `${image} has no signature that counts: ${stderr.trim().split('\n').at(-1)}`,
      'Sign it, or deploy one that is signed.',
    );
  const digests = new Set(
    verified.parse(JSON.parse(stdout)).map(({ critical }) => critical.image['docker-manifest-digest']),
  );
  const [digest = ''] = digests;
  if (digests.size > 1) throw new UserError(`${image} has signatures of several digests.`, 'Name a digest.');
  return digest;
}

/**
 * Verifies our images, and deploys the digests that were verified.
 * @returns the same options, by digest
 * @throws UserError when cosign is missing, or an image has no signature that counts
 */
export async function verifySignatures(
  options: DeployOptions,
  signer: readonly string[],
  signal: AbortSignal,
): Promise<DeployOptions> {
  const imageTag = await verifiedDigest(imageOf('go-coffee/service', options), signer, signal);
  const toolsTag = await verifiedDigest(imageOf('go-coffee/tools', options), signer, signal);
  return { ...options, imageTag, toolsTag };
}
