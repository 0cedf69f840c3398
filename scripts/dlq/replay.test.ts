import { expect, it } from 'vitest';
import type { ReplayMessage } from '#platform/kafka/dead-letter.ts';
import type { AuditOutcome } from './audit-entry.ts';
import type { Letter } from './letter.ts';
import { replay } from './replay.ts';
import { sampleLetter } from './sample-letters.ts';

const { signal } = new AbortController();

/** Keeps in order what happens; `fail` says where it breaks off. */
function desk(fail?: 'publish' | 'audit') {
  const steps: string[] = [];
  return {
    steps,
    publish: (topic: string, messages: readonly ReplayMessage[]): Promise<void> => {
      steps.push(`publish ${topic} ${messages.map(({ key }) => key).join(' ')}`);
      return fail === 'publish' ? Promise.reject(new Error('no acknowledgement')) : Promise.resolve();
    },
    audit: (letters: readonly Letter[], { outcome }: AuditOutcome): Promise<void> => {
      if (fail === 'audit') return Promise.reject(new Error('cut off'));
      steps.push(`audit ${outcome} ${letters.map(({ position }) => position).join(' ')}`);
      return Promise.resolve();
    },
  };
}

it('publishes a partition in order before it notes that', async () => {
  const { steps, ...parts } = desk();
  const outcome = await replay(parts, [sampleLetter(0, 1), sampleLetter(0, 2), sampleLetter(4, 1)], signal);
  expect(outcome).toEqual({ replayed: 3, refused: [] });
  expect(steps).toEqual([
    'publish orders.v1 order-0-1 order-0-2',
    'audit done orders.v1.dlq/0/1 orders.v1.dlq/0/2',
    'publish orders.v1 order-4-1',
    'audit done orders.v1.dlq/4/1',
  ]);
});

it('refuses a letter without an origin, and goes on with the others', async () => {
  const { steps, ...parts } = desk();
  const outcome = await replay(parts, [sampleLetter(0, 1, { headers: {} }), sampleLetter(0, 2)], signal);
  expect(outcome.replayed).toBe(1);
  expect(outcome.refused[0]?.reason).toContain('dlq_origin_topic');
  expect(steps[0]).toBe('audit refused orders.v1.dlq/0/1');
});

it('notes what may or may not be written as unknown', async () => {
  const { steps, ...parts } = desk('publish');
  await expect(replay(parts, [sampleLetter(0, 1)], signal)).rejects.toThrow('no acknowledgement');
  expect(steps.at(-1)).toBe('audit unknown orders.v1.dlq/0/1');
});

it('does not claim a replay whose audit failed', async () => {
  await expect(replay(desk('audit'), [sampleLetter(0, 1)], signal)).rejects.toThrow('cut off');
});
