import { messageOf } from '#platform/errors/app-error.ts';
import { fromDeadLetter, NotReplayableError, type ReplayMessage } from '#platform/kafka/dead-letter.ts';
import { UserError } from '../cli/user-error.ts';
import type { DeadLetterDesk } from './desk.ts';
import type { Letter } from './letter.ts';

export interface ReplayOutcome {
  readonly replayed: number;
  /** Letters that can't be replayed, each with the reason. */
  readonly refused: readonly { readonly letter: Letter; readonly reason: string }[];
}

type Desk = Pick<DeadLetterDesk, 'publish' | 'audit'>;

const batchSize = 200;

/**
 * Publishes the letters' original messages to where they came from, in order, and notes each in the audit. Published
 * first, noted afterwards: what breaks off in between is replayed again by the next replay, and has no effect then:
 * its `ce_id` is known.
 *
 * @throws UserError when Kafka does not acknowledge; what was done until then is in the audit
 */
export async function replay(
  desk: Desk,
  letters: readonly Letter[],
  signal: AbortSignal,
): Promise<ReplayOutcome> {
  const refused: { letter: Letter; reason: string }[] = [];
  let replayed = 0;
  const partitions = Map.groupBy(letters, ({ message }) => `${message.topic}/${message.partition}`);
  for (const ofPartition of partitions.values()) {
    for (let start = 0; start < ofPartition.length; start += batchSize) {
      signal.throwIfAborted();
      const batch = ofPartition.slice(start, start + batchSize);
      const messages: [Letter, ReplayMessage][] = [];
      for (const letter of batch) {
        const original = originalOf(letter);
        if (typeof original === 'string') {
          refused.push({ letter, reason: original });
          await desk.audit([letter], { action: 'replay', outcome: 'refused', reason: original });
        } else messages.push([letter, original]);
      }
      await replayBatch(desk, messages);
      replayed += messages.length;
    }
  }
  return { replayed, refused };
}

function originalOf(letter: Letter): ReplayMessage | string {
  try {
    return fromDeadLetter(letter.message);
  } catch (error) {
    if (error instanceof NotReplayableError) return error.message;
    throw error;
  }
}

/** Letters of one partition: their messages all go to the same topic. */
async function replayBatch(desk: Desk, batch: readonly [Letter, ReplayMessage][]): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const letters = batch.map(([letter]) => letter);
  try {
    await desk.publish(
      first[1].topic,
      batch.map(([, message]) => message),
    );
  } catch (cause) {
    const failure = new UserError(
      `Kafka did not acknowledge the replay of ${first[0].position}: ${messageOf(cause)}`,
      'Repeat the command: what was written is replayed again and has no second effect.',
      { cause },
    );
    await desk
      .audit(letters, { action: 'replay', outcome: 'unknown', reason: messageOf(cause) })
      .catch((error) => {
        throw new AggregateError([failure, error], failure.message);
      });
    throw failure;
  }
  await desk.audit(letters, { action: 'replay', outcome: 'done' });
}
