import { setTimeout as delay } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { messageOf } from '#platform/errors/app-error.ts';
import type { BatchContext, BatchHandler } from '#platform/kafka/batch-consumer.ts';
import { PoisonMessageError, toDeadLetter } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';
import { type MessageContexts, traceBatch } from '#platform/kafka/tracing.ts';
import { backoff } from '#platform/lifecycle/abort.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { BatchOutcome } from '../database/order-book.ts';
import { decodeCommand, type OrderCommand } from '../domain/commands.ts';
import { failureKind } from './failure.ts';

export interface BatchParts {
  readonly group: string;
  /** Applies the commands in one transaction. */
  readonly apply: (commands: readonly OrderCommand[], contexts: MessageContexts) => Promise<BatchOutcome>;
  /** Resolves when every in-sync replica has the dead letter. */
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly onApplied: (outcome: BatchOutcome) => void;
  readonly onDeadLetter: (error: PoisonMessageError) => void;
  readonly log: Logger;
  /** How long a command that fails for an unknown reason is tried before it is buried, in milliseconds; 2 minutes. */
  readonly patienceMs?: number;
}

const triesBeforeHalving = 5;
const longestPauseMs = 2_000;
const defaultPatienceMs = 120_000;

/**
 * Handles a batch of orders.v1. What can never be applied goes to the dead letters before the offset moves; while a
 * part is away the batch waits with backoff, keeping its membership; data that the database refuses is found by
 * halving the batch, so that one bad command neither blocks nor takes along the others (decision 6). A failure that
 * nobody foresaw may be a mistake of ours that hits every order: it is isolated too, but buried only after minutes, so
 * that there is time to roll back before acknowledged orders end among the dead letters.
 */
export function createBatchHandler(parts: BatchParts): BatchHandler {
  return (messages, batch) =>
    traceBatch(parts.group, messages, async (contexts) => {
      const commands: OrderCommand[] = [];
      for (const message of messages) {
        const command = decode(message);
        if (command instanceof PoisonMessageError) await bury(parts, message, command, contexts);
        else commands.push(command);
      }
      if (commands.length > 0) await apply(parts, commands, contexts, batch);
    });
}

function decode(message: IncomingMessage): OrderCommand | PoisonMessageError {
  try {
    return decodeCommand(message);
  } catch (error) {
    if (error instanceof PoisonMessageError) return error;
    return new PoisonMessageError('failed', messageOf(error), { cause: error });
  }
}

async function apply(
  parts: BatchParts,
  commands: readonly OrderCommand[],
  contexts: MessageContexts,
  batch: BatchContext,
): Promise<void> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    batch.signal.throwIfAborted();
    try {
      parts.onApplied(await parts.apply(commands, contexts));
      return;
    } catch (error) {
      const kind = failureKind(error);
      const halve = commands.length > 1 && attempt + 1 >= triesBeforeHalving;
      const outOfPatience = performance.now() - startedAt >= (parts.patienceMs ?? defaultPatienceMs);
      if (kind === 'message' || (kind === 'unknown' && (halve || (commands.length === 1 && outOfPatience)))) {
        return isolate(parts, commands, contexts, batch, error);
      }
      parts.log.warn(
        { error: messageOf(error), attempt, commands: commands.length },
        'batch failed, trying again',
      );
      await delay(backoff(attempt, 100, longestPauseMs), undefined, { signal: batch.signal });
      await batch.heartbeat();
    }
  }
}

/** Halves the batch until the command that fails is alone, and buries that one. */
async function isolate(
  parts: BatchParts,
  commands: readonly OrderCommand[],
  contexts: MessageContexts,
  batch: BatchContext,
  cause: unknown,
): Promise<void> {
  const [only] = commands;
  if (only && commands.length === 1) {
    const code = failureKind(cause) === 'message' ? 'rejected-by-database' : 'failed';
    return bury(parts, only.message, new PoisonMessageError(code, messageOf(cause), { cause }), contexts);
  }
  const half = Math.ceil(commands.length / 2);
  await apply(parts, commands.slice(0, half), contexts, batch);
  await apply(parts, commands.slice(half), contexts, batch);
}

async function bury(
  parts: BatchParts,
  message: IncomingMessage,
  error: PoisonMessageError,
  contexts: MessageContexts,
): Promise<void> {
  const origin = contexts.get(message) ?? context.active();
  await context.with(origin, () => parts.publish(toDeadLetter(message, error, parts.group)));
  const { topic, partition, offset } = message;
  parts.log.error({ topic, partition, offset, code: error.code, error: error.message }, 'message buried');
  parts.onDeadLetter(error);
}
