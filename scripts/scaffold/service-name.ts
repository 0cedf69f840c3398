import { UserError } from '../cli/user-error.ts';

/** A service's name in the forms in which it is written. */
export interface ServiceName {
  /** `loyalty-points`: folders, containers, Services, certificates. */
  readonly kebab: string;
  /** `LoyaltyPoints`: types. */
  readonly pascal: string;
  /** `loyaltyPoints`: values. */
  readonly camel: string;
  /** `LOYALTY_POINTS`: variables. */
  readonly upper: string;
}

// A label of DNS (RFC 1123) that begins with a letter; Kubernetes adds to it.
const pattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const longest = 30;

/**
 * @param taken names that are of something else.
 * @throws UserError for a name that can't be one, or that is taken
 */
export function serviceName(kebab: string, taken: readonly string[]): ServiceName {
  if (!pattern.test(kebab) || kebab.length > longest)
    throw new UserError(
      `"${kebab}" can't be the name of a service.`,
      `Give lower-case letters and digits, with single hyphens between words, at most ${longest}: loyalty-points.`,
    );
  if (taken.includes(kebab)) throw new UserError(`There is a "${kebab}" already.`, 'Give another name.');
  const words = kebab.split('-');
  const pascal = words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('');
  return {
    kebab,
    pascal,
    camel: `${pascal[0]?.toLowerCase()}${pascal.slice(1)}`,
    upper: words.join('_').toUpperCase(),
  };
}
