import { type ErrorCode, errorCodes } from '../errors/app-error.ts';
import { isProbe } from './health-routes.ts';
import type { Route } from './route.ts';

/** What can become of any request: refused by the parser, or failed by a mistake of ours. */
const ofEveryRoute: readonly ErrorCode[] = [
  'validation-failed',
  'request-timeout',
  'headers-too-large',
  'internal',
];
/** Probes are never shed or limited: they tell "busy" from "dead". */
const ofLimitedRoutes: readonly ErrorCode[] = ['overloaded', 'too-many-requests'];
const ofRestrictedRoutes: readonly ErrorCode[] = [
  'token-missing',
  'token-invalid',
  'forbidden',
  'dependency-unavailable',
];
const ofBodies: readonly ErrorCode[] = ['malformed-json', 'payload-too-large', 'unsupported-media-type'];

/** The problems that a route can answer, by status. */
export function problemsByStatus(
  route: Pick<Route, 'path' | 'body' | 'problems' | 'access'>,
): Map<number, ErrorCode[]> {
  const codes = new Set([
    ...ofEveryRoute,
    ...(isProbe(route.path) ? [] : ofLimitedRoutes),
    ...(route.access === 'anyone' ? [] : ofRestrictedRoutes),
    ...(route.body ? ofBodies : []),
    ...(route.problems ?? []),
  ]);
  const byStatus = Map.groupBy(codes, (code): number => errorCodes[code].status);
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

/** `malformed-json`: The body is not JSON … */
export const describeCodes = (codes: readonly ErrorCode[]): string =>
  codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('. ');
