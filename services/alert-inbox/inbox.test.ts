import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertmanagerNotification } from '#contracts/http/notifications.ts';
import { Inbox, mostCharacters } from './inbox.ts';

const at = new Date('2026-03-01T10:00:00Z');

const notified = (...names: string[]): AlertmanagerNotification => ({
  version: '4',
  receiver: 'inbox',
  status: 'firing',
  alerts: names.map((alertname) => ({
    status: 'firing',
    labels: { alertname, severity: 'page' },
    annotations: { summary: 'orders are refused' },
    startsAt: '2026-03-01T09:59:30.000Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'c0ffee',
  })),
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'go-coffee-inbox-'));
});
afterEach(() => rm(directory, { recursive: true }));

const names = (inbox: Inbox, limit = 50, alert?: string): string[] =>
  inbox.list({ limit, alert }).map(({ labels }) => labels.alertname ?? '');

it('lists what it was told, newest first, by name and up to a limit', async () => {
  const inbox = await Inbox.open(directory, 100);
  await inbox.add(notified('A', 'B'), at);
  await inbox.add(notified('A'), at);
  expect(names(inbox)).toEqual(['A', 'B', 'A']);
  expect(names(inbox, 2)).toEqual(['A', 'B']);
  expect(names(inbox, 50, 'B')).toEqual(['B']);
  expect(inbox.list({ limit: 1 })).toEqual([
    {
      id: 3,
      receivedAt: '2026-03-01T10:00:00.000Z',
      receiver: 'inbox',
      status: 'firing',
      labels: { alertname: 'A', severity: 'page' },
      annotations: { summary: 'orders are refused' },
      startsAt: '2026-03-01T09:59:30.000Z',
    },
  ]);
});

it('has after a restart what it had before, but for a line that was cut off', async () => {
  const before = await Inbox.open(directory, 100);
  await before.add(notified('A', 'B'), at);
  await appendFile(join(directory, 'notifications.jsonl'), '{"id":3,"recei');
  const after = await Inbox.open(directory, 100);
  expect(names(after)).toEqual(['B', 'A']);
  await after.add(notified('C'), at);
  expect(after.list({ limit: 1 })[0]?.id).toBe(3);
  expect(names(await Inbox.open(directory, 100))).toContain('C');
});

it('keeps no more than it has room for, in its file neither', async () => {
  const inbox = await Inbox.open(directory, 3);
  for (let n = 1; n <= 20; n += 1) await inbox.add(notified(`A${n}`), at);
  expect(names(inbox)).toEqual(['A20', 'A19', 'A18']);
  const lines = (await readFile(join(directory, 'notifications.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(6);
  expect(names(await Inbox.open(directory, 3))).toEqual(['A20', 'A19', 'A18']);
});

// Guard: whoever may send could end the process else, again after each of its restarts.
it('keeps no more characters than it has room for, however few they are, in its file neither', async () => {
  const inbox = await Inbox.open(directory, 1_000);
  const long = 'x'.repeat(mostCharacters / 4);
  for (let n = 1; n <= 10; n += 1) await inbox.add(notified(`A${n}`, `${n}${long}`), at);
  const kept = inbox.list({ limit: 1_000 });
  expect(kept.length).toBeGreaterThanOrEqual(6);
  expect(kept[0]?.labels.alertname?.slice(0, 2)).toBe('10');
  expect(JSON.stringify(kept).length).toBeLessThan(mostCharacters);
  expect((await stat(join(directory, 'notifications.jsonl'))).size).toBeLessThanOrEqual(2 * mostCharacters);
  expect((await Inbox.open(directory, 1_000)).list({ limit: 1_000 })).toEqual(kept);
});

it('loses none of those that come at once', async () => {
  const inbox = await Inbox.open(directory, 100);
  await Promise.all(Array.from({ length: 20 }, (_, n) => inbox.add(notified(`A${n}`), at)));
  const ids = (await Inbox.open(directory, 100)).list({ limit: 100 }).map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 20 }, (_, n) => 20 - n));
});

it('has none twice when the file is written anew while others come', async () => {
  const inbox = await Inbox.open(directory, 3);
  await Promise.all(Array.from({ length: 20 }, (_, n) => inbox.add(notified(`A${n}`), at)));
  const lines = (await readFile(join(directory, 'notifications.jsonl'), 'utf8')).trimEnd().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id);
  expect(ids).toEqual([...new Set(ids)]);
  expect(names(await Inbox.open(directory, 3))).toEqual(['A19', 'A18', 'A17']);
});
