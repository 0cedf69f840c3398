import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';

/** An image by its digest: `ghcr.io/somebody/go-coffee/service@sha256:…` */
const byDigest = z.string().regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/);

/** The images of ours, as the workflow `release` hands them over: targets of docker-bake.hcl, and what they became. */
const published = z.array(z.strictObject({ name: z.enum(['service', 'tools', 'anvil']), image: byDigest }));

/**
 * @returns what was published, by the name that .env has it under (`go-coffee/service`)
 * @throws UserError for what is no such list, or not all of it
 */
export function readPublished(text: string): Map<string, string> {
  const wrong = (why: string): UserError =>
    new UserError(
      `That is no list of published images: ${why}`,
      'Give [{"name":"service","image":"…@sha256:…"},…] with service, tools and anvil.',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong((error as SyntaxError).message);
  }
  const read = published.safeParse(value);
  if (!read.success) throw wrong(z.prettifyError(read.error));
  const images = new Map(read.data.map(({ name, image }) => [`go-coffee/${name}`, image]));
  if (images.size !== 3) throw wrong(`there are only ${[...images.keys()].join(', ')}`);
  return images;
}

/** `repository:tag` → `repository` */
export const nameOf = (image: string): string => image.replace(/(@sha256:[0-9a-f]+|:[^/:]+)$/, '');

/**
 * A kustomization of one folder in which every image is named by its digest.
 * @param resource the folder, as seen from where the kustomization is written
 * @param pins images by digest, by the name that the folder has them under
 */
export function pinnedKustomization(resource: string, pins: ReadonlyMap<string, string>): string {
  const images = [...pins].map(([name, image]) => {
    const [newName, digest] = image.split('@');
    return `  - name: ${name}\n    newName: ${newName}\n    digest: ${digest}\n`;
  });
  return `resources:\n  - ${resource}\nimages:\n${images.join('')}`;
}

/** Every image that rendered manifests name, once. */
export const imagesIn = (manifests: string): string[] =>
  [
    ...new Set([...manifests.matchAll(/^\s*(?:- )?image: "?([^\s"]+)"?$/gm)].map(([, image = '']) => image)),
  ].sort();

/** Those that a registry could give out something else for tomorrow. */
export const unpinned = (manifests: string): string[] =>
  imagesIn(manifests).filter((image) => !byDigest.safeParse(image).success);
