import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { follow, type StreamClient } from '../../services/streams/tests/event-stream.ts';
import { type ChildService, startChild } from './child-service.ts';
import { type Stage, useStage } from './stage.ts';

const stage = useStage();
const mebibyte = 1024 * 1024;

/** Memory of a process in physical memory, in bytes. */
async function residentBytes({ process: { pid } }: ChildService): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Closes windows, one a pane, with about two kilobytes each. */
async function close({ database }: Stage, count: number): Promise<void> {
  await database.raw(
    `insert into streams.windows (kind, starts_at, ends_at, aggregate)
     select 'tumbling-10s', at, at + interval '10 seconds', :aggregate
       from (select coalesce(max(starts_at), '2026-01-01') as latest from streams.windows) as known,
            lateral generate_series(latest + interval '10 seconds', latest + :count * interval '10 seconds',
                                    interval '10 seconds') as at`,
    {
      count,
      aggregate: JSON.stringify({
        totals: { accepted: 1 },
        stages: {},
        products: manyProducts,
        customers: {},
      }),
    },
  );
}

const manyProducts = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [
    `a-product-with-a-long-name-${index}`,
    { quantity: 1, cents: 1 },
  ]),
);

const latestId = async ({ database }: Stage): Promise<number> =>
  (await database('streams.windows').max('id as id'))[0]?.id as number;

// Guard: each client is a position in what is kept once; nothing is queued for it.
it('gives 1,000 clients every window once and in order, also after reconnects, with 50 that never read', async () => {
  await using streams = await startChild('streams', {
    ...stage().environment('streams'),
    CLOSING_INTERVAL: '200ms',
  });
  const url = `${streams.url}/v1/analytics/stream?after=0`;
  await using clients = new AsyncDisposableStack();
  const received = Array.from({ length: 1_000 }, (): number[] => []);
  const connections: StreamClient[] = [];
  for (const ids of received) connections.push(clients.use(await follow(url, undefined, ids)));
  for (let index = 0; index < 50; index += 1) {
    const stuck = clients.use(await follow(url));
    stuck.response.pause();
    stuck.response.socket.pause();
  }
  const before = await residentBytes(streams);

  let closed = 0;
  const more = async (count: number): Promise<void> => {
    await close(stage(), count);
    closed += count;
  };
  // Each fifth client loses its connection again and again, wherever it is.
  for (let round = 0; round < 3; round += 1) {
    const seen = received[round]?.length ?? 0;
    await more(20);
    await poll(() => (received[round]?.length ?? 0) > seen, { what: 'windows to be on their way' });
    for (let index = round; index < received.length; index += 5) {
      const ids = received[index] ?? [];
      await connections[index]?.[Symbol.asyncDispose]();
      connections[index] = clients.use(await follow(url, ids.at(-1) ?? 0, ids));
    }
  }
  await more(20);
  const last = await latestId(stage());
  await poll(() => received.every((ids) => ids.at(-1) === last), {
    what: 'all clients to have the latest window',
    deadlineMs: 120_000,
  });
  const { rows } = await stage().database.raw<{ rows: { id: number }[] }>(
    'select id from streams.windows order by id',
  );
  const expected = rows.map(({ id }) => id);
  expect(expected).toHaveLength(closed);
  const wrong = received.filter((ids) => ids.join() !== expected.join());
  expect(wrong.length).toBe(0);

  // 50 that never read, and 4,000 windows of 2 KB: 400 MB, if they were queued for them.
  for (const connection of connections) await connection[Symbol.asyncDispose]();
  await more(4_000);
  await using reader = await follow(url);
  const end = await latestId(stage());
  const isThrough = (): true => {
    if (reader.ids.at(-1) === end) return true;
    const state = reader.isClosed() ? 'was cut off' : 'goes on';
    throw new Error(`it ${state} at ${reader.ids.at(-1)} of ${end}`);
  };
  await poll(isThrough, { what: 'the reader to get through', deadlineMs: 120_000 });
  const grown = (await residentBytes(streams)) - before;
  expect(grown / mebibyte).toBeLessThan(150);
}, 300_000);
