import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import type { Admin } from '#platform/kafka/client.ts';
import { pause } from '#platform/lifecycle/abort.ts';

export interface LagSample {
  /** Seconds from the start of the run. */
  readonly second: number;
  /** Messages that a service has still to read, by service. */
  readonly byService: Readonly<Record<string, number>>;
}

interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

/** Where the lag is read from. */
export interface LagSources {
  readonly admin: Admin;
  readonly database: Database;
}

/** How far services are behind the ends of what they read. */
export async function readLag(sources: LagSources): Promise<Record<string, number>> {
  const topics = [ordersTopic.name, orderEventsTopic.name];
  const ends = new Map<string, number>();
  for (const topic of topics) {
    for (const { partition, high } of await sources.admin.fetchTopicOffsets(topic))
      ends.set(`${topic}/${partition}`, Number(high));
  }
  const behind = (positions: readonly Position[]): number =>
    positions.reduce(
      (sum, { topic, partition, next }) => sum + Math.max(0, (ends.get(`${topic}/${partition}`) ?? 0) - next),
      0,
    );
  return {
    consumer: behind(await committed(sources.admin)),
    streams: behind(await ofStreams(sources.database)),
  };
}

async function committed(admin: Admin): Promise<Position[]> {
  const offsets = await admin.fetchOffsets({ groupId: 'consumer', topics: [ordersTopic.name] });
  return offsets.flatMap(({ topic, partitions }) =>
    // Nothing was committed to a partition that nothing was in yet.
    partitions.map(({ partition, offset }) => ({ topic, partition, next: Math.max(0, Number(offset)) })),
  );
}

/** They are with its state, in PostgreSQL (design.md, decision 7). */
async function ofStreams(database: Database): Promise<Position[]> {
  const { rows } = await database.raw<{ rows: Position[] }>(
    'select topic, partition, next_offset::float8 as next from streams.partitions',
  );
  return rows;
}

const lookEveryMs = 500;

/**
 * Waits until no service has anything left to read.
 *
 * @returns how long that took, in milliseconds; undefined when it was not so within `withinMs`.
 */
export async function untilNoLag(
  sources: LagSources,
  withinMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const lag = Object.values(await readLag(sources));
    const tookMs = performance.now() - startedAt;
    if (lag.every((behind) => behind === 0)) return tookMs;
    if (tookMs > withinMs) return undefined;
    await pause(lookEveryMs, signal);
  }
}
