import { expect, it } from 'vitest';
import { endingBeforeRead, lagOf, type TopicEnds, watermarkOf } from './watermark.ts';

const now = Date.UTC(2026, 0, 1, 8);
const ends = (...partitions: [low: number, high: number][]): TopicEnds => ({
  takenAt: now,
  ends: new Map(partitions.map(([low, high], index) => [`orders.v1/${index}`, { low, high }])),
});
const progress = (...partitions: ([next: number, eventTime: number] | undefined)[]) =>
  new Map(
    partitions.flatMap((partition, index) =>
      partition ? [[`orders.v1/${index}`, { next: partition[0], eventTime: partition[1] }] as const] : [],
    ),
  );

it('is now, less the delay, when everything was read', () => {
  expect(watermarkOf(ends([0, 10], [0, 0]), progress([10, now - 60_000]), 2_000)).toBe(now - 2_000);
});

// Guard: windows wait for the partition with a backlog.
it('is the latest event of the partition that is behind', () => {
  const behind = progress([10, now - 1_000], [5, now - 90_000]);
  expect(watermarkOf(ends([0, 10], [0, 6]), behind, 2_000)).toBe(now - 92_000);
});

// Guard: after a start, nothing is closed before every partition with messages was read.
it('is nowhere while a partition with messages was not read at all', () => {
  expect(watermarkOf(ends([0, 10], [0, 6]), progress([10, now]), 0)).toBe(-Infinity);
  expect(watermarkOf(ends(), progress(), 0)).toBe(-Infinity);
});

it('does not wait for messages that Kafka has removed', () => {
  expect(watermarkOf(ends([10, 10]), progress(undefined), 0)).toBe(now);
});

it('is not held up by events from before the last look', () => {
  expect(watermarkOf(ends([0, 10]), progress([10, now + 500]), 0)).toBe(now + 500);
});

// Guard: what a Kafka that was set up anew gets is taken for read; nobody would notice.
it('names the partitions that end before what was read of them', () => {
  const read = progress([10, now], [10, now], undefined);
  expect(endingBeforeRead(ends([0, 10], [0, 9], [0, 0]), read)).toEqual(['orders.v1/1']);
});

it('counts what was not read yet', () => {
  expect(lagOf(ends([0, 10], [5, 9], [0, 3]), progress([4, now], undefined, [3, now]))).toBe(6 + 4);
});
