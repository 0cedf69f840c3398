/** Where a partition stands; times are in milliseconds since the epoch. */
export interface PartitionProgress {
  /** The offset that is read next. */
  readonly next: number;
  /** The latest time of its events; undefined before the first. */
  readonly eventTime: number | undefined;
}

/** What the broker says of a partition: offsets of its first message and behind its last one. */
export interface PartitionEnds {
  readonly low: number;
  readonly high: number;
}

/** Ends of all partitions that are read, as they were at `takenAt` or later. */
export interface TopicEnds {
  readonly takenAt: number;
  /** By `topic/partition`. */
  readonly ends: ReadonlyMap<string, PartitionEnds>;
}

export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * The time up to which everything is in; no event from before should come any more. Of a partition that was read to its
 * end that is the time at which it ended there, of another one the time of its latest event; the slowest one counts. So a
 * partition in which nothing happens holds up nobody, and one with a backlog holds up all.
 *
 * @param delayMs how long an event may take into its topic, and how far clocks may be apart, in milliseconds.
 * @returns -Infinity while a partition with messages was not read at all.
 */
export function watermarkOf(
  { takenAt, ends }: TopicEnds,
  progress: ReadonlyMap<string, PartitionProgress>,
  delayMs: number,
): number {
  let slowest = ends.size === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (const [key, { low, high }] of ends) {
    const { next = 0, eventTime = Number.NEGATIVE_INFINITY } = progress.get(key) ?? {};
    const readToItsEnd = next >= high || low === high;
    slowest = Math.min(slowest, readToItsEnd ? Math.max(takenAt, eventTime) : eventTime);
  }
  return slowest - delayMs;
}

/** How many messages were not read yet. */
export function lagOf({ ends }: TopicEnds, progress: ReadonlyMap<string, PartitionProgress>): number {
  let lag = 0;
  for (const [key, { low, high }] of ends)
    lag += Math.max(0, high - Math.max(low, progress.get(key)?.next ?? 0));
  return lag;
}

/** Partitions that end before what was read of them: Kafka was set up anew, or has lost messages. */
export const endingBeforeRead = (
  { ends }: TopicEnds,
  progress: ReadonlyMap<string, PartitionProgress>,
): string[] => [...ends].flatMap(([key, { high }]) => ((progress.get(key)?.next ?? 0) > high ? [key] : []));
