import { UserError } from '../cli/user-error.ts';
import type { StackSettings } from './settings.ts';

/** edge: as clients from outside, with its limits. producer: past it. */
export const entrances = ['edge', 'producer'] as const;
export type Entrance = (typeof entrances)[number];

/** @throws UserError for anything else */
export function parseEntrance(text: string): Entrance {
  const found = entrances.find((entrance) => entrance === text);
  if (found) return found;
  throw new UserError(`--through is "${text}".`, `Give one of ${entrances.join(', ')}.`);
}

/**
 * Where requests go. With TLS off there is no authority to verify the edge by, which speaks nothing else: then it is the
 * producer.
 */
export const entranceUrl = (
  { tls, edgeUrl, producerUrl }: Pick<StackSettings, 'tls' | 'edgeUrl' | 'producerUrl'>,
  through: Entrance,
): URL => (tls && through === 'edge' ? edgeUrl : producerUrl);
