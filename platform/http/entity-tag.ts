import { createHash } from 'node:crypto';

/** A strong entity tag of a text, with its quotes. */
export const entityTagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;

/**
 * Whether an If-None-Match header has this tag (RFC 9110, section 13.1.2: weak comparison). Koa's `ctx.fresh` does not
 * do: it takes the `Cache-Control: no-cache` that fetch() adds to such requests for a wish to get everything again.
 */
export function hasEntityTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((element) => {
    const known = element.trim();
    return known === '*' || known === tag || known === `W/${tag}`;
  });
}
