import { expect, it, vi } from 'vitest';
import { ApartError, SeekError } from '#platform/kafka/batch-errors.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { type BatchOutcome, GapError } from '../database/apply-batch.ts';
import { ZombieError } from '../database/partitions.ts';
import type { PartitionBatch } from '../domain/source-event.ts';
import { type Apply, Positions } from './positions.ts';

const topic = 'order-events.v1';
const batch: PartitionBatch = { partition: 3, messages: [] };
const outcome: BatchOutcome = { topic, counted: 0, repeats: 0, untimely: [], applied: 0 };

function setUp(apply: Apply) {
  const { log, lines } = recordingLog();
  const spy = vi.fn(apply);
  const positions = new Positions({
    apply: spy,
    stored: () => Promise.resolve(42),
    mostAheadMs: 60_000,
    log,
  });
  return { positions, apply: spy, lines };
}

// Guard: a member that was overtaken goes on behind what the other one has done (decision 7).
it('reads on from where the database stands when another member was faster', async () => {
  const { positions } = setUp(() => Promise.reject(new ZombieError('not at 7 any more')));
  await expect(positions.apply(topic, [batch])).rejects.toEqual(
    new SeekError({ partition: 3, offset: '42' }, 'not at 7 any more'),
  );
});

// Guard: a database that was restored from a backup is behind the group's offsets.
it('goes back to what is missing', async () => {
  const { positions } = setUp(() => Promise.reject(new GapError(7, 11)));
  await expect(positions.apply(topic, [batch])).rejects.toMatchObject({ name: 'SeekError', offset: '7' });
});

it('goes on behind what Kafka has not any more, and says so', async () => {
  const { positions, apply, lines } = setUp((_topic, _batches, { skipGap }) =>
    skipGap ? Promise.resolve(outcome) : Promise.reject(new GapError(7, 11)),
  );
  await expect(positions.apply(topic, [batch])).rejects.toThrow(SeekError);
  expect(await positions.apply(topic, [batch])).toBe(outcome);
  expect(apply).toHaveBeenCalledTimes(3);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', msg: 'messages were removed unread' }),
  );
});

it('lets other failures be dealt with by the batch', async () => {
  const { positions } = setUp(() => Promise.reject(new Error('connection lost')));
  await expect(positions.apply(topic, [batch])).rejects.toThrow('connection lost');
});

// Guard: which of them is to be read from elsewhere shows when each comes by itself.
it.each([new ZombieError('not at 7 any more'), new GapError(7, 11)])(
  'asks for each of several partitions by itself when one is not where it was thought to be',
  async (error) => {
    const { positions } = setUp(() => Promise.reject(error));
    await expect(positions.apply(topic, [batch, { ...batch, partition: 4 }])).rejects.toThrow(ApartError);
  },
);
