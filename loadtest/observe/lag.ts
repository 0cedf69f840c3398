import type { Database } from '#platform/database/database.ts';
import type { Admin } from '#platform/kafka/client.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { type Reader, readersOf } from './readers.ts';

export interface LagSample {
  /** Seconds from the start of the run. */
  readonly second: number;
  /** Messages that a service has still to read, by service. */
  readonly byService: Readonly<Record<string, number>>;
}

/** Where the lag is read from. */
export interface LagSources {
  readonly admin: Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets'>;
  readonly database: Pick<Database, 'raw'>;
  /**
   * The services that are to run. Groups of others, as of commands that follow a topic, come and go, and nobody waits for
   * them.
   */
  readonly services: readonly string[];
}

/** Offsets by `topic/partition`. */
type Offsets = ReadonlyMap<string, number>;

/** Where a topic's partitions begin and end. */
type Bounds = ReadonlyMap<string, readonly { readonly partition: number; low: number; high: number }[]>;

/** How far each service is behind the ends of all that it reads. */
export async function readLag({ admin, database, services }: LagSources): Promise<Record<string, number>> {
  const readers = readersOf(services);
  const topics = [...new Set(readers.flatMap((reader) => reader.topics))];
  // Positions first: what comes meanwhile is lag, and never the other way round.
  const positions = await Promise.all(
    readers.map((reader) => (reader.service === 'streams' ? ofStreams(database) : committed(admin, reader))),
  );
  const bounds: Bounds = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await boundsOf(admin, topic)] as const)),
  );
  return Object.fromEntries(
    readers.map((reader, index) => [reader.service, behind(reader, positions[index] ?? new Map(), bounds)]),
  );
}

/** A partition of which nothing was read yet has all of its messages left. */
const behind = ({ topics }: Reader, positions: Offsets, bounds: Bounds): number =>
  topics
    .flatMap((topic) =>
      (bounds.get(topic) ?? []).map(({ partition, low, high }) =>
        Math.max(0, high - Math.max(low, positions.get(`${topic}/${partition}`) ?? 0)),
      ),
    )
    .reduce((sum, left) => sum + left, 0);

async function boundsOf(admin: LagSources['admin'], topic: string) {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
}

/** What a group has committed: -1 where it has not. */
async function committed(admin: LagSources['admin'], { service, topics }: Reader): Promise<Offsets> {
  const offsets = await admin.fetchOffsets({ groupId: service, topics: [...topics] });
  return new Map(
    offsets.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
    ),
  );
}

/** They are with its state, in PostgreSQL (design.md, decision 7). */
async function ofStreams(database: LagSources['database']): Promise<Offsets> {
  const { rows } = await database.raw<{ rows: { topic: string; partition: number; next: number }[] }>(
    'select topic, partition, next_offset::float8 as next from streams.partitions',
  );
  return new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, next]));
}

const lookEveryMs = 500;

/**
 * Waits until no service has anything left to read.
 *
 * @returns how long that took, in milliseconds; undefined when it was not so within `withinMs`.
 * @throws RangeError when none of the services reads from Kafka: then nothing would be waited for
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
    if (lag.length === 0) throw new RangeError('none of the services that are to run reads from Kafka');
    const tookMs = performance.now() - startedAt;
    if (lag.every((behind) => behind === 0)) return tookMs;
    if (tookMs > withinMs) return undefined;
    await pause(lookEveryMs, signal);
  }
}
