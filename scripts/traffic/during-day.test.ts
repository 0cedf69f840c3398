import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StackTokens } from '../stack/tokens.ts';
import { duringDay } from './during-day.ts';
import { startFakeProducer } from './fake-producer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traffic-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const dayOf = (producerUrl: URL) => ({
  producerUrl,
  tokens: new StackTokens('the secret of a fake producer'),
  rate: 50,
  durationMs: 60_000,
  seed: 7,
  customers: 20,
  journalPath: join(folder, 'journal.jsonl'),
});

// Guard: the day closes, it is not aborted. A customer who waits to ask again has had no answer yet.
it('ends with the work, and only when everybody who came before has an answer', async () => {
  const { promise: busy, resolve: work } = Promise.withResolvers<string>();
  const refused = new Set<string>();
  await using producer = await startFakeProducer(({ key }, response) => {
    // Everybody is asked to come again once, so that some are waiting for it whenever the work ends.
    if (!key || refused.has(key)) return false;
    refused.add(key);
    if (refused.size === 5) work('done');
    response.writeHead(503, { 'retry-after': '1' }).end();
    return true;
  });
  const { day, result } = await duringDay(dayOf(producer.url), signal, () => busy);
  expect(result).toBe('done');
  expect(day.statistics.unknown).toBe(0);
  expect(day.statistics.retried).toBe(refused.size);
});

it('says why the work failed, when everybody has gone', async () => {
  await using producer = await startFakeProducer();
  const failing = duringDay(dayOf(producer.url), signal, () => Promise.reject(new Error('it broke')));
  await expect(failing).rejects.toThrow('it broke');
});
