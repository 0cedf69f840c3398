import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { type Overlay, overlays } from '../kubernetes/manifests.ts';
import { choiceFlag, durationFlag, parseFlags } from '../stack/flags.ts';
import { readRelease } from './release-files.ts';

/** What is deployed where, and how carefully. */
export interface DeployOptions {
  readonly environment: Overlay;
  /** A tag, or a digest as `sha256:…`. */
  readonly imageTag: string;
  /** The same of our tools, which smoke tests run in: another image, hence another digest. */
  readonly toolsTag: string;
  /** In front of our images; none: as they are called in .env. */
  readonly registry: string | undefined;
  /** A folder with the files of a release, which are deployed as they are; none: what the sources render. */
  readonly release?: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly skipTests: boolean;
  /** How long the new version is watched under real traffic, in milliseconds. */
  readonly watchMs: number;
  /** How long the old version stays up after that, in milliseconds. */
  readonly keepMs: number;
}

export const usage = `Usage: scripts/deploy-enhanced-platform.sh --environment NAME --image-tag TAG [options]
       scripts/deploy-enhanced-platform.sh --environment NAME --release FOLDER [options]

Deploys a version beside the one that runs, tries it, switches to it, watches it, and switches back by itself when anything
is not as it must be (docs/deployments.md). Killed at any step, it goes on when it is run again. The cluster is the one of
kubectl's current context.

  --environment NAME  ${overlays.join(', ')}: the overlay below k8s/overlays
  --image-tag TAG     the version of our images: a tag, or the digest of go-coffee/service as sha256:…
  --tools-tag TAG     of go-coffee/tools, when that is a digest; as --image-tag unless told
  --release FOLDER    the files of a release (NAME.yaml, tools.yaml), deployed as they are: every image by its digest
  --registry NAME     where our images are, as registry.example.com/coffee; as in .env unless told
  --namespace NAME    of the platform (go-coffee-platform)
  --dry-run           says what would be changed, by the API server's own comparison, and changes nothing
  --skip-tests        no smoke test, and no objectives before and after the switch, for a repair while they are broken
  --watch TIME        how long it is watched under traffic before it stays (2m)
  --keep TIME         how long the old version stays up after that, to go back to at once (5m)
  --help              this

Signatures are verified by cosign where COSIGN_KEY, or COSIGN_IDENTITY and COSIGN_ISSUER, say by whom; in production one of them
must. What was verified is what is deployed, by digest. With COSIGN_PRIVATE_INFRASTRUCTURE=true and a key there need be no public
log of signatures. DEPLOY_SLACK_URL, DEPLOY_SMTP_URL with DEPLOY_EMAIL_FROM and DEPLOY_EMAIL_TO, and GRAFANA_URL with GRAFANA_TOKEN are told
what happens.`;

const tag = z.string().regex(/^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/);
export const isDigest = (text: string): boolean => text.startsWith('sha256:');
const namespaceName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const registryName = z.string().regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/);

function required(name: string, text: string | undefined, schema: z.ZodString, what: string): string {
  if (text === undefined) throw new UserError(`--${name} is missing.`, `Give ${what}; --help tells more.`);
  const value = schema.safeParse(text).data;
  if (value === undefined) throw new UserError(`--${name} is "${text}".`, `Give ${what}.`);
  return value;
}

/** @throws UserError naming the flag that is missing or wrong */
export function parseOptions(args: string[]): DeployOptions {
  const { values } = parseFlags('deploy', args, {
    environment: { type: 'string' },
    'image-tag': { type: 'string' },
    'tools-tag': { type: 'string' },
    registry: { type: 'string' },
    release: { type: 'string' },
    namespace: { type: 'string', default: 'go-coffee-platform' },
    'dry-run': { type: 'boolean', default: false },
    'skip-tests': { type: 'boolean', default: false },
    watch: { type: 'string', default: '2m' },
    keep: { type: 'string', default: '5m' },
  });
  if (values.environment === undefined)
    throw new UserError(
      '--environment is missing.',
      `Give one of ${overlays.join(', ')}; --help tells more.`,
    );
  const environment = choiceFlag('environment', values.environment, overlays);
  return {
    environment,
    ...(values.release === undefined ? imagesByTag(values) : imagesOf(values.release, environment, values)),
    namespace: required('namespace', values.namespace, namespaceName, 'the name of a namespace'),
    dryRun: values['dry-run'],
    skipTests: values['skip-tests'],
    watchMs: durationFlag('watch', values.watch),
    keepMs: durationFlag('keep', values.keep),
  };
}

interface ImageFlags {
  readonly 'image-tag'?: string | undefined;
  readonly 'tools-tag'?: string | undefined;
  readonly registry?: string | undefined;
}
type Images = Pick<DeployOptions, 'imageTag' | 'toolsTag' | 'registry'>;

function imagesByTag(flags: ImageFlags): Images {
  const { registry } = flags;
  const imageTag = required('image-tag', flags['image-tag'], tag, 'a tag, or a digest as sha256:…');
  // One digest is of one image.
  const sameTag = isDigest(imageTag) ? undefined : imageTag;
  return {
    imageTag,
    toolsTag: required('tools-tag', flags['tools-tag'] ?? sameTag, tag, 'the digest of go-coffee/tools'),
    registry:
      registry === undefined
        ? undefined
        : required('registry', registry, registryName, 'a host and a path, without a scheme'),
  };
}

function imagesOf(
  release: string,
  environment: Overlay,
  flags: ImageFlags,
): Images & Pick<DeployOptions, 'release'> {
  for (const name of ['image-tag', 'tools-tag', 'registry'] as const)
    if (flags[name] !== undefined)
      throw new UserError(
        `--${name} and --release do not go together.`,
        'The release names its images itself.',
      );
  return { ...readRelease(release, environment), release };
}
