import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StackTokens } from '../stack/tokens.ts';
import { type Interference, startFakeProducer } from './fake-producer.ts';
import { type JournalEntry, journalEntry } from './journal-entry.ts';
import { runDay } from './run-day.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traffic-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function play(
  options: {
    rate?: number;
    durationMs?: number;
    seed?: number;
    giveUpAfterMs?: number;
    signal?: AbortSignal;
    closing?: AbortSignal;
  },
  interfere?: Interference,
) {
  await using producer = await startFakeProducer(interfere);
  const { signal = new AbortController().signal, ...rest } = options;
  const journalPath = join(folder, 'journal.jsonl');
  const result = await runDay(
    {
      producerUrl: producer.url,
      tokens: new StackTokens('the secret of a fake producer'),
      rate: 200,
      durationMs: 1_000,
      seed: 7,
      customers: 20,
      journalPath,
      ...rest,
    },
    signal,
  );
  const lines = (await readFile(journalPath, 'utf8')).trimEnd().split('\n');
  const entries = lines.map((line): JournalEntry => journalEntry.parse(JSON.parse(line)));
  return { ...result, entries, asked: producer.asked };
}

const answers = (entries: JournalEntry[]) => entries.filter((entry) => entry.type === 'answer');

describe('a day of customers', () => {
  test('sends about rate × duration, has every kind of visit, and journals every answer', async () => {
    const { statistics, entries, asked } = await play({ rate: 400 });
    expect(statistics.sent).toBeGreaterThan(300);
    expect(statistics.sent).toBeLessThan(520);
    expect(answers(entries)).toHaveLength(asked.length - 1);
    const purposes = new Set(answers(entries).map((entry) => entry.purpose));
    expect([...purposes].sort()).toEqual(['cancel', 'mistake', 'order', 'read', 'repeat', 'reuse']);
    const cancelled = answers(entries).filter(({ purpose }) => purpose === 'cancel');
    expect(cancelled.every(({ action, commandId }) => action === 'cancel' && commandId)).toBe(true);
    expect(statistics.actions).toBe(cancelled.length);
    expect(statistics.errorCount).toBe(0);
    expect(statistics.unknown).toBe(0);
    expect(entries.at(0)?.type).toBe('start');
    expect(entries.at(-1)?.type).toBe('end');
  });

  test('journals receipts that say what was ordered', async () => {
    const { entries } = await play({ durationMs: 200 });
    const accepted = answers(entries).filter((entry) => entry.status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    for (const entry of accepted) {
      expect(entry.orderId).toMatch(/^[0-9a-f-]{36}$/);
      expect(entry.lines?.reduce((sum, line) => sum + line.lineTotalCents, 0)).toBe(entry.totalCents);
    }
  });

  test('the same seed makes the same day with new keys', async () => {
    const first = await play({ durationMs: 200 });
    await rm(join(folder, 'journal.jsonl'));
    const second = await play({ durationMs: 200 });
    const customers = (entries: JournalEntry[]) =>
      answers(entries)
        .map((entry) => `${entry.customerId} ${entry.totalCents}`)
        .sort();
    expect(customers(second.entries)).toEqual(customers(first.entries));
    const keys = new Set(answers(first.entries).map((entry) => entry.key));
    expect(answers(second.entries).some((entry) => keys.has(entry.key))).toBe(false);
  });

  test('repeats with the same key after a 503, not before Retry-After, and after a broken connection', async () => {
    const seen = new Map<string, number[]>();
    const { statistics, entries } = await play(
      { rate: 20, durationMs: 500 },
      ({ key, atMs, method }, response) => {
        if (!key || method !== 'POST') return false;
        const times = seen.get(key) ?? [];
        seen.set(key, [...times, atMs]);
        if (times.length === 0) response.destroy();
        else if (times.length === 1) response.writeHead(503, { 'retry-after': '1' }).end('busy');
        return times.length < 2;
      },
    );
    expect(statistics.unknown).toBe(0);
    expect(statistics.retried).toBeGreaterThanOrEqual(seen.size * 2);
    const single = new Set(
      answers(entries)
        .filter(({ purpose }) => purpose === 'repeat')
        .map(({ key }) => key),
    );
    for (const [key, [, second = 0, third = 0]] of seen) {
      if (!single.has(key)) expect(third - second).toBeGreaterThanOrEqual(990);
    }
    expect(answers(entries).some((entry) => entry.status === 503)).toBe(true);
  });

  test('calls it unknown when no conclusive answer came in time', async () => {
    const { statistics, entries } = await play(
      { rate: 50, durationMs: 200, giveUpAfterMs: 300 },
      ({ path }, response) => {
        if (path === '/v1/menu') return false;
        response.writeHead(503).end();
        return true;
      },
    );
    expect(statistics.accepted).toBe(0);
    expect(statistics.unknown).toBe(statistics.sent);
    expect(entries.filter((entry) => entry.type === 'unknown')).toHaveLength(statistics.unknown);
  });

  test.each([
    ['an order that its customer does not find', 'GET', 404, /not found by its customer/],
    ['an order that fails', 'POST', 500, /an order was answered 500/],
  ])('reports %s as an error', async (_case, method, status, message) => {
    const { statistics } = await play({ durationMs: 400 }, (asked, response) => {
      if (asked.method !== method || asked.path === '/v1/menu') return false;
      response.writeHead(status).end('{}');
      return true;
    });
    expect([...statistics.errors.keys()].join()).toMatch(message);
  });

  test('counts accepted key reuses as conflicts, and accepted mistakes as errors', async () => {
    const someOrder = {
      id: '00000000-0000-5000-a000-000000000000',
      customerId: 'c',
      status: 'accepted',
      version: 1,
    };
    const at = new Date().toISOString();
    const payment = { paymentMethod: 'counter', paymentDueAt: null, refundDue: false, currency: 'USD' };
    const receipt = { ...someOrder, ...payment, items: [], totalCents: 0, createdAt: at, updatedAt: at };
    const { statistics } = await play({ rate: 400 }, (asked, response) => {
      if (asked.method !== 'POST') return false;
      response.writeHead(202).end(JSON.stringify(receipt));
      return true;
    });
    expect(statistics.conflicts).toBeGreaterThan(0);
    expect(statistics.errors.get('an unknown product was answered 202')).toBeGreaterThan(0);
  });

  test('ends early with a complete journal when it is told to stop', async () => {
    const controller = new AbortController();
    const { statistics, entries } = await play(
      { rate: 50, durationMs: 60_000, signal: controller.signal },
      ({ path, key }, response) => {
        if (path === '/v1/menu') return false;
        if (key) controller.abort();
        response.writeHead(503).end();
        return true;
      },
    );
    expect(statistics.unknown).toBe(statistics.sent);
    expect(entries.at(-1)?.type).toBe('end');
  });

  test('lets nobody in after closing time, and answers everybody who came before', async () => {
    const closing = new AbortController();
    let failures = 3;
    const { statistics } = await play(
      { rate: 50, durationMs: 60_000, closing: closing.signal },
      ({ path, key }, response) => {
        if (path === '/v1/menu' || !key || failures === 0) return false;
        closing.abort();
        failures -= 1;
        response.writeHead(503, { 'retry-after': '0' }).end();
        return true;
      },
    );
    expect(statistics.sent).toBeLessThan(100);
    expect(statistics.retried).toBe(3);
    expect(statistics.unknown).toBe(0);
  });
});
