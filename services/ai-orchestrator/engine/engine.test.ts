import { expect, it } from 'vitest';
import { quietLog } from '#platform/testing/recording-log.ts';
import { Engine } from './engine.ts';

const options = {
  executorId: 'waits',
  workerConcurrency: 1,
  globalConcurrency: 1,
  startsPerSecond: 1,
  stopLimitMs: 1,
};

it('says that it is away while this process waits for its turn', async () => {
  // No connection is made before it is launched.
  const pool = undefined as never;
  const execute = (): Promise<unknown> => Promise.reject(new Error('nothing runs'));
  const onSchedule = (): Promise<void> => Promise.reject(new Error('nothing runs'));
  const engine = new Engine({ ...options, pool }, { execute, onSchedule, log: quietLog() });
  const away = expect.objectContaining({ code: 'dependency-unavailable', retryAfterSeconds: 1 });
  await expect(engine.send('run', 'topic', {}, 'key')).rejects.toEqual(away);
  await expect(engine.stop('run')).rejects.toEqual(away);
  await expect(engine.retry('run')).rejects.toEqual(away);
  await expect(engine.steps('run')).rejects.toEqual(away);
  await expect(engine.schedules()).rejects.toEqual(away);
  await expect(engine.deleteSchedule('nightly')).rejects.toEqual(away);
});
