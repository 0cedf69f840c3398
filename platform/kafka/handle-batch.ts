import { setTimeout as delay } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { failureKind } from '../database/failure.ts';
import { messageOf } from '../errors/app-error.ts';
import { backoff } from '../lifecycle/abort.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { BatchContext, BatchHandler } from './batch-consumer.ts';
import { ApartError, SeekError } from './batch-errors.ts';
import { PoisonMessageError, toDeadLetter } from './dead-letter.ts';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';
import { isSampled, type MessageContexts, traceBatch } from './tracing.ts';

/** What a message says, with the message. */
export interface Decoded {
  readonly message: IncomingMessage;
}

export interface BatchParts<T extends Decoded, R> {
  readonly group: string;
  /**
   * Undefined: the message is of no interest.
   *
   * @throws PoisonMessageError when the message can never be applied.
   */
  readonly decode: (message: IncomingMessage) => T | undefined;
  /** Applies the items in one transaction. */
  readonly apply: (items: readonly T[], contexts: MessageContexts) => Promise<R>;
  /** What is applied in the place of a buried message, for handlers that keep offsets themselves; unless told nothing. */
  readonly blank?: (message: IncomingMessage) => T;
  /** Resolves when every in-sync replica has the dead letter. */
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly onApplied: (outcome: R) => void;
  readonly onDeadLetter: (error: PoisonMessageError, topic: string) => void;
  readonly log: Logger;
  /** How long a message that fails for an unknown reason is tried before it is buried, in milliseconds; 2 minutes. */
  readonly patienceMs?: number;
}

const triesBeforeHalving = 5;
const longestPauseMs = 2_000;
const defaultPatienceMs = 120_000;

/**
 * Makes the handler of a topic's batches. What can never be applied goes to the dead letters before the offset moves;
 * while a part is away the batch waits with backoff, keeping its membership; data that the database refuses is found by
 * halving the batch, so that one bad message neither blocks nor takes along the others (decision 6). A failure that
 * nobody foresaw may be a mistake of ours that hits every message: it is isolated too, but buried only after minutes, so
 * that there is time to roll back before acknowledged orders end among the dead letters.
 */
export function createBatchHandler<T extends Decoded, R>(parts: BatchParts<T, R>): BatchHandler {
  return (messages, batch) =>
    traceBatch(parts.group, messages, async (contexts) => {
      const items: T[] = [];
      for (const message of messages) {
        const item = decode(parts, message);
        if (item instanceof PoisonMessageError) await bury(parts, message, item, contexts);
        const rest = item instanceof PoisonMessageError ? parts.blank?.(message) : item;
        if (rest) items.push(rest);
      }
      if (items.length > 0) await apply(parts, items, contexts, batch);
    });
}

function decode<T extends Decoded, R>(
  parts: BatchParts<T, R>,
  message: IncomingMessage,
): T | PoisonMessageError | undefined {
  try {
    return parts.decode(message);
  } catch (error) {
    if (error instanceof PoisonMessageError) return error;
    return new PoisonMessageError('failed', messageOf(error), { cause: error });
  }
}

async function apply<T extends Decoded, R>(
  parts: BatchParts<T, R>,
  items: readonly T[],
  contexts: MessageContexts,
  batch: BatchContext,
): Promise<void> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    batch.signal.throwIfAborted();
    try {
      parts.onApplied(await parts.apply(items, contexts));
      logTraced(parts, items, contexts);
      return;
    } catch (error) {
      // No failures: the partition is to be read from elsewhere, or handed over without others.
      if (error instanceof SeekError || error instanceof ApartError) throw error;
      const kind = failureKind(error);
      const halve = items.length > 1 && attempt + 1 >= triesBeforeHalving;
      const outOfPatience = performance.now() - startedAt >= (parts.patienceMs ?? defaultPatienceMs);
      if (kind === 'message' || (kind === 'unknown' && (halve || (items.length === 1 && outOfPatience)))) {
        return isolate(parts, items, contexts, batch, error);
      }
      parts.log.warn(
        { error: messageOf(error), attempt, messages: items.length },
        'batch failed, trying again',
      );
      await delay(backoff(attempt, 100, longestPauseMs), undefined, { signal: batch.signal });
      await batch.heartbeat();
    }
  }
}

/**
 * From a trace to its logs, as for requests (platform/http/boundary.ts): a line for each message that is traced, whose number
 * is bounded. Its key may be a person's, and is not told.
 */
function logTraced<T extends Decoded, R>(
  { log }: BatchParts<T, R>,
  items: readonly T[],
  contexts: MessageContexts,
): void {
  if (!log.isLevelEnabled('info')) return;
  for (const { message } of items) {
    const own = contexts.get(message);
    if (!own || !isSampled(own)) continue;
    const { topic, partition, offset, headers } = message;
    context.with(own, () =>
      log.info({ topic, partition, offset, type: headers.ce_type }, 'message processed'),
    );
  }
}

/** Halves the batch until the message that fails is alone, and buries that one. */
async function isolate<T extends Decoded, R>(
  parts: BatchParts<T, R>,
  items: readonly T[],
  contexts: MessageContexts,
  batch: BatchContext,
  cause: unknown,
): Promise<void> {
  const [only] = items;
  if (only && items.length === 1) {
    const code = failureKind(cause) === 'message' ? 'rejected-by-database' : 'failed';
    await bury(parts, only.message, new PoisonMessageError(code, messageOf(cause), { cause }), contexts);
    const rest = parts.blank?.(only.message);
    if (rest) parts.onApplied(await parts.apply([rest], contexts));
    return;
  }
  const half = Math.ceil(items.length / 2);
  await apply(parts, items.slice(0, half), contexts, batch);
  await apply(parts, items.slice(half), contexts, batch);
}

async function bury<T extends Decoded, R>(
  parts: BatchParts<T, R>,
  message: IncomingMessage,
  error: PoisonMessageError,
  contexts: MessageContexts,
): Promise<void> {
  const origin = contexts.get(message) ?? context.active();
  await context.with(origin, () => parts.publish(toDeadLetter(message, error, parts.group)));
  const { topic, partition, offset } = message;
  parts.log.error({ topic, partition, offset, code: error.code, error: error.message }, 'message buried');
  parts.onDeadLetter(error, topic);
}
