import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FaultRecord, FaultRecords } from './records.ts';
import { undo } from './undo.ts';

let folder: string;
let records: FaultRecords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undo-'));
  records = new FaultRecords(join(folder, 'faults'));
  // An engine that has lost the container: nothing is left to take back.
  const docker = join(folder, 'docker');
  await writeFile(docker, '#!/bin/sh\necho "Error: No such container: c0ffee" >&2\nexit 1\n');
  await chmod(docker, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const record: FaultRecord = {
  id: '0f3c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b',
  project: 'go-coffee',
  service: 'kafka',
  containerId: 'c0ffee',
  containerStartedAt: '',
  fault: { kind: 'pause' },
  startedAt: '2026-01-01T00:00:00.000Z',
  untilAt: '2026-01-01T00:00:30.000Z',
  pid: 42,
};

it('remembers a fault that was undone, once', async () => {
  await records.claim(record);
  await undo(record, records);
  await undo(record, records);
  expect(await records.all()).toEqual([]);
  expect(await records.ended()).toMatchObject([{ id: record.id, service: 'kafka', kind: 'pause' }]);
});

it('remembers nothing of a fault that could not be made', async () => {
  await records.claim(record);
  await undo(record, records, { made: false });
  expect(await records.all()).toEqual([]);
  expect(await records.ended()).toEqual([]);
});
