import { UserError } from '../cli/user-error.ts';

/** auto: pull where an image registry answers, else build. */
export const sources = ['auto', 'pull', 'build'] as const;
export type Source = (typeof sources)[number];

/** @throws UserError for a value that COFFEE_IMAGES does not know */
export function parseSource(value: string | undefined): Source {
  const found = sources.find((source) => source === (value || 'auto'));
  if (found) return found;
  throw new UserError(
    `COFFEE_IMAGES is "${value}".`,
    `Set it to one of ${sources.join(', ')}, or leave it out.`,
  );
}

/** What is known of a local image: whether it was built here, and from what. */
export interface LocalImage {
  /** The content hash, for an image that was built here; undefined for one that the user pulled or loaded. */
  builtFrom?: string;
}

/**
 * What to do about one image: `use` a local one that is the user's own or was built from what is there now, else `build`
 * it, unless a pull provides it.
 */
export function planImage(local: LocalImage | undefined, wanted: string): 'use' | 'build' {
  return local && (local.builtFrom === undefined || local.builtFrom === wanted) ? 'use' : 'build';
}
