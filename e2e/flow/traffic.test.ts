import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { testTokenSecret } from '#platform/testing/tokens.ts';
import { StackTokens } from '../../scripts/stack/tokens.ts';
import { runDay } from '../../scripts/traffic/run-day.ts';
import { startConsumer } from './services.ts';
import { useStage } from './stage.ts';
import { startProducerThroughEdge } from './through-edge.ts';

const stage = useStage();

// Guard: whatever customers and baristas do is legal, and passes the firewall (its exclusions are tuned for it).
it('takes a day of customers and baristas through the edge, and blocks none of it', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'traffic-'));
  cleanUp.defer(() => rm(folder, { recursive: true }));
  await using producer = await startProducerThroughEdge(stage(), 'traffic');
  await using _consumer = await startConsumer(stage());
  const { statistics, leftOpen } = await runDay(
    {
      producerUrl: new URL(producer.url),
      authority: producer.authority,
      tokens: new StackTokens(testTokenSecret),
      ...{ rate: 30, durationMs: 6_000, seed: 5, customers: 100 },
      journalPath: join(folder, 'journal.jsonl'),
      kitchen: { kafka: { broker: inject('broker') }, pace: 0.2, finishWithinMs: 60_000 },
    },
    new AbortController().signal,
  );
  expect([...statistics.errors]).toEqual([]);
  expect(statistics.unknown).toBe(0);
  expect(leftOpen).toBe(0);
  // Of every kind: orders, reads, mistakes, cancellations, baristas.
  expect(statistics.accepted).toBeGreaterThan(50);
  expect(statistics.reads).toBeGreaterThan(0);
  expect(statistics.refused).toBeGreaterThan(0);
  expect(statistics.actions).toBeGreaterThan(100);
}, 180_000);
