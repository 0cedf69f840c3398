import { expect, it } from 'vitest';
import { poll } from '../testing/poll.ts';
import { quietLog, recordingLog } from '../testing/recording-log.ts';
import { Periodic } from './periodic.ts';

it('goes on at once while there is more to do, and ends when it is disposed', async () => {
  let left = 3;
  const periodic = new Periodic(
    {
      name: 'work',
      intervalMs: 3_600_000,
      work: () => {
        left -= 1;
        return Promise.resolve(left > 0);
      },
    },
    quietLog(),
  );
  await poll(() => left === 0);
  await periodic[Symbol.asyncDispose]();
  expect(left).toBe(0);
});

it('tells of a failure once and tries again', async () => {
  let calls = 0;
  const { log, lines } = recordingLog();
  await using _periodic = new Periodic(
    {
      name: 'work',
      intervalMs: 1,
      work: () => {
        calls += 1;
        return calls < 4 ? Promise.reject(new Error('away')) : Promise.resolve(false);
      },
    },
    log,
  );
  await poll(() => calls > 5);
  expect(lines.filter(({ msg }) => msg === 'periodic work failed, trying again')).toEqual([
    expect.objectContaining({ name: 'work', error: 'away' }),
  ]);
});

it('waits for the work under way when it is disposed', async () => {
  const { promise: finish, resolve } = Promise.withResolvers<void>();
  let done = false;
  const work = async (): Promise<boolean> => {
    await finish;
    done = true;
    return false;
  };
  const periodic = new Periodic({ name: 'work', intervalMs: 1, work }, quietLog());
  const disposed = periodic[Symbol.asyncDispose]();
  resolve();
  await disposed;
  expect(done).toBe(true);
});
