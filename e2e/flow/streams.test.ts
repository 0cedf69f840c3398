import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { windowClosed, windowClosedType } from '#contracts/events/analytics.ts';
import { analyticsTopic, orderEventsTopic, ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { type Aggregate, mergedAggregate } from '../../services/streams/domain/aggregate.ts';
import { expectTruth } from '../../services/streams/tests/expect-truth.ts';
import { type Life, messagesOf } from '../../services/streams/tests/happenings.ts';
import { recompute } from '../../services/streams/tests/recompute.ts';
import { startChild } from './child-service.ts';
import { type Stage, useStage } from './stage.ts';

const stage = useStage();

/** Lives of orders that begin now, one every few milliseconds. */
function livesFrom(begin: number, count: number): Life[] {
  return Array.from({ length: count }, (_, index) => ({
    orderId: crypto.randomUUID(),
    placedAt: begin + index * 10,
    lines: [{ productId: index % 3 === 0 ? 'latte' : 'espresso', quantity: 1 + (index % 2), cents: 400 }],
    steps: [
      { action: 'request-payment', status: 'awaiting-payment', afterMs: 0 },
      { action: 'confirm-payment', status: 'paid', afterMs: 20 + index },
      { action: 'prepare', status: 'preparing', afterMs: 100 + index },
      { action: 'mark-ready', status: 'ready', afterMs: 1_000 + 7 * index },
      { action: 'complete', status: 'completed', afterMs: 50 },
    ],
    payments:
      index % 3 === 0
        ? [
            { invoicedAfterMs: 5, end: 'settled', endedAfterMs: 10 + index, refundedAfterMs: 0 },
            { invoicedAfterMs: 9, end: 'refunded', endedAfterMs: 30 + index, refundedAfterMs: 7 },
          ]
        : [],
  }));
}

/** Everything that was counted, in windows or not. */
async function everything({ database }: Stage): Promise<Aggregate> {
  const { rows } = await database.raw<{ rows: { aggregate: Aggregate }[] }>(
    `select aggregate from streams.windows where kind = 'tumbling-10s'
     union all select aggregate from streams.panes
     union all select aggregate from streams.untimely`,
  );
  return mergedAggregate(rows.map(({ aggregate }) => aggregate));
}

// Guard: the offset is in the transaction of what it stands for, and the group's partitions move (decision 7).
it('comes to the same as a batch recomputation when members are killed, join and get everything twice', async () => {
  const environment = {
    ...stage().environment('streams'),
    STREAMS_MAX_BATCH: '7',
    CLOSING_INTERVAL: '200ms',
    WATERMARK_DELAY: '500ms',
    ALLOWED_LATENESS: '500ms',
  };
  await using sender = new Sender(stage().directKafka, quietLog());
  const write = (messages: readonly OutgoingMessage[]): Promise<true> =>
    poll(() =>
      sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT }))).then(() => true as const),
    );
  const counted = async (): Promise<number> => (await everything(stage())).totals.completed ?? 0;

  const all: Life[] = [];
  const more = async (count: number): Promise<void> => {
    const lives = livesFrom(Date.now() - 30_000, count);
    all.push(...lives);
    const messages = lives.flatMap(messagesOf);
    await write(messages);
    // Relays that did not get their answers.
    await write(messages.filter(({ topic }) => topic !== ordersTopic.name));
  };
  await more(100);
  const victim = await startChild('streams', environment);
  await poll(async () => (await counted()) > 0, { what: 'the first figures' });
  await more(100);
  await victim.stop('SIGKILL');
  await using _second = await startChild('streams', environment);
  await using third = await startChild('streams', environment);
  await more(100);
  await poll(async () => (await counted()) > 150, { what: 'figures of the second member' });
  await third.stop('SIGTERM');
  await more(50);

  await poll(async () => (await counted()) === 350, { what: 'all orders', deadlineMs: 90_000 });
  // The other topics may be behind the one that the completed orders were counted from.
  const truth = recompute(all);
  const agrees = async (): Promise<true> => {
    expectTruth(await everything(stage()), truth);
    return true;
  };
  await poll(agrees, { what: 'the same figures' });

  // Closed windows are told of, under ids of their own.
  const told = (await stage().recorder.atLeast(1, analyticsTopic.name, 'tumbling-10s')).filter(
    ({ headers }) => headers.ce_type === windowClosedType,
  );
  for (const { value } of told) windowClosed.parse(JSON.parse(String(value)));
  const committed = await stage().database('streams.partitions').select('topic');
  expect(new Set(committed.map(({ topic }) => topic))).toEqual(
    new Set([ordersTopic.name, orderEventsTopic.name, paymentsTopic.name]),
  );
}, 240_000);

// Guard: what can't be read goes to the dead letters and blocks nobody (decision 6).
it('buries an event that can not be read, and goes on behind it', async () => {
  await using _streams = await startChild('streams', stage().environment('streams'));
  await using sender = new Sender(stage().directKafka, quietLog());
  const [life] = livesFrom(Date.now(), 1) as [Life];
  const events = messagesOf(life).filter(({ topic }) => topic === orderEventsTopic.name);
  const [first, ...rest] = events as [OutgoingMessage, ...OutgoingMessage[]];
  const before = (await everything(stage())).totals.completed ?? 0;
  const messages = [{ ...first, value: '{' }, ...rest];
  await poll(() =>
    sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT }))).then(() => true as const),
  );
  const [letter] = await stage().recorder.atLeast(1, `${orderEventsTopic.name}.dlq`, life.orderId);
  expect(letter?.headers).toMatchObject({ dlq_error_code: 'malformed-event', dlq_group: expect.any(String) });
  await poll(async () => ((await everything(stage())).totals.completed ?? 0) === before + 1, {
    what: 'the events behind it',
  });
});
