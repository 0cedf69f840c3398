import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultRecord, FaultRecords, isAbandoned } from './records.ts';

let folder: string;
let records: FaultRecords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'records-'));
  records = new FaultRecords(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const record = (id: string, service = 'kafka'): FaultRecord => ({
  id,
  project: 'go-coffee',
  service,
  containerId: 'abc',
  containerStartedAt: '',
  fault: { kind: 'pause' },
  startedAt: '2026-01-01T00:00:00.000Z',
  untilAt: '2026-01-01T00:00:30.000Z',
  pid: 42,
});

describe('records', () => {
  it('let a container have one fault at a time', async () => {
    expect(await records.claim(record('a'))).toBeUndefined();
    expect(await records.claim(record('b'))).toEqual(record('a'));
    expect(await records.claim(record('c', 'redis'))).toBeUndefined();
    await records.remove(record('a'));
    expect(await records.claim(record('b'))).toBeUndefined();
  });

  it('are found by another process, with what was added later', async () => {
    await records.claim(record('a'));
    const injector = { name: 'x', image: 'y', options: [], undo: 'true' };
    await records.save({ ...record('a'), injector });
    expect(await new FaultRecords(folder).all()).toEqual([{ ...record('a'), injector }]);
  });

  // Guard: charts are marked although nobody looked while it lasted.
  it('of what was undone are gone, and known as ended', async () => {
    await records.claim(record('a'));
    await records.end(record('a'), new Date('2026-01-01T00:00:20Z'));
    expect(await records.all()).toEqual([]);
    expect(await new FaultRecords(folder).ended()).toEqual([
      {
        id: 'a',
        service: 'kafka',
        kind: 'pause',
        startedAt: '2026-01-01T00:00:00.000Z',
        endedAt: '2026-01-01T00:00:20.000Z',
      },
    ]);
  });

  it('are none where no fault ever was', async () => {
    expect(await new FaultRecords(join(folder, 'none')).all()).toEqual([]);
  });

  it('say which file is damaged', async () => {
    await writeFile(join(folder, 'go-coffee.kafka.json'), '{"id":');
    await expect(records.all()).rejects.toThrow(/go-coffee\.kafka\.json/);
  });
});

describe('a fault is left behind', () => {
  const during = Date.parse('2026-01-01T00:00:10Z');
  const longAfter = Date.parse('2026-01-01T00:02:00Z');
  it.each([
    [false, 'while its process lives', during, true],
    [true, 'when its process is gone', during, false],
    [true, 'long after its end, whatever runs under the process id by then', longAfter, true],
  ])('%s %s', (expected, _case, now, alive) => {
    expect(isAbandoned(record('a'), now, () => alive)).toBe(expected);
  });
});
