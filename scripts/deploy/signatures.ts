import { UserError } from '../cli/user-error.ts';
import { run } from '../docker/run.ts';

/** Who must have signed: the owner of a key, or an identity of an issuer (keyless). */
export interface Signer {
  readonly key?: string | undefined;
  readonly identity?: string | undefined;
  readonly issuer?: string | undefined;
}

export const signerOf = (environment: NodeJS.ProcessEnv): Signer => ({
  key: environment.COSIGN_KEY || undefined,
  identity: environment.COSIGN_IDENTITY || undefined,
  issuer: environment.COSIGN_ISSUER || undefined,
});

/**
 * What cosign is told of the signer; undefined where nobody is named.
 * @throws UserError when production names nobody, or an identity has no issuer
 */
export function signerArguments(
  { key, identity, issuer }: Signer,
  environment: string,
): string[] | undefined {
  if (key) return ['--key', key];
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

/** @throws UserError when cosign is missing, or does not find the signature on an image */
export async function verifySignatures(
  images: readonly string[],
  signer: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const image of images) {
    const { code, stderr } = await run('cosign', ['verify', ...signer, image], { signal });
    if (code === 127)
      throw new UserError('There is no cosign here.', 'Install it: https://docs.sigstore.dev/cosign');
    if (code !== 0)
      throw new UserError(
        `${image} has no signature that counts: ${stderr.trim().split('\n').at(-1)}`,
        'Sign it.',
      );
  }
}
