import type { DeadLetterDesk } from './desk.ts';
import type { Letter } from './letter.ts';

type Desk = Pick<DeadLetterDesk, 'read' | 'audit' | 'truncate'>;

export interface PurgeOutcome {
  readonly purged: number;
  /** Letters that are no longer in Kafka; the others wait for older ones of their partition. */
  readonly deleted: number;
}

/**
 * Gives letters up: notes that in the audit, then deletes from each partition what is before its first letter that
 * was not given up. A run that breaks off in between leaves letters that are marked and are deleted next time.
 */
export async function purge(
  desk: Desk,
  letters: readonly Letter[],
  signal: AbortSignal,
): Promise<PurgeOutcome> {
  await desk.audit(letters, { action: 'purge', outcome: 'done' });
  const before = await desk.read(signal);
  for (const { topic, partition, offset } of before.purgedPrefixes()) {
    await desk.truncate(topic, partition, offset);
  }
  const after = await desk.read(signal);
  return { purged: letters.length, deleted: before.letters.length - after.letters.length };
}
