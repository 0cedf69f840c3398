import { pause } from '#platform/lifecycle/abort.ts';
import { copyOf, mirroredTopics } from '../../services/migrate/mirror-acls.ts';
import { UserError } from '../cli/user-error.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import type { StackSettings } from '../stack/settings.ts';
import { TopicFollower } from '../stack/topic-follower.ts';

/** The ids of all events in these topics, each with its topic: a copy that comes twice is one. */
export async function eventIds(
  settings: StackSettings,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const found = new Set<string>();
  await using follower = await TopicFollower.start(
    await kafkaAccess(settings, signal),
    topics,
    'beginning',
    ({ topic, headers }) => found.add(`${topic} ${headers.ce_id ?? 'without an id'}`),
  );
  await follower.readUpTo(await follower.endOffsets(), readWithinMs, signal);
  return found;
}

const readWithinMs = 60_000;

/** What a region has of its own, by topics that are copied. */
export const ownEvents = (settings: StackSettings, signal: AbortSignal): Promise<Set<string>> =>
  eventIds(
    settings,
    mirroredTopics.map(({ name }) => name),
    signal,
  );

/** What it has of the other one, under the names that it has there. */
export async function copiedEvents(
  settings: StackSettings,
  from: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const copies = mirroredTopics.map(({ name }) => copyOf(from, name));
  const found = await eventIds(settings, copies, signal);
  return new Set([...found].map((id) => id.slice(copyOf(from, '').length)));
}

/** How many of these are not in those. */
export const missingIn = (those: ReadonlySet<string>, these: ReadonlySet<string>): number =>
  [...these].filter((id) => !those.has(id)).length;

/**
 * Waits until a region has everything that the other one has now.
 * @returns how long that took, in milliseconds
 * @throws UserError naming how much is missing after `deadlineMs` milliseconds
 */
export async function untilCopied(
  from: { readonly name: string; readonly settings: StackSettings },
  to: StackSettings,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<number> {
  const since = performance.now();
  const wanted = await ownEvents(from.settings, signal);
  for (;;) {
    const copied = await copiedEvents(to, from.name, signal).catch(() => new Set<string>());
    const missing = missingIn(copied, wanted);
    const tookMs = performance.now() - since;
    if (missing === 0) return tookMs;
    if (tookMs > deadlineMs)
      throw new UserError(
        `${missing} of ${wanted.size} events of ${from.name} were not copied within ${deadlineMs / 1000} s.`,
        'The log of MirrorMaker says why.',
      );
    await pause(1_000, signal);
  }
}
