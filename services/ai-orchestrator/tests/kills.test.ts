import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { builtInDefinitions } from '../domain/built-in-definitions.ts';
import { createAiDatabase } from './ai-service.ts';
import { allEnded, askForAll, effectsOf, furnish, runIdOf } from './built-in-runs.ts';
import { startExecutor } from './executors.ts';
import { noticeSecret, startNoticeReceiver } from './notice-receiver.ts';

/** Two workflows have every kind of step; `./coffee nightly agents` takes all of them. */
const everyone = builtInDefinitions.map(({ id }) => id);
const names = process.env.COFFEE_ALL_WORKFLOWS === '1' ? everyone : ['restock', 'review-feedback'];

const notifying = (host: string, url: string) => ({
  NOTIFY_WEBHOOK_URL: url,
  OUTBOUND_SIGNING_SECRET: noticeSecret,
  OUTBOUND_ALLOWED_HOSTS: host,
});

async function prepared(): Promise<TestDatabase> {
  const test = await createAiDatabase();
  await furnish(test.database);
  await askForAll(test.database, names);
  return test;
}

/** What the workflows leave behind when nobody is killed. */
async function undisturbed(): Promise<{ effects: unknown; notices: number }> {
  await using test = await prepared();
  await using receiver = await startNoticeReceiver();
  await using _executor = startExecutor(test, notifying(receiver.host, receiver.url));
  await poll(() => allEnded(test.database), { what: 'all runs to end' });
  // What fails at its first step leaves nothing behind that could be done twice.
  const states = await test.database.withSchema('ai').from('runs').distinct('status');
  expect(states).toEqual([{ status: 'completed' }]);
  return { effects: await effectsOf(test.database), notices: receiver.notices.size };
}

// Guard: steps resume where they were, and each effect is made once for its key (design.md, decision 14).
it('leaves each effect once, killed at the end of every step, before and after its result is kept', async () => {
  const truth = await undisturbed();
  await using test = await prepared();
  await using receiver = await startNoticeReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'kills-'));
  const file = join(folder, 'points');
  let kills = 0;
  for (;;) {
    const more = { ...notifying(receiver.host, receiver.url), CRASH_POINTS: file };
    await using executor = startExecutor(test, more);
    const done = poll(() => allEnded(test.database), { what: 'all runs to end', deadlineMs: 120_000 });
    const signal = await Promise.race([executor.ended, done]);
    if (signal === true) break;
    expect(signal).toBe('SIGKILL');
    kills += 1;
    done.catch(() => undefined);
    // Everybody can see that it is dead: nobody has to wait for the end of its lease.
    await test.database.raw('delete from ai.executors');
  }
  const points = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(folder, { recursive: true });
  // For the nightly suite, which keeps it.
  process.stdout.write(`killed ${kills} times\n`);
  expect(kills).toBe(points.length);
  for (const name of names) {
    const own = points.filter((point) => point.startsWith(runIdOf(name)));
    expect(own).toContain(`${runIdOf(name)} finish done`);
  }
  expect(await effectsOf(test.database)).toEqual(truth.effects);
  expect(receiver.notices.size).toBe(truth.notices);
}, 900_000);
