import { describe, expect, it, vi } from 'vitest';
import type { BatchContext } from '#platform/kafka/batch-consumer.ts';
import { createBatchHandler } from '#platform/kafka/handle-batch.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import type { BatchOutcome } from '../database/order-book.ts';
import { decodeCommand, type OrderCommand } from '../domain/commands.ts';
import { command, messageOf, placeOrder } from '../tests/commands.ts';

type Apply = (commands: readonly OrderCommand[]) => Promise<BatchOutcome>;

const failing = (code: string): Error => Object.assign(new Error(`failed with ${code}`), { code });
const messages = (count: number) => Array.from({ length: count }, () => messageOf(command(placeOrder())));

function setUp(apply: Apply, options: { patienceMs?: number } = {}) {
  const applied: string[] = [];
  const buried: OutgoingMessage[] = [];
  const controller = new AbortController();
  const heartbeat = vi.fn(() => Promise.resolve());
  const publish = vi.fn((letter: OutgoingMessage) => Promise.resolve(void buried.push(letter)));
  const handle = createBatchHandler({
    group: 'consumer',
    decode: decodeCommand,
    apply: async (commands) => {
      const outcome = await apply(commands);
      applied.push(...commands.map(({ orderId }) => orderId));
      return outcome;
    },
    publish,
    onApplied: () => undefined,
    onDeadLetter: () => undefined,
    log: quietLog(),
    ...options,
  });
  const batch: BatchContext = { signal: controller.signal, heartbeat };
  return { handle, batch, applied, buried, controller, heartbeat, publish };
}

const effects = { opened: [], changed: [], conflicts: [], refused: [], events: [] };
const everything: Apply = () => Promise.resolve({ effects, repeats: 0 });

it('applies all commands of a batch at once', async () => {
  const calls: number[] = [];
  const { handle, batch, buried } = setUp((commands) => {
    calls.push(commands.length);
    return everything(commands);
  });
  await handle(messages(5), batch);
  expect(calls).toEqual([5]);
  expect(buried).toEqual([]);
});

describe('data that the database refuses', () => {
  it('takes none of its neighbours along, wherever it stands', async () => {
    const batchMessages = messages(9);
    for (const bad of [0, 4, 8]) {
      const badKey = batchMessages[bad]?.key;
      const { handle, batch, applied, buried } = setUp((commands) =>
        commands.some(({ orderId }) => orderId === badKey)
          ? Promise.reject(failing('22P05'))
          : everything(commands),
      );
      await handle(batchMessages, batch);
      expect(applied).toEqual(batchMessages.flatMap(({ key }) => (key === badKey ? [] : [key])));
      expect(buried.map(({ key }) => key)).toEqual([badKey]);
      expect(buried[0]?.headers.dlq_error_code).toBe('rejected-by-database');
    }
  });
});

describe('a part that is away', () => {
  it('is waited for, keeping the membership; nothing is buried', async () => {
    let calls = 0;
    const { handle, batch, applied, buried, heartbeat } = setUp((commands) => {
      calls += 1;
      return calls <= 4 ? Promise.reject(failing('ECONNREFUSED')) : everything(commands);
    });
    await handle(messages(2), batch);
    expect(applied).toHaveLength(2);
    expect(buried).toEqual([]);
    expect(heartbeat).toHaveBeenCalledTimes(4);
  });

  it('ends the batch without its offset when the consumer stops meanwhile', async () => {
    const { handle, batch, controller, applied } = setUp(() => {
      controller.abort();
      return Promise.reject(failing('ECONNREFUSED'));
    });
    await expect(handle(messages(1), batch)).rejects.toThrow(/abort/i);
    expect(applied).toEqual([]);
  });

  it('ends the batch when its partition was taken away', async () => {
    const { handle, batch, heartbeat } = setUp(() => Promise.reject(failing('57P01')));
    heartbeat.mockRejectedValue(new Error('The group is rebalancing'));
    await expect(handle(messages(1), batch)).rejects.toThrow('rebalancing');
  });
});

describe('a failure that nobody foresaw', () => {
  const mistake = () => Promise.reject(new TypeError('a mistake in our program'));

  it('is tried for minutes before an acknowledged order is buried', async () => {
    let calls = 0;
    const { handle, batch, buried } = setUp(() => {
      calls += 1;
      return calls <= 5 ? mistake() : everything([]);
    });
    await handle(messages(1), batch);
    expect(calls).toBe(6);
    expect(buried).toEqual([]);
  });

  it('is buried when patience ends, so that its partition goes on', async () => {
    const { handle, batch, buried } = setUp(mistake, { patienceMs: 0 });
    await handle(messages(1), batch);
    expect(buried[0]?.headers).toMatchObject({
      dlq_error_code: 'failed',
      dlq_error_message: 'a mistake in our program',
    });
  });

  it('lets the others of its batch go on', async () => {
    const batchMessages = messages(4);
    const badKey = batchMessages[2]?.key;
    const { handle, batch, applied, buried } = setUp(
      (commands) => (commands.some(({ orderId }) => orderId === badKey) ? mistake() : everything(commands)),
      { patienceMs: 0 },
    );
    await handle(batchMessages, batch);
    expect(applied).toHaveLength(3);
    expect(buried.map(({ key }) => key)).toEqual([badKey]);
  });
});

it('does not let the offset move while the dead letters are away', async () => {
  const { handle, batch, publish, applied } = setUp(everything);
  publish.mockRejectedValue(new Error('kafka is away'));
  const [good] = messages(1);
  const poison = { ...messageOf(command(placeOrder())), value: Buffer.from('{') };
  await expect(handle(good ? [good, poison] : [], batch)).rejects.toThrow('kafka is away');
  expect(applied).toEqual([]);
});
